//! What is recorded for the gateway itself: a requirement that is met or waived, and the word of employer and provider. Must
//! never stand for what sign-offs and reviews show by themselves.

use std::str::FromStr;

use crate::domain::people::person::PersonRef;
use crate::domain::primitives::ids::{ValueFault, fault};
use crate::domain::primitives::text::SafeText;
use crate::domain::statement::review::Party;

/// The requirements that other records alone can show, and nobody can waive.
pub const SHOWN: [&str; 4] = ["ksbs", "reassessment", "employer", "provider"];

/// A gateway requirement is met, or waived, as a training officer records it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    pub trainee: PersonRef,
    /// Which, by its short name in the standard: `english-maths`.
    pub requirement: RequirementId,
    /// Whether it is met or asked of them no more.
    pub outcome: RequirementOutcome,
    /// What shows it, or why.
    pub reason: SafeText,
}

/// A party's word that a trainee may go to end-point assessment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirm {
    pub trainee: PersonRef,
    /// For whom: employer or provider.
    pub party: Party,
    /// The sentence that was meant.
    pub meaning: SafeText,
}

/// A requirement's short name: small letters, digits and `-`, at most 40.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequirementId(String);

impl RequirementId {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RequirementId {
    type Err = ValueFault;

    fn from_str(s: &str) -> Result<Self, ValueFault> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if (1..=40).contains(&s.len()) && s.bytes().all(plain) && s.as_bytes()[0] != b'-' {
            Ok(Self(s.to_owned()))
        } else {
            Err(fault(s, "a requirement's short name, such as english-maths"))
        }
    }
}

/// How a requirement came to be fulfilled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RequirementOutcome {
    Met,
    /// It is not asked of them, for the reason that is given.
    Waived,
    /// The employer decided that it is part of the programme; it is still to be met.
    Included,
    /// The employer decided that it is not.
    Declined,
}

/// The requirement that the employer decides on for people aged 19 or over.
pub const ENGLISH_MATHS: &str = "english-maths";

impl RequirementOutcome {
    /// All.
    pub const ALL: [Self; 4] = [Self::Met, Self::Waived, Self::Included, Self::Declined];

    /// Whether it is the employer's decision, and not what fulfils the requirement.
    pub fn is_decision(self) -> bool {
        matches!(self, Self::Included | Self::Declined)
    }

    /// The one spelling.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Waived => "waived",
            Self::Included => "included",
            Self::Declined => "declined",
        }
    }
}

impl FromStr for RequirementOutcome {
    type Err = ValueFault;

    fn from_str(s: &str) -> Result<Self, ValueFault> {
        let found = Self::ALL.into_iter().find(|outcome| outcome.slug() == s);
        found.ok_or_else(|| fault(s, "met, waived, included or declined"))
    }
}
