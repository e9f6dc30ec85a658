//! Says when, by whom and from which log a document was made: what every document shows.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use countersign_core::primitives::date::day_words;

/// What a document was made from, and for whom it speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The department, as its log names it.
    pub department: String,
    /// The local day and time.
    pub day: NaiveDate,
    pub time: NaiveTime,
    /// The same time in UTC, which files keep about themselves.
    pub utc: NaiveDateTime,
    /// The day at whose end the record is shown, if it is not the one on which the document was made.
    pub as_of: Option<NaiveDate>,
    /// Who had it made, such as `Tilly Officer, training officer`; empty if nobody was named.
    pub by: String,
    /// The number of entries in the log.
    pub size: u64,
    /// The whole checkpoint code, such as `1952 · YDNSA-TR8DP-DVJ5J-SKT5B-F2EXEV`.
    pub code: String,
}

impl Made {
    /// Says when it was made, and of which day it shows the state: `28 Nov 2026, 18:40 as at 1 Oct 2026`.
    pub fn when(&self) -> String {
        let as_at = self.as_of.map(|day| format!(" as at {}", day_words(day))).unwrap_or_default();
        format!("{}, {}{as_at}", day_words(self.day), self.time.format("%H:%M"))
    }

    /// Returns the day of which the document shows the state.
    pub fn as_at(&self) -> NaiveDate {
        self.as_of.unwrap_or(self.day)
    }

    /// Says in one sentence how to check a document.
    pub fn how_to_check(&self) -> String {
        self.how_to_check_with("the code at the foot of this page")
    }

    /// Says how to check a document, and where its code is.
    pub fn how_to_check_with(&self, code: &str) -> String {
        format!(
            "Ask the department to run “countersign verify --checkpoint” with {code}: it answers “Intact” only if none of the \
             {} that the log held has been changed or removed since.",
            if self.size == 1 { "1 entry".to_owned() } else { format!("{} entries", grouped(self.size)) }
        )
    }
}

/// Formats a number with commas between thousands: `1,952`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
