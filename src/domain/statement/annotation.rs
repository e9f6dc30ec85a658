//! Defines the statements about an earlier statement: countersign, sample, acknowledgement and dispute.

use std::str::FromStr;

use crate::domain::people::person::PersonRef;
use crate::domain::primitives::ids::{StatementId, ValueFault, fault};
use crate::domain::primitives::text::SafeText;

/// The meaning that a second supervisor signs.
pub const MEANING_COUNTERSIGN: &str = "I have read this sign-off and agree that it is to the standard stated.";
/// The meaning that a second training officer signs for a new key.
pub const MEANING_COUNTERSIGN_KEY: &str = "I know this person and have seen that this key is theirs.";

/// A second signature on an achieved sign-off or a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Countersign {
    pub of: StatementId,
    /// The person whose record or key it is.
    pub whose: PersonRef,
    /// The meaning, as the dialog showed it.
    pub meaning: SafeText,
}

/// A verifier's sample of a sign-off (IQA).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    pub of: StatementId,
    /// The trainee whose record it is on.
    pub trainee: PersonRef,
    pub outcome: Sampled,
    /// Required if rejected.
    pub reason: Option<SafeText>,
    /// The random draw that chose it, if one did.
    pub draw: Option<Draw>,
    /// The population of the draw, as a filter of the log; `None` means all sign-offs.
    pub drawn_from: Option<SafeText>,
}

/// A sample's outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sampled {
    Accepted,
    /// The sign-off no longer counts.
    Rejected,
}

impl Sampled {
    pub const ALL: [Self; 2] = [Self::Accepted, Self::Rejected];

    /// Returns the spelling in statements and on the command line.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
        }
    }
}

impl FromStr for Sampled {
    type Err = ValueFault;

    fn from_str(s: &str) -> Result<Self, ValueFault> {
        let found = Self::ALL.into_iter().find(|sampled| sampled.slug() == s);
        found.ok_or_else(|| fault(s, "a sample's outcome: accepted or rejected"))
    }
}

/// A place in a random draw that anyone can repeat from its seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draw {
    /// The seed of the random number generator.
    pub seed: u64,
    /// From 1.
    pub number: u32,
    pub of: u32,
    /// The size of the log that the draw was made from, if recorded.
    pub at: Option<u64>,
}

/// Marks a statement as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledge {
    pub of: StatementId,
    /// The trainee whose record it is on.
    pub trainee: PersonRef,
}

/// A trainee's disagreement with a statement on their record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    pub of: StatementId,
    /// The trainee whose record it is on.
    pub trainee: PersonRef,
    pub reason: SafeText,
}
