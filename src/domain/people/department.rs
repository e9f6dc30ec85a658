//! Defines the department's statements: genesis, keys, adoptions, enrolments and policy.

use crate::domain::people::person::{Enrolment, Person, PersonRef, Role};
use crate::domain::primitives::ids::{Digest, LogOrigin, PersonId, StandardRef};
use crate::domain::primitives::key::PublicKey;
use crate::domain::primitives::text::SafeText;

/// The first statement of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Genesis {
    pub department: SafeText,
    /// The first training officer.
    pub officer: PersonRef,
    /// All of the officer's roles, which include training officer.
    pub roles: Vec<Role>,
    /// The officer's key, which signs this statement.
    pub key: PublicKey,
    /// The log's own verifier key (C2SP vkey), for checkpoints.
    pub log_key: SafeText,
    /// The first policy, in the order of [`PolicyName::ALL`]; other settings have their defaults.
    pub policy: Vec<(PolicyName, u32)>,
}

impl Genesis {
    /// Returns the first training officer as a person of the department.
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

/// A key certified for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyGrant {
    pub person: PersonRef,
    pub key: PublicKey,
    /// The new key's signature over [`proof_text`], which proves possession.
    pub proof: [u8; 64],
}

/// Returns the text that a new key signs to prove possession: log, person and key.
pub fn proof_text(log: &LogOrigin, person: &PersonId, key: &PublicKey) -> String {
    format!("countersign-proof/1\nlog {log}\nperson {person}\nkey {key}\n")
}

/// The adoption of a standard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adoption {
    pub standard: StandardRef,
    pub title: SafeText,
    /// The digest of its canonical text.
    pub content: Digest,
}

/// The adoption of a local competence list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Competences {
    pub list: StandardRef,
    pub title: SafeText,
    /// The standards it is for, sorted, without repeats.
    pub beside: Vec<StandardRef>,
    /// The digest of its text.
    pub content: Digest,
}

/// An enrolment, with the trainee's name as shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedEnrolment {
    pub name: SafeText,
    pub enrolment: Enrolment,
}

slugs! {
    /// A setting for the department.
    PolicyName: "a policy: session-hours, idle-minutes, late-days, countersign, two-person-keys or reassess-months" {
        /// How long a signing session lasts, 0 to 12 hours; 0 asks for the passphrase for every batch.
        SessionHours = "session-hours";
        /// Idle time until the screen locks, 1 to 60 minutes.
        IdleMinutes = "idle-minutes";
        /// Days after an observation from which a sign-off needs a reason for being late, 0 to 365.
        LateDays = "late-days";
        /// Countersigns that an achieved sign-off needs before it counts, 0 or 1.
        Countersign = "countersign";
        /// Whether a second training officer must countersign a new key before it can sign, 0 or 1.
        TwoPersonKeys = "two-person-keys";
        /// Months until a KSB must be reassessed, 0 to 120; 0 means never.
        ReassessMonths = "reassess-months";
    }
}

impl PolicyName {
    /// Returns the valid values.
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
