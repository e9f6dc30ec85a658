//! Lists sign-offs that need a second check: a countersign, a sample, or a new sign-off after a rejection.

use crate::primitives::date::Timestamp;
use crate::primitives::ids::{KsbCode, PersonId, StatementId};
use crate::primitives::text::SafeText;
use crate::statement::kinds::sample::Draw;
use crate::statement::kinds::sign_off::Outcome;

/// Why a sign-off needs a second check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QaReason {
    /// A sample rejected it, and the KSB has no newer sign-off.
    Rejected {
        by: SafeText,
        reason: Option<SafeText>,
    },
    Countersign,
    Sample {
        draw: Draw,
        verifier: PersonId,
    },
}

impl QaReason {
    pub fn word(&self) -> &'static str {
        match self {
            Self::Rejected { .. } => "rejected",
            Self::Countersign => "countersign",
            Self::Sample { .. } => "sample",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QaItem {
    pub id: StatementId,
    pub look: QaReason,
    pub trainee: PersonId,
    pub trainee_name: SafeText,
    pub code: KsbCode,
    pub outcome: Outcome,
    pub signer_name: SafeText,
    pub signed: Timestamp,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QaPage {
    /// Rejected ones first, then the oldest.
    pub rows: Vec<QaItem>,
    /// How many match in total.
    pub of: u64,
}
