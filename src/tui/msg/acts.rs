//! What is asked of the world for what a person signs besides sign-offs: countersigns, samples, hours, the gateway, reviews.
//! Plain data that tests compare. Must never hold a secret but where it is used.

use chrono::NaiveDate;

use crate::domain::primitives::ids::{KsbCode, PersonId, Secret, StatementId};
use crate::domain::primitives::text::SafeText;
use crate::domain::programme::hours::QuarterHours;
use crate::domain::record::quality_assurance::QaPage;
use crate::domain::record::view::{Record, TreeHead};
use crate::domain::statement::annotation::Sampled;
use crate::domain::statement::gateway::{RequirementId, RequirementOutcome};
use crate::domain::statement::review::{NewReview, Party};
use crate::tui::msg::credential_kind::CredentialKind;

/// What is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// A second signature.
    Countersign(Vec<StatementId>),
    /// What came of sampling a sign-off.
    Sample { of: StatementId, outcome: Sampled, reason: Option<SafeText> },
    /// Sign-offs are drawn to be sampled; signs nothing.
    Draw {
        most: u32,
        /// From what; by chance where it is not said.
        seed: Option<u64>,
        /// From which sign-offs: a filter of the history.
        from: String,
    },
    /// Off-the-job hours were spent.
    ConfirmHours { trainee: PersonId, entries: Vec<StatementId> },
    /// Off-the-job hours are entered; signs nothing.
    EnterHours {
        trainee: PersonId,
        /// The day.
        day: NaiveDate,
        hours: QuarterHours,
        what: SafeText,
        codes: Vec<KsbCode>,
    },
    /// A requirement of the gateway is met or waived.
    Requirement {
        trainee: PersonId,
        requirement: RequirementId,
        /// Which of the two.
        outcome: RequirementOutcome,
        /// What shows it, or why.
        reason: SafeText,
    },
    /// A party's word that a trainee may go to end-point assessment.
    Confirm { trainee: PersonId, party: Party },
    /// A progress review was read by one who attended it or, with a reason, its trainee does not agree.
    Answer {
        of: StatementId,
        /// Why they do not agree.
        reason: Option<SafeText>,
    },
    /// A progress review was held.
    Review(Box<NewReview>),
}

/// Something to do in a person's name.
#[derive(Debug, Clone, PartialEq)]
pub struct ActRequest {
    pub signer: PersonId,
    pub act: Act,
    /// By what the signer shows who they are, now, and it; nothing for what is not signed.
    pub proof: Option<(CredentialKind, Secret)>,
}

/// What must be read before a dialog can open, or a list be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DialogQuery {
    /// A window of what asks for a second look.
    Looks {
        /// Whom; anyone where nobody is named.
        of: Option<PersonId>,
        /// Words that a row must hold.
        filter: String,
        /// Skip this many that fit.
        skip: u64,
        /// At most so many rows.
        rows: u16,
    },
    /// Sign-offs, whole, to do something with them.
    Sheets {
        ids: Vec<StatementId>,
        /// What is to be done.
        then: LookNext,
        reader: Option<PersonId>,
    },
    /// The sign-offs of these KSBs that want a second signature of this person, to give it.
    Unsigned { trainee: PersonId, codes: Vec<KsbCode>, signer: PersonId },
    /// Who can attend a progress review of a trainee.
    Attending(PersonId),
}

/// What is to be done with sign-offs that were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LookNext {
    Countersign,
    Sample,
}

/// A sign-off, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignOffDetail {
    pub trainee: PersonId,
    pub trainee_name: SafeText,
    pub record: Record,
    pub text: String,
    /// What was typed in the dialog for them the last time: fields by name.
    pub draft: Vec<(String, String)>,
}

/// What was read.
#[derive(Debug, Clone, PartialEq)]
pub enum DialogData {
    /// A window of what asks for a second look, and where it begins.
    Looks(QaPage, u64),
    Sheets(Vec<SignOffDetail>, LookNext),
    /// Who can attend a progress review.
    Attending {
        trainee: PersonId,
        /// Who, those who supervise them first; and whether they are training officers.
        people: Vec<(PersonId, SafeText, bool)>,
    },
}

/// What an act came to, once it is on the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acted {
    pub said: String,
    /// What went wrong beside it.
    pub beside: Option<String>,
    /// Where the log stands.
    pub head: TreeHead,
    /// On whose record, where it is on one.
    pub trainee: Option<PersonId>,
    /// What was signed, where it can be taken back.
    pub ids: Vec<StatementId>,
}

/// Which statements are to be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BatchWish {
    These(Vec<StatementId>),
    /// What was signed in one go with this one.
    With(StatementId),
    /// The newest sign-off that counts of each of these KSBs.
    Newest {
        trainee: PersonId,
        codes: Vec<KsbCode>,
    },
}

/// What is to be withdrawn.
#[derive(Debug, Clone, PartialEq)]
pub struct WithdrawRequest {
    pub signer: PersonId,
    pub of: Vec<StatementId>,
    pub reason: SafeText,
    /// By what the signer shows who they are, now.
    pub way: CredentialKind,
    pub secret: Secret,
}

/// A trainee's word on a record of their own.
#[derive(Debug, Clone, PartialEq)]
pub struct AnswerRequest {
    pub signer: PersonId,
    pub of: StatementId,
    /// Why they do not agree; none where they have read it.
    pub reason: Option<SafeText>,
    /// By what they show who they are, now.
    pub way: CredentialKind,
    pub secret: Secret,
}
