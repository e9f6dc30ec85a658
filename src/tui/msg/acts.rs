//! Defines requests and results for actions: sign-offs, withdrawals, countersigning, sampling, hours, gateway and reviews.

use chrono::NaiveDate;

use crate::msg::claims::ClaimRequest;
use crate::msg::credential_kind::CredentialKind;
use crate::msg::office::{OfficeAction, OfficeData, OfficeQuery};
use crate::msg::records::{RecordsPreview, RecordsQuery};
use crate::msg::roster::{RosterPreview, RosterQuery};
use countersign_core::primitives::ids::{ClaimId, KsbCode, PersonId, Secret, StandardRef, StatementId};
use countersign_core::primitives::text::SafeText;
use countersign_core::programme::hours::QuarterHours;
use countersign_core::record::group::{GroupItem, GroupMember};
use countersign_core::record::view::{Observation, Record, TreeHead};
use countersign_core::statement::kinds::requirement::{RequirementId, RequirementOutcome};
use countersign_core::statement::kinds::review::{NewReview, Party};
use countersign_core::statement::kinds::sample::Sampled;

/// An action to carry out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    SignOff(Box<NewSignOff>),
    /// Claims KSBs: with the trainee's passphrase, or without if they logged in.
    Claim(Box<ClaimRequest>),
    /// Signs one item off for several people.
    SignForMany(Box<NewGroupSignOff>),
    /// Countersigns sign-offs.
    Countersign(Vec<StatementId>),
    /// Records the outcome of sampling a sign-off.
    Sample {
        of: StatementId,
        outcome: Sampled,
        reason: Option<SafeText>,
    },
    /// Draws sign-offs to sample; not signed.
    Draw {
        most: u32,
        /// Seed of the draw; random if `None`.
        seed: Option<u64>,
        /// Log filter for the sign-offs to draw from.
        from: String,
    },
    /// Confirms off-the-job hours.
    ConfirmHours {
        trainee: PersonId,
        entries: Vec<StatementId>,
    },
    /// Enters off-the-job hours; not signed.
    EnterHours {
        trainee: PersonId,
        /// Day of the training.
        day: NaiveDate,
        hours: QuarterHours,
        what: SafeText,
        codes: Vec<KsbCode>,
    },
    /// Records a gateway requirement as met or waived.
    Requirement {
        trainee: PersonId,
        requirement: RequirementId,
        /// Met or waived.
        outcome: RequirementOutcome,
        /// The evidence, or the reason.
        reason: SafeText,
    },
    /// Records a party's confirmation that a trainee may go to end-point assessment.
    Confirm {
        trainee: PersonId,
        party: Party,
    },
    /// Acknowledges a record or a progress review or, with a reason, disputes it as its trainee.
    Answer {
        of: StatementId,
        subject: AnswerSubject,
        /// The reason for the dispute.
        reason: Option<SafeText>,
    },
    Withdraw {
        of: Vec<StatementId>,
        reason: SafeText,
        /// The message once they are withdrawn.
        said: String,
    },
    /// Records a progress review.
    Review(Box<NewReview>),
    /// Does a task of a training officer.
    Office(OfficeAction),
}

/// What is acknowledged or disputed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerSubject {
    Record,
    Review,
}

/// A batch of sign-offs of one trainee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSignOff {
    pub trainee: PersonId,
    /// Each with the claim on it that the signer was shown.
    pub items: Vec<(KsbCode, Option<ClaimId>)>,
    /// The claims that it answers, if it was opened from the queue.
    pub claims: Vec<ClaimId>,
    pub observation: Observation,
    /// How many signed KSBs of the list were left out.
    pub skipped: usize,
}

/// One item signed off for several people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGroupSignOff {
    pub of: StandardRef,
    pub code: KsbCode,
    /// Each with the claim on the item that the signer was shown.
    pub people: Vec<(PersonId, Option<ClaimId>)>,
    pub observation: Observation,
}

/// An action in a person's name.
#[derive(Debug, Clone, PartialEq)]
pub struct ActionRequest {
    pub signer: PersonId,
    pub action: Action,
    /// The credential typed now; none if the action is not signed.
    pub credential: Option<(CredentialKind, Secret)>,
    pub mode: SignMode,
}

/// Whether an action is only checked or also written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignMode {
    /// Checks whether the rules would refuse the action, before the signer types a secret.
    DryRun,
    Write,
}

/// Data to load before a dialog opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DialogQuery {
    /// Sign-offs in full, for a next step.
    Sheets {
        ids: Vec<StatementId>,
        /// The next step.
        then: LookNext,
        reader: Option<PersonId>,
    },
    /// This signer's open countersignatures on these KSBs.
    Unsigned { trainee: PersonId, codes: Vec<KsbCode>, signer: PersonId },
    /// People who can attend a progress review of a trainee.
    Attending(PersonId),
    /// The items that this person can sign for many people.
    GroupItems { signer: PersonId },
    /// Those who answer for an item and match a filter of the cohort, without the signer.
    GroupMembers { item: GroupItem, signer: PersonId, filter: String },
    /// What the dialog of a training officer's task is filled from.
    Office(OfficeQuery),
    /// The preview of a roster.
    Roster(RosterQuery),
    /// The preview of a file of existing records.
    Records(RecordsQuery),
}

/// The next step for loaded sign-offs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LookNext {
    Countersign,
    Sample,
}

/// A sign-off in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignOffDetail {
    pub trainee: PersonId,
    pub trainee_name: SafeText,
    pub record: Record,
    pub text: String,
    /// The dialog's last draft for its trainee: fields by name.
    pub draft: Vec<(String, String)>,
}

/// The loaded data.
#[derive(Debug, Clone, PartialEq)]
pub enum DialogData {
    Sheets(Vec<SignOffDetail>, LookNext),
    /// People who can attend a progress review.
    Attending {
        trainee: PersonId,
        /// Supervisors of the trainee first; the flag marks training officers.
        people: Vec<(PersonId, SafeText, bool)>,
    },
    GroupItems(Vec<GroupItem>),
    GroupMembers(GroupItem, Vec<GroupMember>),
    Office(OfficeData),
    Roster(Box<RosterPreview>),
    Records(Box<RecordsPreview>),
}

/// The result of an action, once it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionResult {
    pub said: String,
    /// A warning that did not stop the action.
    pub mirror_warning: Option<String>,
    pub head: TreeHead,
    /// The trainee, if the action is on a record.
    pub trainee: Option<PersonId>,
    /// The signed statements, if they can be withdrawn.
    pub ids: Vec<StatementId>,
    pub kind: ResultKind,
}

/// What a result changes on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResultKind {
    SignOff,
    Claim,
    Withdrawal,
    Other,
}

/// Selects the statements to withdraw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BatchWish {
    These(Vec<StatementId>),
    /// The batch that contains this statement.
    With(StatementId),
    /// The newest valid sign-off of each of these KSBs.
    Newest {
        trainee: PersonId,
        codes: Vec<KsbCode>,
    },
}
