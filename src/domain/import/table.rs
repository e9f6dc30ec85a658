//! A table that somebody was given, as rows of cells, whether it came as CSV or as a spreadsheet. Must never guess what a
//! cell means, nor run one.

use chrono::{Days, NaiveDate, NaiveTime, Timelike as _};

use crate::domain::import::cell::{Cell, Line};
use crate::domain::import::csv::{disarmed, error, formula, rows};
use crate::domain::import::diagnostic::Diagnostic;
use crate::domain::import::format::text_of;
use crate::domain::import::xlsx::{Sheet, sheet};

/// The share of a day from which a time is the next midnight: libraries write a day some seconds before it begins, or the
/// hours of summer time and of a time zone.
const NEXT: f64 = 0.9;

/// A table.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Its rows; one of the first holds the headings.
    pub lines: Vec<Line>,
    /// How it came: `CSV` or `spreadsheet`.
    pub form: &'static str,
    /// The day that a spreadsheet counts from.
    pub epoch: NaiveDate,
    /// The sheet that it is, and the others that are not read.
    pub sheet: Option<(String, Vec<String>)>,
    /// The lines that the spreadsheet does not show.
    pub hidden: Vec<usize>,
}

/// The table of a file's bytes: at most `most` rows below the headings; of a spreadsheet the sheet that is `wanted` by name,
/// else the first that `fits`.
pub fn table(
    bytes: &[u8],
    most: usize,
    wanted: Option<&str>,
    fits: &dyn Fn(&[Line]) -> bool,
) -> Result<Table, Diagnostic> {
    // Day 60 of 1900 is one that never was: days are counted from two before the first.
    let [since_1900, since_1904] =
        [(1899, 12, 30), (1904, 1, 1)].map(|(y, m, d)| NaiveDate::from_ymd_opt(y, m, d).unwrap_or_default());
    if bytes.starts_with(b"PK\x03\x04") {
        let Sheet { name, others, lines, hidden, from_1904 } = sheet(bytes, most + 1, wanted, fits)?;
        let epoch = if from_1904 { since_1904 } else { since_1900 };
        return Ok(Table { lines, form: "spreadsheet", epoch, sheet: Some((name, others)), hidden });
    }
    let text = text_of(bytes)?;
    if let Some(wanted) = wanted {
        return Err(Diagnostic::fault(None, format!("It is CSV, and has no sheet “{wanted}”"), "Leave --sheet out"));
    }
    let cell = |text: &str| match (formula(text), error(text)) {
        // It is a value, though none that a column may have: each says so itself.
        (Some('-'), _) if is_negative(text) => Cell::Text(text.to_owned()),
        (Some(_), _) => Cell::Formula,
        (None, Some(error)) => Cell::Error(error.to_owned()),
        _ if text.is_empty() => Cell::Empty,
        _ => Cell::Text(disarmed(text).to_owned()),
    };
    let lines = rows(&text, most + 1)?
        .into_iter()
        .map(|row| Line { line: row.line, cells: row.cells.iter().map(|text| cell(text)).collect() })
        .collect();
    Ok(Table { lines, form: "CSV", epoch: since_1900, sheet: None, hidden: Vec::new() })
}

/// Whether a cell is a negative number.
pub fn is_negative(cell: &str) -> bool {
    let digits = |rest: &str| rest.bytes().all(|byte| b".,0123456789".contains(&byte));
    cell.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()) && digits(rest))
}

impl Table {
    /// The day of a number, if it is one of this or the last two centuries.
    pub fn day(&self, number: f64) -> Option<NaiveDate> {
        let number = (1.0..100_000.0).contains(&number).then_some(number)?;
        let whole = if number.fract() >= NEXT { number.ceil() } else { number.floor() };
        #[expect(clippy::cast_sign_loss, reason = "between 1 and 100,000")]
        self.epoch.checked_add_days(Days::new(whole as u64))
    }
}

/// Whether a time of day is so late that the next day was meant.
pub fn is_next(time: NaiveTime) -> bool {
    f64::from(time.num_seconds_from_midnight()) >= NEXT * 86_400.0
}
