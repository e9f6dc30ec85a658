//! What a person can state. Must never know how a statement is spelled (its children do) or whether it is allowed (`rules`).

pub mod about;
pub mod annotation;
pub mod decode;
mod decode_more;
pub mod encode;
pub mod gateway;
pub mod key_revocation;
pub mod recognition;
pub mod review;
pub mod secrets;
pub mod validate;
pub mod visibility;

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;

use crate::domain::people::break_in_learning::Pause;
use crate::domain::people::department::{Adoption, Competences, Genesis, KeyGrant, NamedEnrolment, PolicyName};
use crate::domain::people::person::{Person, PersonRef, Role};
use crate::domain::people::recovery::{ClockBack, Import, Restore};
use crate::domain::primitives::date::Timestamp;
use crate::domain::primitives::ids::{
    ClaimId, Digest, KsbCode, LogOrigin, Nonce, StandardRef, StatementId, ValueFault, fault,
};
use crate::domain::primitives::text::SafeText;
use crate::domain::programme::hours::Hours;
use crate::domain::programme::training_plan::TrainingPlan;
use crate::domain::statement::annotation::{Acknowledge, Countersign, Dispute, Sample};
use crate::domain::statement::gateway::{Confirm, Requirement};
use crate::domain::statement::key_revocation::{Compromise, Retire};
use crate::domain::statement::recognition::Recognition;
use crate::domain::statement::review::Review;

/// The most bytes of one statement's text.
pub const MAX_BYTES: usize = 16 * 1024;
/// What a supervisor means by *achieved*.
pub const MEANING_ACHIEVED: &str = "I observed this myself, to the standard stated, and am competent in it.";
/// What a supervisor means by *not achieved*.
pub const MEANING_NOT_ACHIEVED: &str =
    "I observed this myself; it is not yet to the standard stated, and I have said what to do next.";

/// One statement: who says what, in which log, having seen what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The log that it is made for; no other takes it.
    pub log: LogOrigin,
    pub id: StatementId,
    /// Random, so that an erased statement cannot be guessed.
    pub nonce: Nonce,
    /// The log as the signer's program had verified it.
    pub seen: Seen,
    pub body: Body,
    /// When, by the signer's clock.
    pub signed: Timestamp,
    pub signer: Signer,
    /// Its place among statements signed in one go.
    pub batch: Option<Batch>,
    /// Whether the clock read earlier than the log's newest time less five minutes.
    pub clock_suspect: bool,
}

/// A state of the log: how many entries, and their root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    pub size: u64,
    /// The Merkle root of them.
    pub root: Digest,
}

/// Who signed, as what, and how they showed that it was them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer {
    pub who: PersonRef,
    pub registration: Option<SafeText>,
    pub role: Role,
    pub auth: AuthMethod,
}

/// How the signer showed that it was them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthMethod {
    /// By the passphrase, for this batch.
    Passphrase,
    /// By the PIN, in a session that the passphrase opened.
    Pin,
}

/// A place in a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batch {
    pub id: StatementId,
    /// From 1.
    pub number: u16,
    pub of: u16,
}

/// What is stated, by kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// The log begins: its department, first training officer, their key, the log's key, the first policy.
    Genesis(Genesis),
    /// A person is added, changed or leaves: the whole of what holds from now on.
    Person(Person),
    /// A key for a person.
    Key(KeyGrant),
    /// A standard is adopted, as its canonical text's digest.
    Standard(Adoption),
    /// A department's own list of competences is adopted, as its text's digest.
    Competences(Competences),
    /// A trainee starts on a standard.
    Enrolment(NamedEnrolment),
    /// An enrolment is paused, or goes on.
    Pause(Pause),
    /// Settings that bind everyone: at least one, in the order of [`PolicyName::ALL`], each once.
    Policy(Vec<(PolicyName, u32)>),
    SignOff(SignOff),
    /// An earlier sign-off no longer counts.
    Withdraw(Withdraw),
    /// A key signs nothing any more.
    Retire(Retire),
    /// A key was in other hands.
    Compromise(Compromise),
    /// A second signature.
    Countersign(Countersign),
    /// A progress review was held.
    Review(Review),
    /// Off-the-job hours are confirmed.
    Hours(Hours),
    Recognition(Recognition),
    /// The hours and KSBs that are planned, by month.
    TrainingPlan(TrainingPlan),
    /// A gateway requirement is met or waived.
    Requirement(Requirement),
    /// Employer or provider confirms for the gateway.
    Confirm(Confirm),
    /// A verifier looked at a sign-off.
    Sample(Sample),
    Acknowledge(Acknowledge),
    /// A trainee does not agree.
    Dispute(Dispute),
    /// A statement's text is deleted.
    Erase(Erase),
    /// A lost statement is put back.
    Import(Import),
    /// The log goes on from a backup.
    Restore(Restore),
    /// The log's newest time is put back.
    Clock(ClockBack),
}

impl Body {
    /// The statement that an import puts back; nothing of any other kind.
    pub fn put_back(&self) -> Option<StatementId> {
        match self {
            Self::Import(import) => Some(import.of),
            _ => None,
        }
    }

    /// The kind's name.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Genesis(_) => Kind::Genesis,
            Self::Person(_) => Kind::Person,
            Self::Key(_) => Kind::Key,
            Self::Standard(_) => Kind::Standard,
            Self::Competences(_) => Kind::Competences,
            Self::Enrolment(_) => Kind::Enrolment,
            Self::Pause(_) => Kind::Pause,
            Self::Policy(_) => Kind::Policy,
            Self::SignOff(_) => Kind::SignOff,
            Self::Withdraw(_) => Kind::Withdraw,
            Self::Retire(_) => Kind::Retire,
            Self::Compromise(_) => Kind::Compromise,
            Self::Countersign(_) => Kind::Countersign,
            Self::Review(_) => Kind::Review,
            Self::Hours(_) => Kind::Hours,
            Self::Recognition(_) => Kind::Recognition,
            Self::TrainingPlan(_) => Kind::TrainingPlan,
            Self::Requirement(_) => Kind::Requirement,
            Self::Confirm(_) => Kind::Confirm,
            Self::Sample(_) => Kind::Sample,
            Self::Acknowledge(_) => Kind::Acknowledge,
            Self::Dispute(_) => Kind::Dispute,
            Self::Erase(_) => Kind::Erase,
            Self::Import(_) => Kind::Import,
            Self::Restore(_) => Kind::Restore,
            Self::Clock(_) => Kind::Clock,
        }
    }
}

/// Makes an enum whose members have one spelling in statements and words for a reader.
macro_rules! spelled {
    ($(#[$doc:meta])* $name:ident, $expected:literal: $($(#[$vdoc:meta])* $variant:ident = $slug:literal, $words:literal;)+) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$vdoc])* $variant,)+ }

        impl $name {
            /// All of them, in their order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The one spelling in statements and on the command line.
            pub fn slug(self) -> &'static str {
                match self { $(Self::$variant => $slug),+ }
            }

            /// For a reader.
            pub fn words(self) -> &'static str {
                match self { $(Self::$variant => $words),+ }
            }
        }

        impl FromStr for $name {
            type Err = ValueFault;

            fn from_str(s: &str) -> Result<Self, ValueFault> {
                match s { $($slug => Ok(Self::$variant),)+ _ => Err(fault(s, $expected)) }
            }
        }
    };
}

spelled! {
    /// A kind of statement.
    Kind, "a kind of statement":
    /// The log begins.
    Genesis = "genesis", "genesis";
    /// A person is added, changed or leaves.
    Person = "person", "person";
    /// A key for a person.
    Key = "key", "key";
    /// A standard is adopted.
    Standard = "standard", "standard";
    /// A department's own list of competences is adopted.
    Competences = "competences", "local competences";
    /// A trainee starts on a standard.
    Enrolment = "enrolment", "enrolment";
    /// An enrolment is paused, or goes on.
    Pause = "pause", "break in learning";
    /// Settings that bind everyone.
    Policy = "policy", "policy";
    /// A KSB was seen.
    SignOff = "sign-off", "sign-off";
    /// An earlier statement no longer counts.
    Withdraw = "withdraw", "withdrawal";
    /// A key signs nothing any more.
    Retire = "retire", "retired key";
    /// A key was in other hands.
    Compromise = "compromise", "compromised key";
    /// A second signature.
    Countersign = "countersign", "countersign";
    /// A progress review was held.
    Review = "review", "progress review";
    /// Off-the-job hours are confirmed.
    Hours = "hours", "off-the-job hours";
    /// Prior learning is recognised.
    Recognition = "recognition", "recognised prior learning";
    /// The hours and KSBs that are planned, by month.
    TrainingPlan = "plan", "training plan";
    /// A gateway requirement is met or waived.
    Requirement = "requirement", "gateway requirement";
    /// Employer or provider confirms for the gateway.
    Confirm = "confirm", "gateway confirmation";
    /// A verifier looked at a sign-off.
    Sample = "sample", "sample";
    /// It was read.
    Acknowledge = "acknowledge", "acknowledgement";
    /// A trainee does not agree.
    Dispute = "dispute", "dispute";
    /// A statement's text is deleted.
    Erase = "erase", "erasure";
    /// A lost statement is put back.
    Import = "import", "import";
    /// The log goes on from a backup.
    Restore = "restore", "restore";
    /// The log's newest time is put back.
    Clock = "clock", "clock";
}

impl Kind {
    /// The one word for a list and for its filter: the spelling in statements, but for what is called otherwise now.
    pub fn shown(self) -> &'static str {
        if self == Self::Pause { "break" } else { self.slug() }
    }

    /// The kind that a person means by a word.
    pub fn of(word: &str) -> Option<Self> {
        word.parse().ok().or_else(|| Self::ALL.iter().copied().find(|kind| kind.shown() == word))
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.slug())
    }
}

/// The exact thing that is signed off: a KSB of a standard or a competence of a list, bound by its text's digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The standard, or the department's own list.
    pub standard: StandardRef,
    pub code: KsbCode,
    /// The digest of its exact text.
    pub text: Digest,
}

/// A statement's text and signature are deleted; its leaf stays, so that every other proof holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erase {
    pub of: StatementId,
    /// Where it stands.
    pub position: u64,
    pub leaf: Digest,
    /// When it was signed: the log's newest time is known without its text.
    pub time: Timestamp,
    /// What kind of statement it is. Statements of earlier versions do not say.
    pub kind: Option<Kind>,
    /// The statement that it put back, where it is an import: its text goes as well.
    pub put_back: Option<StatementId>,
    /// The evidence whose bytes go with it.
    pub evidence: Vec<Digest>,
    pub reason: SafeText,
}

/// What a supervisor saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignOff {
    pub trainee: PersonRef,
    pub item: Item,
    /// Whether it was to the standard.
    pub outcome: Outcome,
    pub method: Option<Method>,
    /// How closely the trainee was watched.
    pub supervision: Option<Supervision>,
    /// The day it was seen, by the signer's calendar.
    pub observed: NaiveDate,
    /// Where.
    pub place: Option<SafeText>,
    /// What the supervisor says of it; required where it is not achieved.
    pub feedback: Option<SafeText>,
    /// What next; required where it is not achieved.
    pub action: Option<Action>,
    /// Why it is signed so late, where it is.
    pub late: Option<SafeText>,
    /// The claim that it answers, where one was opened for it.
    pub claim: Option<ClaimId>,
    /// The digest of that claim's text, reflection and evidence included; statements of older programs have none.
    pub claimed: Option<Digest>,
    /// The evidence relied on, by digest and then name, each once.
    pub evidence: Vec<Evidence>,
    /// The sentence that was meant, as shown in the dialog.
    pub meaning: SafeText,
}

/// What to do next, and by when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    pub what: SafeText,
    /// By which day.
    pub by: NaiveDate,
}

/// A file relied on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The digest of its bytes.
    pub digest: Digest,
    /// Its name as it came.
    pub name: SafeText,
}

/// An earlier sign-off no longer counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdraw {
    pub of: StatementId,
    /// Whose record it stands on.
    pub trainee: PersonRef,
    pub reason: SafeText,
}

spelled! {
    /// Whether what was seen is to the standard.
    Outcome, "an outcome: achieved or not-achieved":
    /// To the standard stated.
    Achieved = "achieved", "achieved";
    /// Not yet; never a fail.
    NotAchieved = "not-achieved", "not achieved";
}

spelled! {
    /// How a KSB was judged (National School of Healthcare Science, work-based assessment).
    Method, "a method: dops, oce, cbd, msf or evidence-review":
    /// Direct observation of practical skills, as it happens.
    Dops = "dops", "DOPS";
    /// Observed clinical event, as it happens.
    Oce = "oce", "OCE";
    /// Case-based discussion, afterwards.
    Cbd = "cbd", "CBD";
    /// Multi-source feedback.
    Msf = "msf", "MSF";
    /// The submission judged against the competence.
    EvidenceReview = "evidence-review", "evidence review";
}

spelled! {
    /// How closely the trainee was watched.
    Supervision, "a supervision level: direct, indirect or unsupervised":
    /// The supervisor was present.
    Direct = "direct", "direct";
    /// Not present, available at once.
    Indirect = "indirect", "indirect";
    /// Neither needed.
    Unsupervised = "unsupervised", "unsupervised";
}

/// A statement as kept: the signed bytes, the key that signed them, the signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedText {
    /// The text, exactly as signed.
    pub text: String,
    /// The fingerprint of the key.
    pub key: Digest,
    /// The signature's bytes (Ed25519: 64).
    pub signature: Vec<u8>,
}
