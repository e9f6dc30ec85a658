//! Loads the funding and review rules that apply to a programme.

use crate::error::Error;
use chrono::NaiveDate;
use countersign_core::programme::funding_rules::{ProgrammeRules, shipped};
use countersign_core::programme::review_rule::ReviewRule;
use countersign_core::standard::Standard;

/// Returns the programme rules that ship with the program.
pub fn programme_rules() -> Result<&'static ProgrammeRules, Error> {
    shipped().map_err(Error::refused)
}

/// Returns the review rule for a start on a standard.
pub fn review_rule<'r>(
    rules: &'r ProgrammeRules,
    standard: &Standard,
    start: NaiveDate,
) -> Result<&'r ReviewRule, Error> {
    rules.reviews_for(standard.programme(), start).ok_or_else(no_review_rule)
}

pub fn no_review_rule() -> Error {
    Error::refused("No rule for reviews applies")
}
