//! Confirms off-the-job hours.

use std::collections::HashSet;

use chrono::NaiveDate;

use crate::people::person::PersonRef;
use crate::primitives::date::{days_words, parse_day};
use crate::primitives::text::SafeText;
use crate::programme::hours::{HourEntry, MOST_A_DAY, MOST_WHAT, QuarterHours};
use crate::statement::content::{About, Content, days_fault, lines_fault};
use crate::statement::fields::{DecodeFault, FieldReader, FieldWriter};

/// The meaning that a supervisor signs when confirming hours.
pub const MEANING_HOURS: &str =
    "I have checked these entries: the hours were spent on off-the-job training, in paid time.";

/// Hours that a supervisor confirms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours {
    pub trainee: PersonRef,
    /// Sorted by day and then id; at least one.
    pub entries: Vec<HourEntry>,
    /// The meaning, as shown when it was signed.
    pub meaning: SafeText,
}

impl Hours {
    /// Returns the first and last day.
    pub fn days(&self) -> (NaiveDate, NaiveDate) {
        let day = |entry: Option<&HourEntry>| entry.map_or(NaiveDate::MIN, |entry| entry.day);
        (day(self.entries.first()), day(self.entries.last()))
    }

    pub fn sum(&self) -> QuarterHours {
        self.entries.iter().map(|entry| entry.hours).sum()
    }
}

impl Content for Hours {
    fn write(&self, to: &mut FieldWriter<'_>) {
        to.person("trainee", &self.trainee);
        for entry in &self.entries {
            to.plain("entry", format_args!("{} {} {}", entry.id, entry.day, entry.hours));
            to.text("what", &entry.what);
            to.codes("ksbs", &entry.codes);
        }
        to.text("meaning", &self.meaning);
    }

    fn read(from: &mut FieldReader<'_>) -> Result<Self, DecodeFault> {
        let trainee = from.person("trainee")?;
        let entry = |v: &str| {
            let mut words = v.splitn(3, ' ');
            Some((words.next()?.parse().ok()?, parse_day(words.next()?)?, words.next()?.parse().ok()?))
        };
        let mut entries = Vec::new();
        while let Some((id, day, hours)) = from.optional("entry", entry)? {
            entries.push(HourEntry { id, day, hours, what: from.text("what")?, codes: from.codes("ksbs")? });
        }
        Ok(Self { trainee, entries, meaning: from.text("meaning")? })
    }

    fn fault(&self) -> Option<&'static str> {
        let entries = &self.entries;
        if let Some(fault) = lines_fault(entries.iter().map(|entry| &entry.what)) {
            return Some(fault);
        }
        if entries.is_empty() {
            return Some("Hours are confirmed, and there are none");
        }
        let order = |a: &HourEntry, b: &HourEntry| (a.day, a.id.0) < (b.day, b.id.0);
        let ids: HashSet<_> = entries.iter().map(|entry| entry.id.0).collect();
        if !entries.is_sorted_by(order) || ids.len() != entries.len() {
            return Some("Hours are out of the order of their days and ids or there twice");
        }
        if entries.iter().any(|entry| !entry.codes.is_sorted_by(|a, b| a < b)) {
            return Some("The KSBs of an entry are out of order or there twice");
        }
        if entries.iter().any(|entry| entry.hours > MOST_A_DAY || entry.what.as_str().len() > MOST_WHAT) {
            return Some("An entry is longer than a day, or says more than an entry may");
        }
        days_fault(entries.iter().map(|entry| entry.day))
    }

    fn about(&self) -> About<'_> {
        About::Record(&self.trainee)
    }

    fn summary(&self) -> String {
        let (first, last) = self.days();
        format!("{} hours, {} · {}", self.sum(), days_words(first, last), self.trainee.name)
    }
}
