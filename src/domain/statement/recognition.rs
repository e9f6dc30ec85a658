//! What a trainee could do before they started: it lowers the hours that are asked, and KSBs need no sign-off for it. Must
//! never count as signed.

use chrono::NaiveDate;

use crate::domain::people::person::PersonRef;
use crate::domain::primitives::ids::{KsbCode, StandardRef, StatementId};
use crate::domain::primitives::text::SafeText;
use crate::domain::programme::hours::QuarterHours;

/// The most hours that one statement recognises.
pub const MOST_RECOGNISED: QuarterHours = QuarterHours(40_000);

/// A training officer recognises prior learning. Of several, the newest that is not withdrawn holds, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognition {
    pub trainee: PersonRef,
    /// On which standard: the codes of another mean something else.
    pub standard: StandardRef,
    /// Hours of training that are not needed.
    pub hours: Option<QuarterHours>,
    /// KSBs that are held already, in order, each once.
    pub codes: Vec<KsbCode>,
    pub reason: SafeText,
    /// What supports it: a certificate, a record of work.
    pub support: SafeText,
}

impl Recognition {
    /// The first thing wrong with it that its types do not rule out.
    pub fn fault(&self) -> Option<&'static str> {
        if self.hours.is_none() && self.codes.is_empty() {
            return Some("Prior learning is recognised, but neither hours nor KSBs");
        }
        if self.hours.is_some_and(|hours| hours.0 == 0 || hours > MOST_RECOGNISED) {
            return Some("The hours recognised are none, or more than 10,000");
        }
        if !self.codes.is_sorted_by(|a, b| a < b) {
            return Some("The KSBs recognised are out of order or there twice");
        }
        let empty = [&self.reason, &self.support].into_iter().any(|text| text.as_str().is_empty());
        empty.then_some("Prior learning is recognised without a reason, or without what supports it")
    }
}

/// A recognition that holds, and who signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognised {
    pub id: StatementId,
    pub said: Recognition,
    pub by: SafeText,
    /// On which day.
    pub on: NaiveDate,
}

impl Recognised {
    /// Whether it is for this standard: after a move to another it waits to be signed again.
    pub fn holds_on(&self, standard: &StandardRef) -> bool {
        self.said.standard == *standard
    }

    /// Who, why and what supports it: `Tilly, 3 Sep 2025: “Five years as an assistant” (supported by: ST0218 certificate)`.
    pub fn basis(&self) -> String {
        let on = crate::domain::primitives::date::day_words(self.on);
        format!("{}, {on}: “{}” (supported by: {})", self.by, self.said.reason, self.said.support)
    }
}
