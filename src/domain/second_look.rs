//! What asks for a second look at a sign-off: a second signature, a sample, an answer to one that rejected it. Must never say
//! that a sign-off counts.

use crate::domain::record_marks::Draw;
use crate::domain::statement::Outcome;
use crate::domain::text::Clean;
use crate::domain::value::{KsbCode, PersonId, StatementId};
use crate::domain::when::Timestamp;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    /// A sample rejected it, and no sign-off of the KSB came after.
    Rejected {
        /// Who sampled it.
        by: Clean,
        /// Why.
        reason: Option<Clean>,
    },
    /// The policy wants a second signature.
    Countersign,
    /// It was drawn to be sampled.
    Sample {
        /// The draw.
        draw: Draw,
        /// By whom it is to be sampled.
        verifier: PersonId,
    },
}

impl Look {
    /// The word: `countersign`, `sample`, `rejected`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Rejected { .. } => "rejected",
            Self::Countersign => "countersign",
            Self::Sample { .. } => "sample",
        }
    }
}

/// A sign-off that asks for a second look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondLook {
    /// The sign-off.
    pub id: StatementId,
    /// What is asked for.
    pub look: Look,
    /// For whom it was signed.
    pub trainee: PersonId,
    /// Their name then.
    pub trainee_name: Clean,
    /// Of which KSB.
    pub code: KsbCode,
    /// What it says.
    pub outcome: Outcome,
    /// Who signed it.
    pub signer_name: Clean,
    /// When.
    pub signed: Timestamp,
}

/// A window of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LookWindow {
    /// The rows: what was rejected first, then the oldest.
    pub rows: Vec<SecondLook>,
    /// How many fit in all.
    pub of: u64,
}
