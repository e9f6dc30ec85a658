//! What a training officer states of the department: its beginning, keys, standards, enrolments, policy. Must never know
//! how a statement is spelled or whether it is allowed.

use std::str::FromStr;

use crate::domain::people::person::{Enrolment, Person, PersonRef, Role};
use crate::domain::primitives::ids::{Digest, LogOrigin, PersonId, StandardRef, ValueFault, fault};
use crate::domain::primitives::key::PublicKey;
use crate::domain::primitives::text::SafeText;

/// The beginning of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Genesis {
    /// The department whose log it is.
    pub department: SafeText,
    /// The first training officer.
    pub officer: PersonRef,
    /// Every role that they have; training officer among them.
    pub roles: Vec<Role>,
    /// Their key, which signs this.
    pub key: PublicKey,
    /// The log's own verifier key (C2SP vkey), which signs checkpoints.
    pub log_key: SafeText,
    /// The first policy, in the order of [`PolicyName::ALL`]; what is not named has its default.
    pub policy: Vec<(PolicyName, u32)>,
}

impl Genesis {
    /// The first training officer, as a person of the department.
    pub fn officer_as_person(&self, registration: Option<SafeText>) -> Person {
        Person {
            id: self.officer.id.clone(),
            name: self.officer.name.clone(),
            roles: self.roles.clone(),
            left: false,
            department: None,
            registration,
            level: None,
        }
    }
}

/// A key for a person, with the key's own consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyGrant {
    pub person: PersonRef,
    pub key: PublicKey,
    /// The new key's signature over [`proof_text`], proof that its holder has it.
    pub proof: [u8; 64],
}

/// What a new key signs to prove that it is held: the log, the person and the key.
pub fn proof_text(log: &LogOrigin, person: &PersonId, key: &PublicKey) -> String {
    format!("countersign-proof/1\nlog {log}\nperson {person}\nkey {key}\n")
}

/// A standard adopted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adoption {
    /// Which version of which standard.
    pub standard: StandardRef,
    pub title: SafeText,
    /// The digest of its canonical text.
    pub content: Digest,
}

/// A department's own list of competences, adopted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Competences {
    /// Which version of which list.
    pub list: StandardRef,
    pub title: SafeText,
    /// The standards that it stands beside, in order, each once.
    pub beside: Vec<StandardRef>,
    /// The digest of its text.
    pub content: Digest,
}

/// An enrolment, with the trainee's name as it was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedEnrolment {
    pub name: SafeText,
    pub enrolment: Enrolment,
}

/// A setting that binds everyone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PolicyName {
    /// Hours that a signing session lasts, 0 to 12; 0 asks for the passphrase at every batch.
    SessionHours,
    /// Idle minutes until the screen locks, 1 to 60.
    IdleMinutes,
    /// Days after which an observation needs a reason for being late, 0 to 365.
    LateDays,
    /// Second signatures that an achieved sign-off needs before it counts, 0 or 1.
    Countersign,
    /// Whether a new key signs only once a second training officer has countersigned it, 0 or 1.
    TwoPersonKeys,
    /// Months after which a KSB is to be shown again, 0 to 120; 0 is never.
    ReassessMonths,
}

impl PolicyName {
    /// All settings, in the order in which a statement lists them.
    pub const ALL: [Self; 6] = [
        Self::SessionHours,
        Self::IdleMinutes,
        Self::LateDays,
        Self::Countersign,
        Self::TwoPersonKeys,
        Self::ReassessMonths,
    ];

    /// The one spelling.
    pub fn slug(self) -> &'static str {
        match self {
            Self::SessionHours => "session-hours",
            Self::IdleMinutes => "idle-minutes",
            Self::LateDays => "late-days",
            Self::Countersign => "countersign",
            Self::TwoPersonKeys => "two-person-keys",
            Self::ReassessMonths => "reassess-months",
        }
    }

    /// The values that it may have.
    pub fn range(self) -> std::ops::RangeInclusive<u32> {
        match self {
            Self::SessionHours => 0..=12,
            Self::IdleMinutes => 1..=60,
            Self::LateDays => 0..=365,
            Self::Countersign | Self::TwoPersonKeys => 0..=1,
            Self::ReassessMonths => 0..=120,
        }
    }
}

impl FromStr for PolicyName {
    type Err = ValueFault;

    fn from_str(s: &str) -> Result<Self, ValueFault> {
        let found = Self::ALL.into_iter().find(|name| name.slug() == s);
        found.ok_or_else(|| {
            let all =
                "a policy: session-hours, idle-minutes, late-days, countersign, two-person-keys or reassess-months";
            fault(s, all)
        })
    }
}
