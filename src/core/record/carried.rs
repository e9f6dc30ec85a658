//! Defines a carried-over item as the screen, the command line and documents show it.

use crate::primitives::date::{Timestamp, day_words};
use crate::primitives::ids::{KsbCode, PersonId, StatementId};
use crate::primitives::text::SafeText;
use crate::record::view::{AnnotationMark, Withdrawal};
use crate::statement::kinds::carry_over::CarriedItem;
use crate::statement::kinds::sign_off::Evidence;

/// An item of an earlier record, with the statement that carried it over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarriedRecord {
    pub id: StatementId,
    /// In the log, from 0.
    pub position: u64,
    pub item: CarriedItem,
    /// What the earlier record was.
    pub source: SafeText,
    pub file: Evidence,
    /// Who saw the record and carried it over.
    pub signer: PersonId,
    pub signer_name: SafeText,
    pub signed: Timestamp,
    pub withdrawn: Option<Withdrawal>,
    /// Annotations of the whole statement, oldest first.
    pub marks: Vec<AnnotationMark>,
    /// Whether its key was compromised, so that it no longer counts.
    pub in_review: bool,
}

impl CarriedRecord {
    pub fn code(&self) -> KsbCode {
        self.item.code
    }

    /// Returns whether it is neither withdrawn nor in review.
    pub fn is_live(&self) -> bool {
        self.withdrawn.is_none() && !self.in_review
    }

    /// Returns who saw it, as the earlier record has it: `J. Smith`, or `not named`.
    pub fn assessor(&self) -> &str {
        self.item.assessor.as_ref().map_or("not named", SafeText::as_str)
    }

    /// Returns when and by whom it was seen: `seen 12 Mar 2024 by J. Smith, level 3`.
    pub fn seen(&self) -> String {
        let by = self.item.assessor.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
        let level = self.item.level.as_ref().map(|level| format!(", level {level}")).unwrap_or_default();
        format!("seen {}{by}{level}", day_words(self.item.on))
    }

    /// Returns what the earlier record was, and in which file: `Training matrix 2024 (matrix.xlsx)`.
    pub fn origin(&self) -> String {
        format!("{} ({})", self.source, self.file.name)
    }
}

/// Returns the record that a state is derived from if there is no sign-off: the live one last seen, of several on one day
/// the newest.
pub fn decisive(records: &[CarriedRecord]) -> Option<&CarriedRecord> {
    records.iter().filter(|record| record.is_live()).max_by_key(|record| (record.item.on, record.position))
}
