//! Lists the kinds of statement, with who signs them and what may be done with them.

use std::fmt;

use crate::people::person::Role;

/// The kinds: variant, content in `kinds`, slug, words, who may sign (the rules check more), and how it may be undone. A
/// kind is added by a row here and a struct in `kinds`; the compiler then names every other place that must know it.
macro_rules! kinds {
    ($generate:ident) => {
        $generate! {
            /// The log begins: its department, first training officer, their key, the log's key and the first policy.
            Genesis: genesis::Genesis = "genesis", "genesis", OFFICER, Never;
            /// A person is added, changed or leaves.
            Person: person::PersonChange = "person", "person", OFFICER, Never;
            /// A person's public key, certified.
            Key: keys::KeyGrant = "key", "key", OFFICER, Never;
            /// A standard is adopted.
            Standard: adoption::Adoption = "standard", "standard", OFFICER, Never;
            /// A department's own list of competences is adopted.
            Competences: adoption::Competences = "competences", "local competences", OFFICER, Never;
            /// A trainee starts on a standard.
            Enrolment: enrolment::NamedEnrolment = "enrolment", "enrolment", OFFICER, Never;
            /// A break in learning is recorded, or its return date.
            Pause: enrolment::Pause = "pause", "break in learning", OFFICER, Never;
            /// Settings for the department.
            Policy: policy::Settings = "policy", "policy", OFFICER, Never;
            /// An observed KSB.
            SignOff: sign_off::SignOff = "sign-off", "sign-off", SUPERVISOR, Withdraw("sign-off", "sign-offs");
            /// An earlier statement no longer counts.
            Withdraw: withdraw::Withdraw = "withdraw", "withdrawal", ANYONE, Erase;
            /// A key stops signing; its earlier signatures stay valid.
            Retire: keys::Retire = "retire", "retired key", ANYONE, Never;
            /// A key is compromised from a position on.
            Compromise: keys::Compromise = "compromise", "compromised key", ANYONE, Never;
            /// Items of an earlier record are carried over.
            CarryOver: carry_over::CarryOver = "carry-over", "carried-over record", OFFICER,
                Withdraw("carried-over record", "carried-over records");
            /// A second signature.
            Countersign: countersign::Countersign = "countersign", "countersign", ANYONE,
                Withdraw("countersignature", "countersignatures");
            /// A progress review took place.
            Review: review::Review = "review", "progress review", ASSESSOR, Withdraw("progress review", "progress reviews");
            /// Off-the-job hours are confirmed.
            Hours: hours::Hours = "hours", "off-the-job hours", ASSESSOR,
                Withdraw("confirmation of hours", "confirmations of hours");
            /// Prior learning is recognised.
            Recognition: recognition::Recognition = "recognition", "recognised prior learning", OFFICER,
                Withdraw("the recognition of prior learning", "recognitions of prior learning");
            /// Planned hours and KSBs, by month.
            TrainingPlan: training_plan::TrainingPlan = "plan", "training plan", OFFICER,
                Withdraw("the training plan", "training plans");
            /// A gateway requirement is met or waived.
            Requirement: requirement::Requirement = "requirement", "gateway requirement", OFFICER,
                Withdraw("record of a requirement", "records of requirements");
            /// The employer or provider confirms the gateway.
            Confirm: confirm::Confirm = "confirm", "gateway confirmation", ASSESSOR,
                Withdraw("gateway confirmation", "gateway confirmations");
            /// A verifier samples a sign-off (IQA).
            Sample: sample::Sample = "sample", "sample", VERIFIER, Erase;
            /// A statement on the record is marked as read.
            Acknowledge: response::Acknowledge = "acknowledge", "acknowledgement", ANYONE, Erase;
            /// A trainee disputes a statement on their record.
            Dispute: response::Dispute = "dispute", "dispute", ANYONE, Erase;
            /// A statement's text is deleted.
            Erase: erase::Erase = "erase", "erasure", OFFICER, Never;
            /// A lost statement is imported from a receipt.
            Import: recovery::Import = "import", "import", OFFICER, Erase;
            /// The log continues from a backup.
            Restore: recovery::Restore = "restore", "restore", OFFICER, Never;
            /// The log's newest time is set back.
            Clock: recovery::ClockBack = "clock", "clock", OFFICER, Never;
            /// The department's key for badges is set, or retired.
            IssuerKey: issuer::IssuerKey = "issuer-key", "issuer key", OFFICER, Never;
            /// Another department's log is accepted, or no longer.
            OtherLog: other_log::OtherLog = "other-log", "key of another log", OFFICER, Never;
            /// A bundle of a trainee's statements from other logs was received.
            Received: received::Received = "received", "bundle received", OFFICER, Never;
            /// What bundles brought for a trainee is taken back.
            TakenBack: taken_back::TakenBack = "taken-back", "bundle taken back", OFFICER, Never;
            /// A trainee here is a trainee of another log, whose statements the hub brings; or that ends.
            Rotation: rotation::Rotation = "rotation", "rotation", OFFICER, Never;
        }
    };
}

const OFFICER: &[Role] = &[Role::TrainingOfficer];
const SUPERVISOR: &[Role] = &[Role::Supervisor];
const ASSESSOR: &[Role] = &[Role::Supervisor, Role::TrainingOfficer];
const VERIFIER: &[Role] = &[Role::Verifier];
const ANYONE: &[Role] = &Role::ALL;

/// How a statement may be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undo {
    Never,
    /// It is on a trainee's record, so that its text can be erased.
    Erase,
    /// It can also be withdrawn; with its noun, in singular and plural.
    Withdraw(&'static str, &'static str),
}

macro_rules! kind {
    ($($(#[$doc:meta])* $variant:ident: $module:ident::$content:ident =
        $slug:literal, $words:literal, $roles:ident, $undo:expr;)+) => {
        slugs! {
            /// A kind of statement.
            Kind: "a kind of statement" {
                $($(#[$doc])* $variant = $slug, $words;)+
            }
        }

        impl Kind {
            /// Returns the roles in which it may be signed.
            pub fn roles(self) -> &'static [Role] {
                match self { $(Self::$variant => $roles),+ }
            }

            /// Returns how it may be undone.
            pub fn undo(self) -> Undo {
                use Undo::{Erase, Never, Withdraw};
                match self { $(Self::$variant => $undo),+ }
            }
        }
    };
}

kinds!(kind);

impl Kind {
    /// Returns the word for lists: the slug, except where people use another term.
    pub fn shown(self) -> &'static str {
        match self {
            Self::Genesis => "log started",
            Self::Pause => "break",
            Self::Confirm => "gateway",
            Self::Acknowledge => "read",
            Self::Dispute => "disagreed",
            Self::CarryOver => "carry-over",
            other => other.slug(),
        }
    }

    /// Returns the word for a filter, which has no space.
    pub fn typed(self) -> &'static str {
        if self.shown().contains(' ') { self.slug() } else { self.shown() }
    }

    /// Returns the kind that a typed word names: a slug or the word of [`Kind::shown`].
    pub fn of(word: &str) -> Option<Self> {
        word.parse().ok().or_else(|| Self::ALL.into_iter().find(|kind| kind.shown() == word))
    }

    /// Returns whether statements of this kind can be withdrawn.
    pub fn is_withdrawable(self) -> bool {
        matches!(self.undo(), Undo::Withdraw(..))
    }

    /// Returns whether statements of this kind can be erased: only those on a trainee's record.
    pub fn is_erasable(self) -> bool {
        self.undo() != Undo::Never
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.slug())
    }
}
