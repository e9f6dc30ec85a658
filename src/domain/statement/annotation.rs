//! What is said of an earlier statement: a second signature, a sample, a trainee's word. Must never change what it speaks of.

use std::str::FromStr;

use crate::domain::people::person::PersonRef;
use crate::domain::primitives::ids::{StatementId, ValueFault, fault};
use crate::domain::primitives::text::SafeText;

/// What a second supervisor means.
pub const MEANING_COUNTERSIGN: &str = "I have read this sign-off and agree that it is to the standard stated.";
/// What a second training officer means.
pub const MEANING_COUNTERSIGN_KEY: &str = "I know this person and have seen that this key is theirs.";

/// A second signature: of an achieved sign-off, or of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Countersign {
    pub of: StatementId,
    /// Whose record or key it is.
    pub whose: PersonRef,
    /// The sentence that was meant, as shown in the dialog.
    pub meaning: SafeText,
}

/// A verifier looked at a sign-off (IQA).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    pub of: StatementId,
    /// Whose record it stands on.
    pub trainee: PersonRef,
    pub outcome: Sampled,
    /// Why; required where it is rejected.
    pub reason: Option<SafeText>,
    /// The draw that chose it, where one did.
    pub draw: Option<Draw>,
    /// From which sign-offs was drawn, in the words of the history's filter; all where it is not said.
    pub drawn_from: Option<SafeText>,
}

/// Whether a sampled sign-off stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sampled {
    Accepted,
    /// It no longer counts.
    Rejected,
}

impl Sampled {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Accepted, Self::Rejected];

    /// The one spelling.
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

/// A place in a draw that anyone can repeat from its seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draw {
    /// What the choice was made from.
    pub seed: u64,
    /// From 1.
    pub number: u32,
    pub of: u32,
    /// The entries of the log among which was drawn, where that is said.
    pub at: Option<u64>,
}

/// It was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledge {
    pub of: StatementId,
    /// Whose record it stands on.
    pub trainee: PersonRef,
}

/// A trainee does not agree with what stands on their record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    pub of: StatementId,
    /// Whose record it stands on.
    pub trainee: PersonRef,
    pub reason: SafeText,
}
