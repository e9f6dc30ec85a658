//! Defines the start dates that a version of a standard or a rule applies to.

use chrono::NaiveDate;
use serde::Deserialize;

use crate::primitives::date::day_words;
use crate::primitives::toml_value::optional_date;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartDates {
    #[serde(default, deserialize_with = "optional_date")]
    pub earliest: Option<NaiveDate>,
    #[serde(default, deserialize_with = "optional_date")]
    pub latest: Option<NaiveDate>,
}

impl StartDates {
    /// Returns words such as `from 1 Nov 2024` or `1 Nov 2024 to 31 Dec 2030`; empty if both are open.
    pub fn words(&self) -> String {
        let span = self.span();
        if self.latest.is_some() { span.strip_prefix("from ").map(str::to_owned).unwrap_or(span) } else { span }
    }

    /// Returns words after a noun: `from 1 Nov 2024 to 31 Dec 2030`; empty if both are open.
    pub fn span(&self) -> String {
        match (self.earliest, self.latest) {
            (Some(from), Some(to)) => format!("from {} to {}", day_words(from), day_words(to)),
            (Some(from), None) => format!("from {}", day_words(from)),
            (None, Some(to)) => format!("up to {}", day_words(to)),
            (None, None) => String::new(),
        }
    }

    pub fn hold(&self, date: NaiveDate) -> bool {
        self.earliest.is_none_or(|earliest| earliest <= date) && self.latest.is_none_or(|latest| date <= latest)
    }
}
