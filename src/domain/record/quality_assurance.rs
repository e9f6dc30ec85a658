//! What asks for a second look at a sign-off: a second signature, a sample, an answer to one that rejected it. Must never say
//! that a sign-off counts.

use crate::domain::primitives::date::Timestamp;
use crate::domain::primitives::ids::{KsbCode, PersonId, StatementId};
use crate::domain::primitives::text::SafeText;
use crate::domain::statement::Outcome;
use crate::domain::statement::annotation::Draw;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QaReason {
    /// A sample rejected it, and no sign-off of the KSB came after.
    Rejected { by: SafeText, reason: Option<SafeText> },
    /// The policy wants a second signature.
    Countersign,
    /// It was drawn to be sampled.
    Sample {
        draw: Draw,
        /// By whom it is to be sampled.
        verifier: PersonId,
    },
}

impl QaReason {
    /// The word: `countersign`, `sample`, `rejected`.
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
pub struct QaItem {
    pub id: StatementId,
    pub look: QaReason,
    /// For whom it was signed.
    pub trainee: PersonId,
    pub trainee_name: SafeText,
    pub code: KsbCode,
    pub outcome: Outcome,
    pub signer_name: SafeText,
    pub signed: Timestamp,
}

/// A window of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QaPage {
    /// The rows: what was rejected first, then the oldest.
    pub rows: Vec<QaItem>,
    /// How many fit in all.
    pub of: u64,
}
