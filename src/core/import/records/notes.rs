//! Collects what the reader of an existing record must know of how it was read, one warning for each way of reading.

use std::collections::BTreeMap;

use crate::import::diagnostic::Diagnostic;
use crate::import::records::file::ReadOptions;
use crate::import::records::layout::Headings;
use crate::import::records::mark::DayOrder;
use crate::primitives::date::day_words;
use crate::primitives::text::counted;

/// The most words and examples that one warning names.
pub const MOST_NAMED: usize = 6;

/// Cells that one warning is about: how many, and some of them.
#[derive(Debug, Default)]
pub struct Noted {
    count: usize,
    first: Option<(usize, usize)>,
    examples: Vec<String>,
}

impl Noted {
    /// Adds a cell by its line from 1 and its column from 0.
    pub fn add(&mut self, at: (usize, usize), example: impl FnOnce() -> String) {
        self.count += 1;
        self.first.get_or_insert(at);
        if self.examples.len() < MOST_NAMED {
            self.examples.push(example());
        }
    }

    fn examples(&self) -> String {
        let more = self.count - self.examples.len();
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        format!("{}{more}", self.examples.join(", "))
    }
}

#[derive(Debug, Default)]
pub struct Notes {
    /// How often words say that nothing was seen.
    pub not_seen: BTreeMap<String, usize>,
    pub short_years: Noted,
    pub ambiguous: Noted,
    pub formulas: Noted,
    /// Numbers that are read as days, and that the spreadsheet does not show as dates.
    pub unformatted: Noted,
    pub undated: Noted,
    pub corrected: Noted,
    pub repeated: Noted,
    /// Columns that the spreadsheet hides.
    pub hidden: Noted,
}

impl Notes {
    pub fn count_not_seen(&self) -> usize {
        self.not_seen.values().sum()
    }

    /// Returns the warnings.
    pub fn warnings(&self, headings: &Headings, options: &ReadOptions) -> Vec<Diagnostic> {
        let of = |noted: &Noted, word: &str| counted(noted.count as u64, word);
        let (order, give) = match options.order {
            DayOrder::DayFirst => ("day", "--month-first reads them the other way"),
            DayOrder::MonthFirst => ("month", "Without --month-first they are read the other way"),
        };
        let undated = options.undated.map(day_words).unwrap_or_default();
        let repeated = if self.repeated.count == 1 { "1 row repeats" } else { "Some rows repeat" };
        let are = |noted: &Noted, is: &'static str, are: &'static str| if noted.count == 1 { is } else { are };
        let all = [
            (
                &self.short_years,
                format!("{} of two digits. They are read as 1980 to 2079", of(&self.short_years, "year")),
                String::new(),
            ),
            (
                &self.ambiguous,
                format!("{} could be read two ways. They are read with the {order} first", of(&self.ambiguous, "day")),
                format!(". {give}"),
            ),
            (
                &self.unformatted,
                format!(
                    "{} that {} not shown as a date in the spreadsheet, and {} read as one",
                    of(&self.unformatted, "number"),
                    are(&self.unformatted, "is", "are"),
                    are(&self.unformatted, "is", "are")
                ),
                String::new(),
            ),
            (
                &self.formulas,
                format!("{} with a formula. The value that the spreadsheet saved is read", of(&self.formulas, "cell")),
                String::new(),
            ),
            (
                &self.undated,
                format!(
                    "{} without a day. {} read as seen on {undated}",
                    of(&self.undated, "cell"),
                    are(&self.undated, "It is", "They are")
                ),
                String::new(),
            ),
            (&self.corrected, format!("{} given here, and not in the file", of(&self.corrected, "day")), String::new()),
            (&self.repeated, format!("{repeated} the headings and are not read"), String::new()),
            (
                &self.hidden,
                format!(
                    "{} hidden in the spreadsheet, and {} read too",
                    if self.hidden.count == 1 {
                        "1 column is".to_owned()
                    } else {
                        format!("{} columns are", self.hidden.count)
                    },
                    are(&self.hidden, "is", "are")
                ),
                String::new(),
            ),
        ];
        let told = all.into_iter().filter(|(noted, ..)| noted.count > 0).map(|(noted, what, end)| {
            let place = noted.first.map(|(line, column)| headings.place(line, column));
            Diagnostic::warning(place, format!("{what}: {}{end}", noted.examples()))
        });
        told.chain(self.not_seen_words()).collect()
    }

    fn not_seen_words(&self) -> Option<Diagnostic> {
        let all = self.count_not_seen();
        let mut words: Vec<(&String, &usize)> = self.not_seen.iter().collect();
        words.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let named: Vec<String> =
            words.iter().take(MOST_NAMED).map(|(word, count)| format!("“{word}” ({count})")).collect();
        let named = named.join(", ");
        let what = match all {
            1 => format!("1 cell says that nothing was seen. It is not carried over: {named}"),
            all => format!("{all} cells say that nothing was seen. They are not carried over: {named}"),
        };
        (all > 0).then(|| Diagnostic::warning(None, what))
    }
}
