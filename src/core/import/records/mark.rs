//! Reads what one cell of an existing record says: on which day something was seen, at which level and by whom.
//!
//! Invariant: a day without a year, and a cell that could mean two days, are never read.

use chrono::{Datelike as _, NaiveDate};

use crate::import::cell::Cell;
use crate::import::csv::error;
use crate::import::records::words::{self, OTHER_DAY, Words, plain};
use crate::import::table::{Table, is_next};
use crate::primitives::human_date::{DayDirection, typed_day};

/// How days are written that have only numbers: `05/12/2026`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DayOrder {
    #[default]
    DayFirst,
    MonthFirst,
}

/// What was seen, as a cell says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mark {
    /// `None` if the cell says that it was seen, and not when.
    pub day: Option<NaiveDate>,
    /// What is written before the day.
    pub level: String,
    /// What is written after the day.
    pub assessor: String,
    /// Whether the assessor may be other words.
    pub doubtful: bool,
    pub care: Care,
}

impl Mark {
    /// Returns the mark of a day, with nothing else.
    pub fn on(day: NaiveDate) -> Self {
        Self { day: Some(day), ..Self::default() }
    }
}

/// What the reader must be told about how a day was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Care {
    /// The year had two digits.
    pub short_year: bool,
    /// The day and the month could be the other way round.
    pub ambiguous: bool,
    /// It is the saved value of a formula.
    pub formula: bool,
}

/// What is in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CellRead {
    Empty,
    /// Words for something that was not seen, or not to the standard: `not yet`, `n/a`.
    NotSeen(String),
    Seen(Mark),
    /// What is wrong, and what to do about it.
    Fault(String, &'static str),
}

pub const DAY_HINT: &str = "Write it as 2026-05-12, 12/05/2026 or 12 May 2026";
const CELL_HINT: &str = "Correct the cell in the spreadsheet, or leave it empty";
const WORDS_HINT: &str = "Write the level before the day and who saw it after “by”: Level 2 12/05/2026 by S. Smith. Write no if it was not achieved";
const LATER_HINT: &str = "Write the day on which it was seen";
/// The most words of a cell that are searched for a day.
const MOST_WORDS: usize = 40;
/// The most words that a day has: `Tue 12 May 2026 10:30 am`.
const WORDS_OF_DAY: usize = 6;

/// Reads a cell of a table.
pub fn read_cell(cell: &Cell, table: &Table, today: NaiveDate, order: DayOrder) -> CellRead {
    match cell {
        Cell::Empty => CellRead::Empty,
        Cell::Error(error) => CellRead::Fault(format!("It is the spreadsheet's error {error}"), CELL_HINT),
        Cell::Formula(None) => CellRead::Fault(
            "It is a formula without a saved value".to_owned(),
            "Open the file in a spreadsheet and save it again, or paste the column as values",
        ),
        Cell::Formula(Some(value)) => match read_cell(value, table, today, order) {
            CellRead::Seen(mark) => CellRead::Seen(Mark { care: Care { formula: true, ..mark.care }, ..mark }),
            other => other,
        },
        Cell::Number(number) => of_number(*number, table, today),
        Cell::Text(text) => of_text(text, today, order),
    }
}

fn of_number(number: f64, table: &Table, today: NaiveDate) -> CellRead {
    if (0.0..1000.0).contains(&number) {
        return of_words(&number.to_string());
    }
    match table.day(number).filter(|day| (1980..2100).contains(&day.year())) {
        Some(day) => seen(Mark::on(day), today),
        None => CellRead::Fault(format!("“{number}” is not a date"), DAY_HINT),
    }
}

fn seen(mark: Mark, today: NaiveDate) -> CellRead {
    match mark.day.filter(|day| *day > today) {
        Some(day) => CellRead::Fault(format!("{} is after today", day.format("%-d %b %Y")), LATER_HINT),
        None => CellRead::Seen(mark),
    }
}

fn of_text(text: &str, today: NaiveDate, order: DayOrder) -> CellRead {
    if let Some(error) = error(text) {
        return CellRead::Fault(format!("It is the spreadsheet's error {error}"), CELL_HINT);
    }
    match day_of(text, today, order) {
        Some(Ok((day, care))) => return seen(Mark { care, ..Mark::on(day) }, today),
        Some(Err(fault)) => return fault,
        None => {}
    }
    let words = words::split(text);
    if words.len() > MOST_WORDS {
        return CellRead::Fault(format!("“{}” has more than {MOST_WORDS} words", cut(text)), WORDS_HINT);
    }
    let Some((from, to, read)) = find_day(&words, 0, today, order) else { return without_day(text, &words) };
    if find_day(&words, to, today, order).is_some() {
        let what = format!("“{}” has two days", cut(text));
        return CellRead::Fault(what, "Keep the day that counts, such as the last");
    }
    let (day, care) = match read {
        Ok(read) => read,
        Err(fault) => return fault,
    };
    if begins_with_bracket(text, today, order) {
        let what = format!("“{}” has its day in brackets, which may be planned or no longer count", cut(text));
        return CellRead::Fault(what, "Take the brackets away if it was seen on that day, or empty the cell");
    }
    with_day(text, (&words[..from], &words[to..]), (day, care), today)
}

/// Reads the words before and after a day. What is not understood is a fault, as it may take the record back.
fn with_day(
    text: &str,
    (before, after): (&[&str], &[&str]),
    (day, care): (NaiveDate, Care),
    today: NaiveDate,
) -> CellRead {
    let mut all = before.iter().chain(after).map(|word| plain(word));
    if let Some(word) = all.find(|word| OTHER_DAY.split_whitespace().any(|other| other == word)) {
        let what = format!("“{}” names a day for “{word}”, not the day on which it was seen", cut(text));
        return CellRead::Fault(what, LATER_HINT);
    }
    let (first, last) = (words::before_day(before), words::after_day(after));
    let unknown = |words: &[&str]| {
        CellRead::Fault(format!("“{}” in “{}” is not understood", cut(&words.join(" ")), cut(text)), WORDS_HINT)
    };
    match (first, last) {
        (Words::NotSeen, _) => CellRead::NotSeen(cut(&before.join(" "))),
        (_, Words::NotSeen) => CellRead::NotSeen(cut(&after.join(" "))),
        (Words::Unknown, _) if before.last().is_some_and(|word| is_weekday(&plain(word))) => {
            CellRead::Fault(format!("“{}” names a weekday on which that day does not fall", cut(text)), DAY_HINT)
        }
        (Words::Unknown, _) => unknown(before),
        (_, Words::Unknown) => unknown(after),
        (Words::Seen { level, .. }, Words::Seen { level: other, assessor, doubtful }) => {
            match words::joined(level, other) {
                Some(level) => seen(Mark { day: Some(day), level, assessor, doubtful, care }, today),
                None => CellRead::Fault(format!("“{}” has two levels", cut(text)), "Keep the level that counts"),
            }
        }
    }
}

/// Returns whether a text begins with a bracket that the day is in: `(12/05/2026)`, and not `Level 2 (12/05/2026)`.
fn begins_with_bracket(text: &str, today: NaiveDate, order: DayOrder) -> bool {
    let inside = text.trim_start().strip_prefix(['(', '[']);
    let inside = inside.map(|rest| rest.split([')', ']']).next().unwrap_or_default());
    inside.is_some_and(|inside| find_day(&words::split(inside), 0, today, order).is_some())
}

/// The words from and to which a day was found.
type Found = (usize, usize, Result<(NaiveDate, Care), CellRead>);

/// Finds the first day among words, from the word `start` on: the longest that begins there.
fn find_day(words: &[&str], start: usize, today: NaiveDate, order: DayOrder) -> Option<Found> {
    (start..words.len()).filter(|from| words[*from].contains(|c: char| c.is_alphanumeric())).find_map(|from| {
        let most = (from + WORDS_OF_DAY).min(words.len());
        (from + 1..=most).rev().find_map(|to| {
            let read = day_of(&words[from..to].join(" "), today, order)?;
            Some((from, to, read))
        })
    })
}

fn without_day(text: &str, words: &[&str]) -> CellRead {
    // Something like 31/02/2026 is a slip, not a level.
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits >= 4 || words.iter().any(|word| word.matches('/').count() == 2) {
        return CellRead::Fault(format!("“{}” is not a date", cut(text)), DAY_HINT);
    }
    of_words(text)
}

/// Reads words without a day.
fn of_words(text: &str) -> CellRead {
    if matches!(plain(text).as_str(), "x" | "xx") {
        return CellRead::Fault(
            format!("“{text}” can mean seen or not seen"),
            "Write the day, or no, or leave it empty",
        );
    }
    match words::alone(text) {
        Words::NotSeen => CellRead::NotSeen(cut(text)),
        Words::Seen { level, assessor, doubtful } => {
            CellRead::Seen(Mark { level, assessor, doubtful, ..Mark::default() })
        }
        Words::Unknown => CellRead::Fault(format!("“{}” is not understood", cut(text)), WORDS_HINT),
    }
}

fn is_weekday(word: &str) -> bool {
    let names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "weds"];
    word.len() >= 3 && names.iter().any(|name| name.starts_with(word))
}

/// Returns the beginning of a text, for a message.
pub fn cut(text: &str) -> String {
    const MOST: usize = 60;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= MOST { line } else { format!("{}…", line.chars().take(MOST).collect::<String>()) }
}

/// Returns a cell's text in one line, if it has one.
pub fn words_of(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) | Cell::Error(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        Cell::Number(number) => number.to_string(),
        Cell::Formula(Some(value)) => words_of(value),
        Cell::Formula(None) | Cell::Empty => String::new(),
    }
}

/// Returns whether a cell is a number, or a formula whose saved value is one.
pub fn number_of(cell: &Cell) -> bool {
    match cell {
        Cell::Number(_) => true,
        Cell::Formula(Some(value)) => number_of(value),
        _ => false,
    }
}

/// Reads a text that is a day with its year and nothing else; `None` for any other text.
fn day_of(text: &str, today: NaiveDate, order: DayOrder) -> Option<Result<(NaiveDate, Care), CellRead>> {
    if !text.starts_with(|c: char| c.is_ascii_alphanumeric()) || !text.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let date = text.split([' ', 'T', 't']).next().unwrap_or_default();
    let parts: Vec<&str> = date.split(['/', '.', '-']).collect();
    let numbers =
        |parts: &[&str]| parts.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    let [first, second, third] = match parts.as_slice() {
        [first, second, third] if numbers(&parts) && first.len() <= 2 => [*first, *second, *third],
        _ => {
            let read = typed_day(text, today, DayDirection::Back).ok().filter(|read| !read.open)?;
            let day = if read.time.is_some_and(is_next) { read.day.succ_opt()? } else { read.day };
            let short_year = !has_full_year(text);
            return Some(Ok((day, Care { short_year, ..Care::default() })));
        }
    };
    let rest = &text[date.len()..];
    let small = |part: &str| part.parse::<u32>().ok().filter(|number| (1..=12).contains(number));
    let ambiguous = small(first).is_some() && small(second).is_some() && small(first) != small(second);
    let [as_written, turned] = [[first, second, third], [second, first, third]].map(|day| day.join("/") + rest);
    let (wanted, other) = if order == DayOrder::DayFirst { (as_written, turned) } else { (turned, as_written) };
    let read = |text: &str| typed_day(text, today, DayDirection::Back).ok().filter(|read| !read.open);
    match (read(&wanted), read(&other)) {
        (Some(read), _) => {
            let day = if read.time.is_some_and(is_next) { read.day.succ_opt()? } else { read.day };
            Some(Ok((day, Care { short_year: third.len() == 2, ambiguous, formula: false })))
        }
        (None, Some(_)) => Some(Err(CellRead::Fault(
            match order {
                DayOrder::DayFirst => format!("“{text}” is not a date: days are read with the day first"),
                DayOrder::MonthFirst => format!("“{text}” is not a date: days are read with the month first"),
            },
            match order {
                DayOrder::DayFirst => "If the file writes the month first, give --month-first",
                DayOrder::MonthFirst => "If the file writes the day first, leave out --month-first",
            },
        ))),
        (None, None) => None,
    }
}

/// Returns whether a date has a year of four digits.
fn has_full_year(text: &str) -> bool {
    let date = text.split(':').next().unwrap_or_default();
    date.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() == 4)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives::date::tests::day;

    fn read(text: &str) -> CellRead {
        of_text(text, day("2026-11-28"), DayOrder::DayFirst)
    }

    fn of_day(text: &str) -> (NaiveDate, Care) {
        match read(text) {
            CellRead::Seen(Mark { day: Some(day), level, assessor, care, .. }) => {
                assert_eq!((level.as_str(), assessor.as_str()), ("", ""), "{text}");
                (day, care)
            }
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn a_day_is_read_in_every_usual_spelling_with_the_day_first() {
        for text in [
            "2026-05-12",
            "2026-05-12T09:30:00",
            "2026-05-12 00:00",
            "12/05/2026",
            "12.05.2026",
            "12-5-2026",
            "12/05/2026 10:30",
            "12 May 2026",
            "12 may 2026",
            "12th May 2026",
            "12-May-2026",
            "Tue 12 May 2026",
            "Tuesday, 12 May 2026",
            "May 12, 2026",
            "2026/05/12",
            "12 May 26",
            "12-May-26",
            "12/05/26",
            "12.5.26",
        ] {
            assert_eq!(of_day(text).0, day("2026-05-12"), "{text}");
        }
        assert_eq!(of_day("12/05/2026 23:59:58").0, day("2026-05-13"));
    }

    #[test]
    fn a_year_of_two_digits_and_a_day_that_may_be_a_month_are_said() {
        for (text, short_year, ambiguous) in [
            ("12/05/26", true, true),
            ("12/05/2026", false, true),
            ("12 May 26", true, false),
            ("31/10/26", true, false),
            ("05/05/2026", false, false),
            ("2026-05-12", false, false),
            ("12 May 2026", false, false),
        ] {
            let care = of_day(text).1;
            assert_eq!((care.short_year, care.ambiguous), (short_year, ambiguous), "{text}");
        }
    }

    #[test]
    fn what_is_written_before_the_day_is_the_level_and_after_it_who_saw_it() {
        for (text, level, on, assessor) in [
            ("Level 2, 12/05/2026", "Level 2", "2026-05-12", ""),
            ("3 - 12 May 26", "3", "2026-05-12", ""),
            ("12/05/2026 SS", "", "2026-05-12", "SS"),
            ("12/05/2026 by Sam Supervisor", "", "2026-05-12", "Sam Supervisor"),
            ("Competent (12 May 2026) S. Supervisor", "Competent", "2026-05-12", "S. Supervisor"),
            ("L2\n12/05/2026\nSS", "L2", "2026-05-12", "SS"),
            ("✓ 12/05/2026", "", "2026-05-12", ""),
            ("Yes 12/05/2026", "", "2026-05-12", ""),
            ("2 12/05/2026", "2", "2026-05-12", ""),
        ] {
            let wanted = (Some(day(on)), level, assessor);
            match read(text) {
                CellRead::Seen(mark) => assert_eq!((mark.day, mark.level.as_str(), mark.assessor.as_str()), wanted),
                other => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn a_cell_that_says_that_nothing_was_seen_gives_nothing() {
        for text in ["-", "–", "n/a", "N/A", "not yet", "No", "not yet 12/05/2026", "Fail 12/05/2026", "0", "P partly"]
        {
            assert!(matches!(read(text), CellRead::NotSeen(_)), "{text}: {:?}", read(text));
        }
    }

    #[test]
    fn a_cell_without_a_day_is_never_given_one() {
        for (text, level) in
            [("yes", ""), ("✓", ""), ("Competent", "Competent"), ("1", "1"), ("3", "3"), ("Level 2", "Level 2")]
        {
            match read(text) {
                CellRead::Seen(mark) => assert_eq!((mark.day, mark.level.as_str()), (None, level), "{text}"),
                other => panic!("{text}: {other:?}"),
            }
        }
        for text in ["today", "yesterday", "Monday", "3 days ago", "12 May", "1/9", "May 2026", "next week"] {
            assert!(!matches!(read(text), CellRead::Seen(Mark { day: Some(_), .. })), "{text}: {:?}", read(text));
        }
    }

    #[test]
    fn what_cannot_be_a_day_of_the_past_is_a_fault_with_its_reason() {
        for (text, words) in [
            ("31/02/2026", "“31/02/2026” is not a date"),
            ("2026-13-01", "“2026-13-01” is not a date"),
            ("05/31/2026", "days are read with the day first"),
            ("29/11/2026", "29 Nov 2026 is after today"),
            ("C current 2027-01-12", "names a day for “current”"),
            ("expires 12/05/2026", "names a day for “expires”"),
            ("12/05/2026, 13/06/2026", "has two days"),
            ("46154", "“46154” is not a date"),
            ("May 2026", "“May 2026” is not a date"),
            ("Tue 13 May 2026", "names a weekday on which that day does not fall"),
            ("x", "can mean seen or not seen"),
            ("#N/A", "It is the spreadsheet's error #N/A"),
        ] {
            match read(text) {
                CellRead::Fault(what, hint) => assert!(what.contains(words) && !hint.is_empty(), "{text}: {what}"),
                other => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn with_the_month_first_the_same_text_is_another_day() {
        let read = |text: &str| of_text(text, day("2026-11-28"), DayOrder::MonthFirst);
        let on = |text: &str| match read(text) {
            CellRead::Seen(mark) => mark.day,
            other => panic!("{other:?}"),
        };
        assert_eq!(on("05/12/2026"), Some(day("2026-05-12")));
        assert_eq!(on("5/31/26"), Some(day("2026-05-31")));
        assert_eq!(on("2026-05-12"), Some(day("2026-05-12")));
        assert!(matches!(read("31/05/2026"), CellRead::Fault(..)));
    }
}
