//! Defines the review rules: how often a programme holds reviews, which meeting, and when a year ends.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike as _, Days, Months, NaiveDate};
use serde::Deserialize;

use crate::primitives::text::counted;
use crate::primitives::toml_value::{optional_date, parsed};
use crate::statement::kinds::review::Meeting;

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewRule {
    /// The programme's name in a standard; `None` for all others.
    pub programme: Option<String>,
    /// The first start date that it applies to.
    #[serde(default, deserialize_with = "optional_date")]
    pub from: Option<NaiveDate>,
    #[serde(default, deserialize_with = "optional_date")]
    pub until: Option<NaiveDate>,
    #[serde(deserialize_with = "parsed")]
    pub every: ReviewInterval,
    #[serde(default, deserialize_with = "parsed")]
    pub meeting: Meeting,
    /// How many days before the due date a review is called due.
    pub notice_days: u16,
    /// When year-end reviews are held, if the programme has them.
    pub year_end: Option<YearEnd>,
    pub text: String,
    pub source: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReviewInterval {
    Weeks(u16),
    /// Calendar months.
    Months(u16),
}

impl ReviewInterval {
    /// Returns the last day for a review after one on `day`.
    pub fn after(self, day: NaiveDate) -> NaiveDate {
        let later = match self {
            Self::Weeks(weeks) => day.checked_add_days(Days::new(u64::from(weeks) * 7)),
            Self::Months(months) => day.checked_add_months(Months::new(months.into())),
        };
        later.unwrap_or(day)
    }

    /// Returns the interval: `12 weeks`, `1 month`.
    pub fn span(self) -> String {
        match self {
            Self::Weeks(weeks) => counted(weeks, "week"),
            Self::Months(months) => counted(months, "month"),
        }
    }
}

/// Formats as `every 12 weeks` or `every month`.
impl fmt::Display for ReviewInterval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let span = self.span();
        write!(f, "every {}", span.strip_prefix("1 ").unwrap_or(&span))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct YearEnd {
    /// From 1 to 12.
    pub month: u32,
    pub first: u32,
    pub last: u32,
}

impl YearEnd {
    pub fn of(self, year: i32) -> Option<(NaiveDate, NaiveDate)> {
        let day = |day| NaiveDate::from_ymd_opt(year, self.month, day);
        day(self.first).zip(day(self.last))
    }

    /// Returns the periods of the years after the start year, up to the year of `today`, oldest first.
    pub fn since(self, start: NaiveDate, today: NaiveDate) -> impl Iterator<Item = (NaiveDate, NaiveDate)> {
        // The first year-end review is in the year after the start.
        (start.year() + 1..=today.year()).filter_map(move |year| self.of(year))
    }
}

impl FromStr for ReviewInterval {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (many, what) = text.split_once(' ').unwrap_or((text, ""));
        let digits = !many.is_empty() && many.bytes().all(|b| b.is_ascii_digit());
        let many = if digits { many.parse().ok() } else { None };
        let read = match (many, what) {
            (Some(many @ 1..), "week" | "weeks") => Some(ReviewInterval::Weeks(many)),
            (Some(many @ 1..), "month" | "months") => Some(ReviewInterval::Months(many)),
            _ => None,
        };
        read.ok_or_else(|| format!("{text:?} is not a time such as \"12 weeks\" or \"1 month\""))
    }
}
