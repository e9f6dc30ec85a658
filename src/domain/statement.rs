//! Defines the statement, its body by kind, its signer and its signed form.

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

/// The maximum size of an encoded statement, in bytes.
pub const MAX_BYTES: usize = 16 * 1024;
/// The meaning that a supervisor signs with *achieved*.
pub const MEANING_ACHIEVED: &str = "I observed this myself, to the standard stated, and am competent in it.";
/// The meaning that a supervisor signs with *not achieved*.
pub const MEANING_NOT_ACHIEVED: &str =
    "I observed this myself; it is not yet to the standard stated, and I have said what to do next.";

/// A statement: its body, signer, time, and the log state that the signer had seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The log that it is made for; another log rejects it.
    pub log: LogOrigin,
    pub id: StatementId,
    /// Random, so that an erased statement's text cannot be guessed from its leaf hash.
    pub nonce: Nonce,
    /// The log as the signer's program had last verified it.
    pub seen: Seen,
    pub body: Body,
    /// By the signer's clock.
    pub signed: Timestamp,
    pub signer: Signer,
    /// Set when several statements were signed together.
    pub batch: Option<Batch>,
    /// Whether the signer's clock was more than five minutes behind the newest time in the log.
    pub clock_suspect: bool,
}

/// A tree head: number of entries and Merkle root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    pub size: u64,
    pub root: Digest,
}

/// Who signed, in which role, and how they authenticated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer {
    pub who: PersonRef,
    pub registration: Option<SafeText>,
    pub role: Role,
    pub auth: AuthMethod,
}

/// How the signer authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthMethod {
    /// With the passphrase, for this batch.
    Passphrase,
    /// With the PIN, in a session that the passphrase opened.
    Pin,
}

/// A statement's place in its batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batch {
    pub id: StatementId,
    /// From 1.
    pub number: u16,
    pub of: u16,
}

/// A statement's content, by kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// The log begins: its department, first training officer, their key, the log's key and the first policy.
    Genesis(Genesis),
    /// A person is added, changed or leaves. It replaces the earlier record of them completely.
    Person(Person),
    /// A person's public key, certified.
    Key(KeyGrant),
    /// A standard is adopted, by the digest of its canonical text.
    Standard(Adoption),
    /// A department's own list of competences is adopted, by the digest of its text.
    Competences(Competences),
    /// A trainee starts on a standard.
    Enrolment(NamedEnrolment),
    /// A break in learning is recorded, or its return date.
    Pause(Pause),
    /// Settings for the department: at least one, in the order of [`PolicyName::ALL`], without repeats.
    Policy(Vec<(PolicyName, u32)>),
    SignOff(SignOff),
    /// An earlier sign-off no longer counts.
    Withdraw(Withdraw),
    /// A key stops signing; its earlier signatures stay valid.
    Retire(Retire),
    /// A key is compromised from a position on.
    Compromise(Compromise),
    /// A second signature.
    Countersign(Countersign),
    /// A progress review took place.
    Review(Review),
    /// Off-the-job hours are confirmed.
    Hours(Hours),
    Recognition(Recognition),
    /// Planned hours and KSBs, by month.
    TrainingPlan(TrainingPlan),
    /// A gateway requirement is met or waived.
    Requirement(Requirement),
    /// The employer or provider confirms the gateway.
    Confirm(Confirm),
    /// A verifier samples a sign-off (IQA).
    Sample(Sample),
    Acknowledge(Acknowledge),
    /// A trainee disputes a statement on their record.
    Dispute(Dispute),
    /// A statement's text is deleted.
    Erase(Erase),
    /// A lost statement is imported from a receipt.
    Import(Import),
    /// The log continues from a backup.
    Restore(Restore),
    /// The log's newest time is set back.
    Clock(ClockBack),
}

impl Body {
    /// Returns the statement that an import restores; `None` for every other kind.
    pub fn put_back(&self) -> Option<StatementId> {
        match self {
            Self::Import(import) => Some(import.of),
            _ => None,
        }
    }

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

/// Declares an enum whose variants have a slug (statements, command line) and words for a reader.
macro_rules! spelled {
    ($(#[$doc:meta])* $name:ident, $expected:literal: $($(#[$vdoc:meta])* $variant:ident = $slug:literal, $words:literal;)+) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$vdoc])* $variant,)+ }

        impl $name {
            /// All variants, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Returns the spelling in statements and on the command line.
            pub fn slug(self) -> &'static str {
                match self { $(Self::$variant => $slug),+ }
            }

            /// Returns the words shown to a reader.
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
    /// A person's public key, certified.
    Key = "key", "key";
    /// A standard is adopted.
    Standard = "standard", "standard";
    /// A department's own list of competences is adopted.
    Competences = "competences", "local competences";
    /// A trainee starts on a standard.
    Enrolment = "enrolment", "enrolment";
    /// A break in learning is recorded, or its return date.
    Pause = "pause", "break in learning";
    /// Settings for the department.
    Policy = "policy", "policy";
    /// An observed KSB.
    SignOff = "sign-off", "sign-off";
    /// An earlier statement no longer counts.
    Withdraw = "withdraw", "withdrawal";
    /// A key stops signing.
    Retire = "retire", "retired key";
    /// A key is compromised from a position on.
    Compromise = "compromise", "compromised key";
    /// A second signature.
    Countersign = "countersign", "countersign";
    /// A progress review took place.
    Review = "review", "progress review";
    /// Off-the-job hours are confirmed.
    Hours = "hours", "off-the-job hours";
    /// Prior learning is recognised.
    Recognition = "recognition", "recognised prior learning";
    /// Planned hours and KSBs, by month.
    TrainingPlan = "plan", "training plan";
    /// A gateway requirement is met or waived.
    Requirement = "requirement", "gateway requirement";
    /// The employer or provider confirms the gateway.
    Confirm = "confirm", "gateway confirmation";
    /// A verifier samples a sign-off.
    Sample = "sample", "sample";
    /// A statement on the record is marked as read.
    Acknowledge = "acknowledge", "acknowledgement";
    /// A trainee disputes a statement on their record.
    Dispute = "dispute", "dispute";
    /// A statement's text is deleted.
    Erase = "erase", "erasure";
    /// A lost statement is imported.
    Import = "import", "import";
    /// The log continues from a backup.
    Restore = "restore", "restore";
    /// The log's newest time is set back.
    Clock = "clock", "clock";
}

impl Kind {
    /// Returns the word for lists and filters: the slug, except where the field now uses another term.
    pub fn shown(self) -> &'static str {
        if self == Self::Pause { "break" } else { self.slug() }
    }

    /// Returns the kind that a typed word names: a slug or the word of [`Kind::shown`].
    pub fn of(word: &str) -> Option<Self> {
        word.parse().ok().or_else(|| Self::ALL.iter().copied().find(|kind| kind.shown() == word))
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.slug())
    }
}

/// What is signed off: a KSB of a standard or a competence of a local list, bound by its text's digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// A standard or a local list.
    pub standard: StandardRef,
    pub code: KsbCode,
    /// The SHA-256 of its exact text.
    pub text: Digest,
}

/// Deletes a statement's text and signature. The leaf hash stays, so that all other proofs still verify.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erase {
    pub of: StatementId,
    /// The erased statement's position.
    pub position: u64,
    pub leaf: Digest,
    /// When it was signed, so that the log's newest time can still be computed.
    pub time: Timestamp,
    /// The erased statement's kind; absent in statements of earlier versions.
    pub kind: Option<Kind>,
    /// The statement that it imported, if it was an import: that text is erased as well.
    pub put_back: Option<StatementId>,
    /// The evidence files to erase with it.
    pub evidence: Vec<Digest>,
    pub reason: SafeText,
}

/// A supervisor's judgement of an observed KSB.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignOff {
    pub trainee: PersonRef,
    pub item: Item,
    pub outcome: Outcome,
    pub method: Option<Method>,
    pub supervision: Option<Supervision>,
    /// The day of the observation, by the signer's calendar.
    pub observed: NaiveDate,
    pub place: Option<SafeText>,
    /// Required if not achieved.
    pub feedback: Option<SafeText>,
    /// Required if not achieved.
    pub action: Option<Action>,
    /// Why it was signed after the policy's late days; required only then.
    pub late: Option<SafeText>,
    /// The claim that it answers.
    pub claim: Option<ClaimId>,
    /// The digest of that claim's text, reflection and evidence; absent in statements of older programs.
    pub claimed: Option<Digest>,
    /// Sorted by digest and then name, without repeats.
    pub evidence: Vec<Evidence>,
    /// The meaning, as the dialog showed it.
    pub meaning: SafeText,
}

/// A follow-up action with a due date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    pub what: SafeText,
    /// The due date.
    pub by: NaiveDate,
}

/// A file relied on as evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The SHA-256 of its content.
    pub digest: Digest,
    /// The original file name.
    pub name: SafeText,
}

/// Withdraws an earlier statement: it no longer counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdraw {
    pub of: StatementId,
    /// The trainee whose record it is on.
    pub trainee: PersonRef,
    pub reason: SafeText,
}

spelled! {
    /// Whether the observation met the standard.
    Outcome, "an outcome: achieved or not-achieved":
    /// To the standard stated.
    Achieved = "achieved", "achieved";
    /// Not yet to the standard; never a fail.
    NotAchieved = "not-achieved", "not achieved";
}

spelled! {
    /// The assessment method (National School of Healthcare Science, work-based assessment).
    Method, "a method: dops, oce, cbd, msf or evidence-review":
    /// Direct observation of practical skills, as it happens.
    Dops = "dops", "DOPS";
    /// Observed clinical event, as it happens.
    Oce = "oce", "OCE";
    /// Case-based discussion, afterwards.
    Cbd = "cbd", "CBD";
    /// Multi-source feedback.
    Msf = "msf", "MSF";
    /// The submitted evidence judged against the competence.
    EvidenceReview = "evidence-review", "evidence review";
}

spelled! {
    /// How closely the trainee was supervised.
    Supervision, "a supervision level: direct, indirect or unsupervised":
    /// Present.
    Direct = "direct", "direct";
    /// Not present, but available at once.
    Indirect = "indirect", "indirect";
    Unsupervised = "unsupervised", "unsupervised";
}

/// A statement as stored: its text, the key and the signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedText {
    /// The exact signed text.
    pub text: String,
    /// The fingerprint of the signing key.
    pub key: Digest,
    /// The raw signature (Ed25519: 64 bytes).
    pub signature: Vec<u8>,
}
