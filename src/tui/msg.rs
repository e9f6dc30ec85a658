//! What passes between the pure state and the world: messages in, effects out, outcomes back. Plain data that tests
//! compare. Must never hold a callback or a handle.

pub mod acts;
pub mod claims;
pub mod credential_kind;
pub mod page;

use chrono::NaiveDate;

use crate::domain::primitives::ids::{ClaimId, KsbCode, PersonId, Secret, StandardRef, StatementId};
use crate::domain::primitives::text::SafeText;
use crate::domain::programme::Programme;
use crate::domain::programme::cohort::{CohortOrder, CohortRow};
use crate::domain::programme::gateway::Readiness;
use crate::domain::record::claim::{Claim, QueueRow};
use crate::domain::record::evidence::File;
use crate::domain::record::outstanding::Outstanding;
use crate::domain::record::view::{
    Batch, ClaimDetail, FullStatement, HistoryRow, Observation, PersonRow, Record, SessionRow, SignedReceipt,
    TraineeCard, TraineeRecord, TreeHead,
};
use crate::tui::command::Command;
use crate::tui::key::KeyPress;
use crate::tui::msg::acts::{ActRequest, Acted, AnswerRequest, BatchWish, DialogData, DialogQuery, WithdrawRequest};
use crate::tui::msg::claims::{ClaimRequest, NextStep};
use crate::tui::msg::credential_kind::CredentialKind;

/// Something happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    Key(KeyPress),
    Paste(String),
    /// The terminal has this many columns and rows now.
    Resize(u16, u16),
    /// A command from the palette, help or a test.
    Do(Command),
    /// An effect came to this.
    Done(Outcome),
    /// Another process changed the file.
    Changed,
    /// Nobody touched a key for the policy's idle minutes.
    Idle,
    /// A signing session reached its end.
    SessionEnd,
    /// Back from the shell: the screen must be drawn whole.
    Resumed,
}

/// A person who may sign here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonChoice {
    pub person: PersonRow,
    /// By what they show it.
    pub way: CredentialKind,
}

/// The fields of a dialog as typed, by name; kept on disk while they are typed.
pub type Draft = Vec<(String, String)>;

/// A wish of the screen towards the world.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// The standing of a trainee, with the marks of `marks_of` on it.
    OpenTrainee {
        trainee: PersonId,
        marks_of: Option<PersonId>,
    },
    /// The records of one KSB of a trainee.
    LoadRecord {
        trainee: PersonId,
        code: KsbCode,
    },
    /// What a trainee still has to show.
    LoadOutstanding(PersonId),
    /// Every requirement of the gateway for a trainee.
    LoadReadiness(PersonId),
    /// A trainee's reviews and hours.
    LoadProgramme(PersonId),
    /// Trainees whose name or id fits, best first; with no text, those last opened here.
    FindTrainees {
        text: String,
        /// At most so many.
        most: usize,
    },
    /// People who may sign here, those with a session first.
    FindPeople {
        text: String,
        /// At most so many.
        most: usize,
    },
    /// Everyone else than the trainees of a standard.
    FindOthers {
        text: String,
        /// At most so many.
        most: usize,
    },
    /// A window of the log, newest first.
    LoadHistory {
        /// Filter words, all of which a row must hold.
        filter: String,
        /// Skip this many rows that fit.
        skip: u64,
        /// At most so many rows.
        rows: u16,
    },
    /// A window of the queue.
    LoadQueue {
        /// Whose; everyone's where nobody is named.
        of: Option<PersonId>,
        /// Words that a row must hold.
        filter: String,
        /// Skip this many that fit.
        skip: u64,
        /// At most so many rows.
        rows: u16,
    },
    /// Claims, whole, to do something with them.
    LoadClaims {
        ids: Vec<ClaimId>,
        /// What is to be done.
        then: NextStep,
    },
    /// Whom a trainee may ask, and what they have handed in.
    LoadAsking(PersonId),
    /// Save the evidence of a claim in a folder.
    SaveFiles {
        claim: ClaimId,
        /// Where.
        to: String,
    },
    Claim(ClaimRequest),
    /// Take back a claim of the trainee who logged in.
    TakeBack {
        trainee: PersonId,
        claim: ClaimId,
    },
    /// A window of the cohort.
    LoadCohort {
        filter: String,
        /// In which order.
        order: CohortOrder,
        /// Skip this many that fit.
        skip: u64,
        /// At most so many rows.
        rows: u16,
    },
    /// One statement in full.
    LoadStatement(StatementId),
    /// What a standard says of itself.
    LoadAbout(StandardRef),
    LoadFramework,
    /// Keep the marks of a person on a trainee.
    SaveMarks {
        person: PersonId,
        trainee: PersonId,
        marks: Vec<KsbCode>,
    },
    /// Keep what stands in the dialog; an empty draft forgets it.
    SaveDraft {
        person: PersonId,
        trainee: PersonId,
        draft: Draft,
    },
    /// Show who one is: opens or takes up a session.
    Unlock {
        person: PersonId,
        way: CredentialKind,
        secret: Secret,
    },
    Sign(SignRequest),
    /// Read what is to be taken back.
    LoadBatch(BatchWish),
    Withdraw(WithdrawRequest),
    /// Say whether this would be refused, before anyone shows who they are.
    Foretell(Box<Effect>),
    /// A trainee's word on their own record.
    Answer(AnswerRequest),
    /// Read what a dialog or a list of second looks is about.
    Ask(DialogQuery),
    /// Sign something else, or enter it.
    Act(Box<ActRequest>),
    /// End a session: its key leaves memory.
    EndSession(PersonId),
    /// Ring the changes since the last look: what is shown is read anew if the file moved on.
    Look,
    /// Go to the shell until `fg`.
    Suspend,
    Redraw,
    Quit,
}

/// A batch to sign.
#[derive(Debug, Clone, PartialEq)]
pub struct SignRequest {
    pub signer: PersonId,
    pub trainee: PersonId,
    pub codes: Vec<KsbCode>,
    /// The claims that it answers, if it was asked for.
    pub claims: Vec<ClaimId>,
    pub observation: Observation,
    /// By what the signer shows who they are, now.
    pub way: CredentialKind,
    pub secret: Secret,
}

/// What an effect came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The key that let them in was taken back: nothing is shown any more.
    TurnedAway,
    Opened(Box<TraineeLoaded>),
    /// The records of a KSB, newest first.
    Records {
        trainee: PersonId,
        code: KsbCode,
        records: Vec<Record>,
    },
    /// What a trainee still has to show, the most urgent first.
    Outstanding {
        trainee: PersonId,
        rows: Vec<Outstanding>,
    },
    Readiness(Box<Readiness>),
    /// A trainee's reviews and hours.
    Programme {
        trainee: PersonId,
        programme: Box<Programme>,
    },
    Trainees(Vec<TraineeCard>),
    People(Vec<PersonChoice>),
    /// A window of the log.
    History {
        /// The rows.
        rows: Vec<HistoryRow>,
        /// Where the window begins.
        skip: u64,
        /// How many fit in all, where that is known without counting the file.
        of: Option<u64>,
        /// Where the log stands.
        head: TreeHead,
        /// The assurance level, as it was when the history was opened: `L0` to `L3`.
        level: String,
    },
    /// A window of the queue.
    Queue {
        /// The rows.
        rows: Vec<QueueRow>,
        /// Where the window begins.
        skip: u64,
        /// How many fit in all.
        of: u64,
    },
    /// Claims, whole, and what is to be done with them.
    Claims {
        sheets: Vec<ClaimDetail>,
        /// What is to be done.
        then: NextStep,
    },
    /// Whom a trainee may ask, and what they have handed in.
    Asking {
        trainee: PersonId,
        people: Vec<(PersonId, SafeText)>,
        files: Vec<File>,
    },
    /// Files are saved, in this folder.
    FilesSaved {
        count: usize,
        /// Where.
        folder: String,
    },
    Claimed(Box<Claim>),
    /// A claim is taken back.
    TakenBack(Box<Claim>),
    /// A window of the cohort, of those that fit this filter, in this order.
    Cohort {
        /// The filter that was asked for.
        filter: String,
        /// The order that was asked for.
        order: CohortOrder,
        /// The rows.
        rows: Vec<CohortRow>,
        /// Where the window begins.
        skip: u64,
        /// How many fit in all.
        of: u64,
    },
    Statement(Box<FullStatement>),
    Page(Box<page::Text>),
    /// Another process changed the file: what is shown must be asked for anew.
    Moved,
    /// It is on the disk.
    Saved,
    /// A session is open and it is this person's turn.
    Unlocked {
        session: SessionRow,
        /// The trainee that they had open last.
        place: Option<PersonId>,
        /// What they should know: the keys added in their name since they last opened one, samples that rejected.
        news: Vec<String>,
    },
    /// A batch is on the disk, read back and checked.
    Signed(SignedReceipt),
    /// What is to be taken back, and how that was asked for.
    Batch(Box<Batch>, BatchWish),
    /// What was signed no longer counts.
    Withdrawn(SignedReceipt),
    /// A trainee's word is on the disk.
    Answered(SignedReceipt),
    Told(Box<DialogData>),
    /// What was done is on the disk.
    Acted(Box<Acted>),
    SessionEnded(PersonId),
    /// Nothing to say.
    Nothing,
    /// It failed, and nothing was changed.
    Failed(UiError),
    /// What a dialog is for would be refused, whatever is typed.
    Refused(UiError),
}

/// A trainee opened: the standing, and the signer's place on it.
#[derive(Debug, Clone, PartialEq)]
pub struct TraineeLoaded {
    pub standing: TraineeRecord,
    pub marks: Vec<KsbCode>,
    pub draft: Draft,
    /// Where the log stands.
    pub head: TreeHead,
    /// Today, by this machine's calendar.
    pub today: NaiveDate,
}

/// Why something failed, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UiError {
    /// What was being done, with which thing, and why it failed.
    pub what: String,
    pub hint: Option<String>,
    /// Whether the person's session ended by it (three wrong PINs).
    pub session_ended: Option<PersonId>,
}
