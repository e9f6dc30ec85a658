//! Defines the statements for the gateway: a requirement met or waived, and the confirmations of employer and provider.

use std::str::FromStr;

use crate::domain::people::person::PersonRef;
use crate::domain::primitives::ids::{ValueFault, fault};
use crate::domain::primitives::text::SafeText;
use crate::domain::statement::review::Party;

/// The requirements that other records show; they cannot be recorded or waived.
pub const SHOWN: [&str; 4] = ["ksbs", "reassessment", "employer", "provider"];

/// A training officer's record of a gateway requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    pub trainee: PersonRef,
    /// The requirement's slug in the standard, such as `english-maths`.
    pub requirement: RequirementId,
    pub outcome: RequirementOutcome,
    /// The evidence for it, or the reason.
    pub reason: SafeText,
}

/// A party's confirmation that a trainee may go to end-point assessment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirm {
    pub trainee: PersonRef,
    /// Employer or provider.
    pub party: Party,
    /// The meaning, as signed.
    pub meaning: SafeText,
}

/// A requirement's slug: 1 to 40 lower-case letters, digits and `-`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequirementId(String);

impl RequirementId {
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

/// What is recorded of a requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RequirementOutcome {
    Met,
    /// Not required of this trainee, for the reason given.
    Waived,
    /// The employer decided to include it; it must still be met.
    Included,
    /// The employer decided not to include it.
    Declined,
}

/// The requirement on which the employer decides for apprentices aged 19 or over.
pub const ENGLISH_MATHS: &str = "english-maths";

impl RequirementOutcome {
    pub const ALL: [Self; 4] = [Self::Met, Self::Waived, Self::Included, Self::Declined];

    /// Returns whether it is the employer's decision, which does not fulfil the requirement.
    pub fn is_decision(self) -> bool {
        matches!(self, Self::Included | Self::Declined)
    }

    /// Returns the spelling in statements and on the command line.
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
