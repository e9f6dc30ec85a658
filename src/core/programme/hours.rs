//! Defines off-the-job hours and a trainee's entries of them.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign};
use std::str::FromStr;

use chrono::NaiveDate;

use crate::primitives::ids::{KsbCode, StatementId, ValueFault, fault};
use crate::primitives::text::SafeText;

/// The maximum hours of one trainee on one day, over all entries.
pub const MOST_A_DAY: QuarterHours = QuarterHours(96);
/// The maximum entries of one trainee on one day, so that the longest entries still fit in one statement.
pub const MOST_ENTRIES_A_DAY: usize = 12;
/// The maximum length of an entry's description, in bytes.
pub const MOST_WHAT: usize = 800;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QuarterHours(pub u32);

impl QuarterHours {
    pub fn hours(hours: u32) -> Self {
        Self(hours.saturating_mul(4))
    }

    /// Returns the whole hours, rounded down.
    pub fn whole(self) -> u32 {
        self.0 / 4
    }

    /// Subtracts, saturating at zero.
    #[must_use]
    pub fn less(self, others: Self) -> Self {
        Self(self.0.saturating_sub(others.0))
    }
}

impl fmt::Display for QuarterHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = ["", ".25", ".5", ".75"][(self.0 % 4) as usize];
        f.pad(&format!("{}{part}", self.0 / 4))
    }
}

impl FromStr for QuarterHours {
    type Err = ValueFault;

    /// Parses `3`, `3.5`, `0.25`, `3:30`, `3h` and `3h30`: more than zero, in whole quarters.
    fn from_str(s: &str) -> Result<Self, ValueFault> {
        read(s.trim()).filter(|read| read.0 > 0).ok_or_else(|| fault(s, "hours in quarters, such as 3, 3.5 or 0:45"))
    }
}

fn read(s: &str) -> Option<QuarterHours> {
    let number = |text: &str| {
        let plain = (1..=5).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        if plain { text.parse::<u32>().ok() } else { None }
    };
    let minutes = |text: &str| match text {
        "" | "0" | "00" => Some(0),
        "15" => Some(1),
        "30" => Some(2),
        "45" => Some(3),
        _ => None,
    };
    let parts = match (s.split_once('.'), s.split_once([':', 'h'])) {
        (Some((hours, part)), _) => {
            let quarters = match part {
                "0" | "00" => 0,
                "25" => 1,
                "5" | "50" => 2,
                "75" => 3,
                _ => return None,
            };
            (hours, quarters)
        }
        (None, Some((hours, rest))) if !rest.is_empty() || s.ends_with('h') => (hours, minutes(rest)?),
        (None, Some(_)) => return None,
        (None, None) => (s, 0),
    };
    Some(QuarterHours(number(parts.0)? * 4 + parts.1))
}

impl Add for QuarterHours {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for QuarterHours {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for QuarterHours {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Self::add)
    }
}

/// A trainee's entry of off-the-job training.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HourEntry {
    /// Made as a statement's id is.
    pub id: StatementId,
    pub day: NaiveDate,
    pub hours: QuarterHours,
    /// One line.
    pub what: SafeText,
    /// Sorted, without repeats; often empty.
    pub codes: Vec<KsbCode>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HourRow {
    pub entry: HourEntry,
    /// Who confirmed it, and on which day.
    pub confirmed: Option<(SafeText, NaiveDate)>,
    pub statement: Option<StatementId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_in_quarters_however_they_are_written_and_shown_in_one_way() {
        for (text, shown) in [
            ("3", "3"),
            ("3.5", "3.5"),
            ("0.25", "0.25"),
            ("3.50", "3.5"),
            ("7:45", "7.75"),
            ("2h", "2"),
            (" 2h15 ", "2.25"),
            ("24", "24"),
        ] {
            assert_eq!(text.parse::<QuarterHours>().unwrap().to_string(), shown, "{text}");
        }
        for wrong in ["", "0", "-1", "3.1", "3:20", "3:", ".5", "3,5", "h", "123456", "3.", "1e3", "+3"] {
            assert!(wrong.parse::<QuarterHours>().is_err(), "{wrong}");
        }
    }
}
