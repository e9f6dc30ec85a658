//! Lists sign-offs that need a second check: a countersign, a sample, or a new sign-off after a rejection.

use chrono::NaiveDate;

use crate::primitives::date::Timestamp;
use crate::primitives::ids::{KsbCode, PersonId, StatementId};
use crate::primitives::text::SafeText;
use crate::statement::kinds::sample::{Draw, Sampled};
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
    /// Since when it needs the second check.
    pub since: Timestamp,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QaPage {
    /// Rejected ones first, then the oldest.
    pub rows: Vec<QaItem>,
    /// How many match in total.
    pub of: u64,
}

/// The share of each supervisor's sign-offs that should be sampled, in per cent.
pub const SAMPLE_GOAL: u32 = 10;

/// What samples decided lately, and how much of each supervisor's work was sampled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The first day of the month that the samples are of.
    pub since: NaiveDate,
    /// The newest first.
    pub samples: Vec<CheckedSignOff>,
    /// Those who signed most first.
    pub supervisors: Vec<SampleShare>,
}

impl Checked {
    pub fn accepted(&self) -> usize {
        self.samples.iter().filter(|one| one.outcome == Sampled::Accepted).count()
    }

    pub fn rejected(&self) -> usize {
        self.samples.len() - self.accepted()
    }

    /// Returns the sums in words: `11 accepted, 1 rejected`.
    pub fn words(&self) -> String {
        format!("{} accepted, {} rejected", self.accepted(), self.rejected())
    }
}

/// A sign-off that a sample accepted or rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedSignOff {
    pub outcome: Sampled,
    pub trainee_name: SafeText,
    pub code: KsbCode,
    pub signer_name: SafeText,
    /// When it was sampled.
    pub on: NaiveDate,
}

/// How many of a supervisor's sign-offs were sampled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleShare {
    pub name: SafeText,
    pub sampled: u32,
    /// All their sign-offs that are not withdrawn.
    pub of: u32,
}

impl SampleShare {
    /// Returns the share in whole per cent, rounded down.
    pub fn percent(&self) -> u32 {
        self.sampled.saturating_mul(100) / self.of.max(1)
    }

    /// Returns whether the share is below [`SAMPLE_GOAL`].
    pub fn is_below(&self) -> bool {
        self.sampled.saturating_mul(100) < self.of.saturating_mul(SAMPLE_GOAL)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_below_the_goal_only_if_it_is_not_reached() {
        let share = |sampled, of| SampleShare { name: SafeText::line("S").unwrap(), sampled, of };
        for (sampled, of, percent, below) in
            [(14, 121, 11, false), (6, 74, 8, true), (0, 1, 0, true), (1, 10, 10, false), (9, 91, 9, true)]
        {
            assert_eq!(
                (share(sampled, of).percent(), share(sampled, of).is_below()),
                (percent, below),
                "{sampled}/{of}"
            );
        }
    }
}
