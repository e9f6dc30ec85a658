//! How often a programme holds reviews, with whom, and when a year ends, as data. Must never read a clock.

use std::fmt;

use chrono::{Datelike as _, Days, Months, NaiveDate};
use serde::Deserialize;

use crate::domain::primitives::toml_date::optional_date;
use crate::domain::statement::review::Meeting;

/// A rule of progress reviews.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewRule {
    /// The programme it is for, as a standard names it; a rule without one is for all others.
    pub programme: Option<String>,
    /// The first start day it is for.
    #[serde(default, deserialize_with = "optional_date")]
    pub from: Option<NaiveDate>,
    /// The last.
    #[serde(default, deserialize_with = "optional_date")]
    pub until: Option<NaiveDate>,
    /// The longest time from one to the next.
    #[serde(deserialize_with = "every")]
    pub every: Every,
    /// The kind of meeting that it is.
    #[serde(default, deserialize_with = "meeting")]
    pub meeting: Meeting,
    /// The days before, from which one is called due.
    pub notice_days: u16,
    /// When the review at the end of each year is held, where there is one.
    pub year_end: Option<YearEnd>,
    pub text: String,
    /// Where it is from.
    pub source: String,
}

/// A time from one review to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Every {
    Weeks(u16),
    /// So many months.
    Months(u16),
}

impl Every {
    /// The last day for a review that follows one on `day`.
    pub fn after(self, day: NaiveDate) -> NaiveDate {
        let later = match self {
            Self::Weeks(weeks) => day.checked_add_days(Days::new(u64::from(weeks) * 7)),
            Self::Months(months) => day.checked_add_months(Months::new(months.into())),
        };
        later.unwrap_or(day)
    }

    /// The time alone: `12 weeks`, `1 month`.
    pub fn span(self) -> String {
        let (many, what) = match self {
            Self::Weeks(weeks) => (weeks, "week"),
            Self::Months(months) => (months, "month"),
        };
        if many == 1 { format!("1 {what}") } else { format!("{many} {what}s") }
    }
}

/// `every 12 weeks`, `every month`.
impl fmt::Display for Every {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let span = self.span();
        write!(f, "every {}", span.strip_prefix("1 ").unwrap_or(&span))
    }
}

/// The days of each year between which its review is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct YearEnd {
    /// The month.
    pub month: u32,
    /// Its first such day.
    pub first: u32,
    /// The last.
    pub last: u32,
}

impl YearEnd {
    /// The first and last such day of a year.
    pub fn of(self, year: i32) -> Option<(NaiveDate, NaiveDate)> {
        let day = |day| NaiveDate::from_ymd_opt(year, self.month, day);
        day(self.first).zip(day(self.last))
    }

    /// Every such time that begins after the start, up to the one of the year of `today`, oldest first.
    pub fn since(self, start: NaiveDate, today: NaiveDate) -> impl Iterator<Item = (NaiveDate, NaiveDate)> {
        // The year in which a programme starts has not passed at its end.
        (start.year() + 1..=today.year()).filter_map(move |year| self.of(year))
    }
}

fn every<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Every, D::Error> {
    let text = String::deserialize(from)?;
    let (many, what) = text.split_once(' ').unwrap_or((&text, ""));
    let digits = !many.is_empty() && many.bytes().all(|b| b.is_ascii_digit());
    let many = if digits { many.parse().ok() } else { None };
    let read = match (many, what) {
        (Some(many @ 1..), "week" | "weeks") => Some(Every::Weeks(many)),
        (Some(many @ 1..), "month" | "months") => Some(Every::Months(many)),
        _ => None,
    };
    read.ok_or_else(|| serde::de::Error::custom(format!("{text:?} is not a time such as \"12 weeks\" or \"1 month\"")))
}

fn meeting<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Meeting, D::Error> {
    String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
}
