//! Off-the-job hours: what a trainee entered, and the statement by which a supervisor confirms it. Must never count an hour
//! that nobody confirmed.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign};
use std::str::FromStr;

use chrono::NaiveDate;

use crate::domain::people::person::PersonRef;
use crate::domain::primitives::ids::{KsbCode, StatementId, ValueFault, fault};
use crate::domain::primitives::text::SafeText;

/// What a supervisor means by confirming hours.
pub const MEANING_HOURS: &str =
    "I have checked these entries: the hours were spent on off-the-job training, in paid time.";
/// The most hours of one trainee on one day, over all entries.
pub const MOST_A_DAY: QuarterHours = QuarterHours(96);
/// The most entries of one trainee on one day: what one statement holds even where each says as much as it may.
pub const MOST_ENTRIES_A_DAY: usize = 12;
/// The most bytes of what an entry says.
pub const MOST_WHAT: usize = 800;

/// Hours in quarters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QuarterHours(pub u32);

impl QuarterHours {
    /// So many whole hours.
    pub fn hours(hours: u32) -> Self {
        Self(hours.saturating_mul(4))
    }

    /// The hours without what is left of the last.
    pub fn whole(self) -> u32 {
        self.0 / 4
    }

    /// What is left when others are taken away; never less than none.
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

    /// Reads `3`, `3.5`, `0.25`, `3:30`, `3h` and `3h30`: more than none, in whole quarters.
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

/// What a trainee did on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HourEntry {
    /// Its own id, made as a statement's is.
    pub id: StatementId,
    /// The day.
    pub day: NaiveDate,
    pub hours: QuarterHours,
    /// What was done, in one line.
    pub what: SafeText,
    /// The KSBs it was towards, in order, each once; often none.
    pub codes: Vec<KsbCode>,
}

/// Hours that a supervisor confirms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours {
    pub trainee: PersonRef,
    /// The entries, by day and then id; at least one.
    pub entries: Vec<HourEntry>,
    /// The sentence that was meant, as shown when it was signed.
    pub meaning: SafeText,
}

impl Hours {
    /// The first and the last day of it.
    pub fn days(&self) -> (NaiveDate, NaiveDate) {
        let day = |entry: Option<&HourEntry>| entry.map_or(NaiveDate::MIN, |entry| entry.day);
        (day(self.entries.first()), day(self.entries.last()))
    }
}

/// Where an entry stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HourRow {
    pub entry: HourEntry,
    /// Who confirmed it, and on which day; nobody yet, where there is none.
    pub confirmed: Option<(SafeText, NaiveDate)>,
    /// The statement that confirms it.
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
