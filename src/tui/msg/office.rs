//! Defines the tasks of a training officer: what their dialogs are filled from and what they request.

use chrono::NaiveDate;

use crate::command::Command;
use crate::msg::office_bundle::BundleAction;
use crate::msg::records::{RecordsPreview, RecordsQuery};
use crate::msg::roster::{RosterPreview, RosterQuery};
use countersign_core::people::paid_hours::PaidHours;
use countersign_core::people::person::Role;
use countersign_core::primitives::ids::{PersonId, Secret, StandardRef};
use countersign_core::primitives::level::Level;
use countersign_core::primitives::text::SafeText;
use countersign_core::statement::kinds::policy::PolicyName;

macro_rules! tasks {
    ($($task:ident = $command:ident;)+) => {
        /// A task of a training officer, with a dialog of its own.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum OfficeTask { $($task,)+ }

        impl OfficeTask {
            pub const ALL: &[Self] = &[$(Self::$task,)+];

            /// Returns the command that opens its dialog.
            pub fn command(self) -> Command {
                match self { $(Self::$task => Command::$command,)+ }
            }
        }
    };
}

tasks! {
    AddPerson = AddPerson;
    ImportRoster = ImportRoster;
    ImportRecords = ImportRecords;
    Enrol = Enrol;
    Supervise = Supervise;
    IssueKey = IssueKey;
    Leave = Leaver;
    EndKey = EndKey;
    SetPin = SetPin;
    SshKey = SshKey;
    Break = BreakInLearning;
    Move = MoveVersion;
    Policy = SetPolicy;
    BackUp = BackUp;
    Verify = Verify;
    AdoptStandard = AdoptStandard;
    AdoptList = AdoptList;
    MakeBundle = MakeBundle;
    CheckBundle = CheckBundle;
    ImportBundle = ImportBundle;
    TakeBackBundle = TakeBackBundle;
    AcceptLog = AcceptLog;
    StopLog = StopLog;
}

impl OfficeTask {
    /// Returns the task whose dialog a command opens.
    pub fn of(command: Command) -> Option<Self> {
        Self::ALL.iter().copied().find(|task| task.command() == command)
    }

    /// Returns the name of its dialog.
    pub fn name(self) -> &'static str {
        self.command().row().name
    }

    /// Whether it reads or writes a file that the person names.
    pub fn needs_files(self) -> bool {
        matches!(
            self,
            Self::ImportRoster
                | Self::ImportRecords
                | Self::BackUp
                | Self::AdoptStandard
                | Self::AdoptList
                | Self::MakeBundle
                | Self::CheckBundle
                | Self::ImportBundle
        )
    }
}

/// A request for what a dialog is filled from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeQuery {
    pub task: OfficeTask,
    /// The open trainee, whom the dialog suggests.
    pub trainee: Option<PersonId>,
    pub signer: PersonId,
}

/// What a dialog is filled from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeData {
    pub task: OfficeTask,
    /// The options of its fields by name: value, and words.
    pub options: Vec<(&'static str, Vec<(String, String)>)>,
    /// The first values of its fields by name.
    pub values: Vec<(String, String)>,
    /// The roster that was previewed.
    pub roster: Option<Box<RosterPreview>>,
    /// The existing records that were previewed.
    pub records: Option<Box<RecordsPreview>>,
    /// What to know before, as paragraphs.
    pub notes: Vec<String>,
    /// The enrolments that the dialog may change.
    pub enrolled: Vec<KnownEnrolment>,
}

/// An enrolment as the fields of its dialog show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownEnrolment {
    pub trainee: PersonId,
    /// The trainee, the standard and the start, in a sentence.
    pub words: String,
    /// The values of the fields by name.
    pub values: Vec<(String, String)>,
}

impl OfficeData {
    /// Returns the data of a task that is filled from nothing.
    pub fn empty(task: OfficeTask) -> Self {
        Self {
            task,
            options: Vec::new(),
            values: Vec::new(),
            roster: None,
            records: None,
            notes: Vec::new(),
            enrolled: Vec::new(),
        }
    }

    /// Returns the enrolment of a trainee, if they have one.
    pub fn enrolment_of(&self, trainee: &str) -> Option<&KnownEnrolment> {
        self.enrolled.iter().find(|one| one.trainee.as_str() == trainee)
    }
}

/// What a training officer wants done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfficeAction {
    AddPerson(Box<NewcomerRequest>),
    /// Adds the people of a roster, as previewed.
    ImportRoster(Box<RosterQuery>),
    /// Carries existing records over, as previewed.
    ImportRecords(Box<RecordsQuery>),
    Enrol(Box<EnrolRequest>),
    Supervise {
        supervisor: PersonId,
        trainee: PersonId,
        change: SupervisionChange,
    },
    IssueKey(PersonId),
    Leave(PersonId),
    /// Somebody who left is back.
    Return(PersonId),
    /// The key can sign no more; what it signed stays valid.
    RetireKey {
        /// Its fingerprint.
        key: String,
        reason: SafeText,
    },
    /// Somebody else had the key: what it signed since is under review.
    CompromiseKey {
        /// Its fingerprint.
        key: String,
        /// The position of the first entry that its holder may not have signed.
        from: u64,
        reason: SafeText,
    },
    /// Sets the signer's own passphrase or PIN, or both.
    SetPin {
        passphrase: Option<Secret>,
        pin: Option<Secret>,
    },
    AddSshKey {
        person: PersonId,
        /// The public key, or the path of its file.
        key: String,
    },
    /// Revokes a person's SSH keys, or the one with this fingerprint.
    RevokeSshKey {
        person: PersonId,
        fingerprint: Option<String>,
    },
    StartBreak {
        trainee: PersonId,
        from: NaiveDate,
        /// The first day back, if it is known.
        back: Option<NaiveDate>,
        reason: SafeText,
    },
    EndBreak {
        trainee: PersonId,
        /// The first day back.
        on: NaiveDate,
        reason: Option<SafeText>,
    },
    Move {
        trainee: PersonId,
        to: StandardRef,
    },
    /// The settings that change.
    Policy(Vec<(PolicyName, u32)>),
    BackUp {
        to: String,
        keys: bool,
        replace: bool,
    },
    Verify {
        /// A checkpoint code that was kept elsewhere.
        code: Option<String>,
    },
    AdoptStandard {
        path: String,
    },
    AdoptList {
        path: String,
    },
    Bundle(BundleAction),
}

impl OfficeAction {
    /// Returns the task that it is of.
    pub fn task(&self) -> OfficeTask {
        match self {
            Self::AddPerson(_) => OfficeTask::AddPerson,
            Self::ImportRoster(_) => OfficeTask::ImportRoster,
            Self::ImportRecords(_) => OfficeTask::ImportRecords,
            Self::Enrol(_) => OfficeTask::Enrol,
            Self::Supervise { .. } => OfficeTask::Supervise,
            Self::IssueKey(_) => OfficeTask::IssueKey,
            Self::Leave(_) | Self::Return(_) => OfficeTask::Leave,
            Self::RetireKey { .. } | Self::CompromiseKey { .. } => OfficeTask::EndKey,
            Self::SetPin { .. } => OfficeTask::SetPin,
            Self::AddSshKey { .. } | Self::RevokeSshKey { .. } => OfficeTask::SshKey,
            Self::StartBreak { .. } | Self::EndBreak { .. } => OfficeTask::Break,
            Self::Move { .. } => OfficeTask::Move,
            Self::Policy(_) => OfficeTask::Policy,
            Self::BackUp { .. } => OfficeTask::BackUp,
            Self::Verify { .. } => OfficeTask::Verify,
            Self::AdoptStandard { .. } => OfficeTask::AdoptStandard,
            Self::AdoptList { .. } => OfficeTask::AdoptList,
            Self::Bundle(BundleAction::Make { .. }) => OfficeTask::MakeBundle,
            Self::Bundle(BundleAction::Check { .. }) => OfficeTask::CheckBundle,
            Self::Bundle(BundleAction::Import { .. }) => OfficeTask::ImportBundle,
            Self::Bundle(BundleAction::TakeBack { .. }) => OfficeTask::TakeBackBundle,
            Self::Bundle(BundleAction::Accept { .. }) => OfficeTask::AcceptLog,
            Self::Bundle(BundleAction::Stop { .. }) => OfficeTask::StopLog,
        }
    }
}

/// Whether someone begins or stops to supervise a trainee.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SupervisionChange {
    Begin,
    Stop,
}

/// A person to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewcomerRequest {
    /// As typed: “Bell, Ann” is turned around.
    pub name: String,
    pub roles: Vec<Role>,
    pub department: Option<SafeText>,
    pub registration: Option<SafeText>,
    pub level: Option<Level>,
    /// Whether to add a second person of the same name.
    pub another: bool,
    /// The enrolment of a trainee.
    pub enrolment: Option<NewcomerEnrolment>,
}

/// The enrolment of a trainee who is added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewcomerEnrolment {
    pub standard: StandardRef,
    pub start: NaiveDate,
    /// As typed: a part of the option's name.
    pub option: Option<String>,
    pub supervisor: Option<PersonId>,
}

/// An enrolment; what is not given keeps its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolRequest {
    pub trainee: PersonId,
    pub standard: StandardRef,
    pub start: NaiveDate,
    /// As typed: a part of the option's name.
    pub option: Option<String>,
    pub specialism: Option<SafeText>,
    pub weekly: Option<PaidHours>,
    pub end: Option<NaiveDate>,
    pub aged_16_to_18: Option<bool>,
}
