//! Defines the messages into `update`, the effects that it requests and their outcomes, as plain data.

pub mod acts;
pub mod claims;
pub mod credential_kind;
pub mod export;
pub mod group;
pub mod home;
pub mod mouse;
pub mod new_book;
pub mod office;
pub mod office_bundle;
pub mod office_result;
pub mod page;
pub mod records;
pub mod roster;
pub mod trial;

use chrono::NaiveDate;

use crate::command::Command;
use crate::key::KeyPress;
use crate::list::{Page, PageRequest};
use crate::msg::acts::{ActionRequest, ActionResult, BatchWish, DialogData, DialogQuery, SignMode};
use crate::msg::claims::NextStep;
use crate::msg::credential_kind::CredentialKind;
use crate::msg::export::Export;
use crate::msg::home::HomeContent;
use crate::msg::mouse::Mouse;
use crate::msg::new_book::NewBook;
use crate::msg::office::OfficeTask;
use crate::msg::office_result::{OfficeProgress, OfficeResult};
use countersign_core::home::counts::TabCounts;
use countersign_core::primitives::ids::{ClaimId, KsbCode, PersonId, Secret, StandardRef, StatementId};
use countersign_core::primitives::text::SafeText;
use countersign_core::programme::Programme;
use countersign_core::programme::cohort::CohortRow;
use countersign_core::programme::gateway::Readiness;
use countersign_core::programme::progress_series::ProgressSeries;
use countersign_core::record::claim::Claim;
use countersign_core::record::evidence::File;
use countersign_core::record::outstanding::Outstanding;
use countersign_core::record::view::{
    Batch, ClaimDetail, FullStatement, PersonRow, Record, RecordCheck, SessionRow, TraineeCard, TraineeRecord, TreeHead,
};

/// An event for `update`.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    Key(KeyPress),
    Paste(String),
    Mouse(Mouse),
    /// The terminal's new columns and rows.
    Resize(u16, u16),
    /// A command from the palette, help or a test.
    Do(Command),
    /// An effect finished.
    Done(Outcome),
    /// Another process changed the database.
    Changed,
    /// No key was pressed for the policy's idle minutes.
    Idle,
    /// A signing session expired.
    SessionEnd,
    /// Back from the shell: the whole screen must be redrawn.
    Resumed,
    /// The terminal said its background after the first picture.
    Background([u8; 3]),
}

/// A person who may sign here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonChoice {
    pub person: PersonRow,
    pub way: CredentialKind,
    /// Whether they have a session here that signs without a passphrase.
    pub signed_in: bool,
}

/// The fields of a dialog as typed, by name; saved on disk.
pub type Draft = Vec<(String, String)>;

/// A side effect requested by `update`.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Loads a trainee's record, with the marks of `marks_of`.
    OpenTrainee {
        trainee: PersonId,
        marks_of: Option<PersonId>,
    },
    /// Loads the records of one KSB of a trainee.
    LoadRecord {
        trainee: PersonId,
        code: KsbCode,
    },
    /// Loads a trainee's progress by month.
    LoadProgress(PersonId),
    /// Loads the gateway requirements of a trainee.
    LoadReadiness(PersonId),
    /// Loads a trainee's reviews and hours.
    LoadProgramme(PersonId),
    /// Finds trainees by name or id, best match first; without text, those opened last here.
    FindTrainees {
        text: String,
        /// Limit.
        most: usize,
    },
    /// Finds people who may sign here, those with a session first.
    FindPeople {
        text: String,
        /// Limit.
        most: usize,
    },
    /// Finds people other than trainees.
    FindOthers {
        text: String,
        /// Limit.
        most: usize,
    },
    /// Loads the Home of a person.
    LoadHome(PersonId),
    /// Counts what waits for a person behind the tabs.
    LoadCounts(Option<PersonId>),
    /// Says that a trainee read what is new on their record, up to this entry.
    MarkRead {
        trainee: PersonId,
        read_to: u64,
    },
    /// Loads a page of a list.
    LoadPage(PageRequest),
    /// Loads a sign-off in full, for a second check.
    LoadCheck(StatementId),
    /// Loads what a page of the cohort leaves out of one row.
    LoadCohortRow(Box<CohortRow>),
    /// Writes what a screen shows to a file.
    Export {
        what: Export,
        to: String,
        /// Who has it made, if somebody is signed in.
        by: Option<PersonId>,
        /// Whether to replace a file that is there.
        replace: bool,
    },
    /// Loads claims in full, for a next step.
    LoadClaims {
        ids: Vec<ClaimId>,
        then: NextStep,
    },
    /// Loads the supervisors a trainee may ask, and the trainee's uploads.
    LoadAsking(PersonId),
    /// Saves the evidence of a claim in a folder.
    SaveFiles {
        claim: ClaimId,
        /// The target folder.
        to: String,
    },
    /// Withdraws a claim of the trainee who logged in.
    TakeBack {
        trainee: PersonId,
        claim: ClaimId,
    },
    /// Loads one statement in full.
    LoadStatement(StatementId),
    /// Checks the signature of a record.
    CheckRecord(StatementId),
    /// Loads the page about a standard.
    LoadAbout(StandardRef),
    LoadFramework,
    /// Saves a person's marks on a trainee.
    SaveMarks {
        person: PersonId,
        trainee: PersonId,
        marks: Vec<KsbCode>,
    },
    /// Saves a dialog's draft; an empty draft deletes it.
    SaveDraft {
        person: PersonId,
        trainee: PersonId,
        draft: Draft,
    },
    /// Opens or resumes a session.
    Unlock {
        person: PersonId,
        way: CredentialKind,
        secret: Secret,
    },
    /// Ends the wait for an SSH agent or a security key.
    GiveUp,
    /// Ends the wait too, and the dialog with it: what came of it is an [`Outcome::Left`].
    LeaveWait,
    /// Carries out an action, or checks whether the rules would refuse it.
    Sign(Box<ActionRequest>),
    /// Loads the statements to withdraw.
    LoadBatch(BatchWish),
    /// Loads the data for a dialog.
    Ask(DialogQuery),
    /// Makes a sign-off book, on the first run.
    MakeBook(Box<NewBook>),
    /// Ends a session and wipes its key from memory.
    EndSession(PersonId),
    /// Checks whether the database changed since the last check.
    CheckForChanges,
    /// Suspends to the shell until `fg`.
    Suspend,
    Redraw,
    Quit,
}

/// How an effect is scheduled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EffectClass {
    /// Reads what no waiting effect writes, so it may overtake those.
    Read,
    /// Saves what the screen shows already: after the next frame.
    Save,
    /// Writes a statement, a claim, hours or a draw: it changes what the lists show.
    Sign,
    /// Opens or ends what others depend on: in its turn.
    InTurn,
    /// Carried out by the event loop: in its turn.
    Loop,
}

impl Effect {
    pub fn class(&self) -> EffectClass {
        match self {
            Self::LoadRecord { .. }
            | Self::LoadProgress(_)
            | Self::LoadReadiness(_)
            | Self::LoadProgramme(_)
            | Self::FindTrainees { .. }
            | Self::FindPeople { .. }
            | Self::FindOthers { .. }
            | Self::LoadPage(_)
            | Self::LoadHome(_)
            | Self::LoadCounts(_)
            | Self::LoadCheck(_)
            | Self::LoadCohortRow(_)
            | Self::LoadClaims { .. }
            | Self::LoadAsking(_)
            | Self::LoadStatement(_)
            | Self::CheckRecord(_)
            | Self::LoadAbout(_)
            | Self::LoadFramework
            | Self::LoadBatch(_)
            | Self::Ask(_)
            | Self::CheckForChanges => EffectClass::Read,
            Self::SaveMarks { .. } | Self::SaveDraft { .. } => EffectClass::Save,
            Self::Sign(request) if request.mode == SignMode::DryRun => EffectClass::Read,
            Self::TakeBack { .. } | Self::Sign(_) => EffectClass::Sign,
            // The first loads saved marks, and all of them write.
            Self::MarkRead { .. }
            | Self::OpenTrainee { .. }
            | Self::SaveFiles { .. }
            | Self::Export { .. }
            | Self::Unlock { .. }
            | Self::MakeBook(_)
            | Self::EndSession(_) => EffectClass::InTurn,
            Self::GiveUp | Self::LeaveWait | Self::Suspend | Self::Redraw | Self::Quit => EffectClass::Loop,
        }
    }
}

/// The result of an effect.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The SSH key of the user was revoked: nothing is shown any more.
    LoginRevoked,
    Opened(Box<TraineeLoaded>),
    /// The records of a KSB, newest first.
    Records {
        trainee: PersonId,
        code: KsbCode,
        records: Vec<Record>,
    },
    /// A trainee's progress by month.
    Progress {
        trainee: PersonId,
        series: Box<ProgressSeries>,
    },
    Readiness(Box<Readiness>),
    /// A trainee's reviews and hours.
    Programme {
        trainee: PersonId,
        programme: Box<Programme>,
    },
    Trainees(Vec<TraineeCard>),
    People(Vec<PersonChoice>),
    Home {
        of: PersonId,
        content: Box<HomeContent>,
        /// By the time of day.
        greeting: &'static str,
    },
    Counts {
        of: Option<PersonId>,
        counts: TabCounts,
    },
    /// What is new was read.
    NewsRead,
    PageLoaded {
        request: PageRequest,
        page: Box<Page>,
    },
    /// A sign-off in full, for a second check.
    Check(Box<CheckDetail>),
    /// A row of the cohort in full.
    CohortRow(Box<CohortRow>),
    /// A document was written to a file.
    Exported {
        /// What was written: `12 trainees`.
        what: String,
        /// The full path.
        file: String,
        /// The SHA-256 of the file, if its reader is told it.
        sha256: Option<String>,
    },
    /// Nothing was saved: a file with this full path is there.
    FileIsThere(String),
    /// Claims in full, and the next step.
    Claims {
        sheets: Vec<ClaimDetail>,
        then: NextStep,
    },
    /// The supervisors a trainee may ask, and the trainee's uploads.
    Asking {
        trainee: PersonId,
        people: Vec<(PersonId, SafeText)>,
        files: Vec<File>,
        /// What the trainee signs with here.
        way: CredentialKind,
    },
    /// The evidence files were saved.
    FilesSaved {
        count: usize,
        /// The target folder.
        folder: String,
    },
    /// A claim was withdrawn.
    TakenBack(Box<Claim>),
    Statement(Box<FullStatement>),
    RecordChecked(RecordCheck),
    Page(Box<page::Text>),
    /// Another process changed the database: what is shown must be loaded again.
    Changed,
    /// The write is durable.
    Saved,
    /// A session is open, and this person is now the signer.
    Unlocked {
        session: SessionRow,
        /// The trainee that they opened last.
        place: Option<PersonId>,
        /// Notices: keys added in their name since they last opened one, and samples that rejected their sign-offs.
        news: Vec<String>,
    },
    /// The statements to withdraw, and the request that they answer.
    Batch(Box<Batch>, BatchWish),
    Told(Box<DialogData>),
    /// An action was carried out: what is signed was written, read back and verified.
    Signed(Box<ActionResult>),
    /// A training officer's task was done.
    Office(Box<OfficeResult>),
    /// A task that runs by itself failed and changed nothing.
    OfficeFailed(OfficeTask, UiError),
    /// How far a task is that runs by itself.
    OfficeProgress(OfficeProgress),
    /// What the action of the open dialog would do.
    Foreseen(String),
    SessionEnded(PersonId),
    /// The sign-off book is there.
    BookMade,
    /// Nothing to report.
    Nothing,
    /// The effect failed and changed nothing.
    Failed(UiError),
    /// The dialog's action would be refused whatever is typed.
    Refused(UiError),
    /// Only a security key signs this, and none is open.
    NeedsSecurityKey(UiError),
    /// An SSH agent or a security key is waited for: what to do, in words.
    WaitsForKey(String),
    /// What came of a wait whose dialog was left.
    Left(Box<Outcome>),
    /// The SSH agent has the key of somebody by now who had none when people were listed.
    KeyFound(PersonChoice),
}

/// A sign-off in full, for a second check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckDetail {
    pub record: Record,
    /// The text of its KSB.
    pub text: String,
    /// Whether its signature verifies.
    pub sound: bool,
}

/// A loaded trainee, with the signer's marks and draft.
#[derive(Debug, Clone, PartialEq)]
pub struct TraineeLoaded {
    pub trainee_record: TraineeRecord,
    /// What is left to sign, most urgent first.
    pub left: Vec<Outstanding>,
    pub marks: Vec<KsbCode>,
    pub draft: Draft,
    pub head: TreeHead,
    /// Today's date on this machine.
    pub today: NaiveDate,
}

/// An error in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UiError {
    /// What was being done, on what, and why it failed.
    pub what: String,
    pub hint: Option<String>,
    /// The person whose session the failure ended (three wrong PINs).
    pub session_ended: Option<PersonId>,
}
