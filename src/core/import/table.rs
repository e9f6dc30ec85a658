//! Reads a table from CSV or a spreadsheet into rows of cells.

use chrono::{Days, NaiveDate, NaiveTime, Timelike as _};

use crate::import::cell::{Cell, Limits, Line};
use crate::import::csv::{disarmed, error, formula, rows};
use crate::import::diagnostic::Diagnostic;
use crate::import::format::text_of;
use crate::import::xlsx::{Sheet, sheet};
use crate::import::xlsx_looks::Looks;

/// The fraction of a day from which a time means the next midnight: libraries write dates some seconds early, or
/// shifted by summer time or a time zone.
const NEXT: f64 = 0.9;

#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    pub lines: Vec<Line>,
    /// `CSV` or `spreadsheet`.
    pub form: &'static str,
    /// Day 0 of the spreadsheet's dates.
    pub epoch: NaiveDate,
    pub sheet: Option<(String, Vec<String>)>,
    pub hidden: Vec<usize>,
    pub looks: Looks,
}

/// Reads a table; from a spreadsheet, the sheet named `wanted`, or else the first that `fits`.
pub fn table(
    bytes: &[u8],
    limits: Limits,
    wanted: Option<&str>,
    fits: &dyn Fn(&[Line]) -> bool,
) -> Result<Table, Diagnostic> {
    // Excel counts a 29 February 1900 that never was, so its day 0 is two days before 1 January 1900.
    let [since_1900, since_1904] =
        [(1899, 12, 30), (1904, 1, 1)].map(|(y, m, d)| NaiveDate::from_ymd_opt(y, m, d).unwrap_or_default());
    if bytes.starts_with(b"PK\x03\x04") {
        let Sheet { name, others, lines, hidden, looks, from_1904 } = sheet(bytes, limits, wanted, fits)?;
        let epoch = if from_1904 { since_1904 } else { since_1900 };
        return Ok(Table { lines, form: "spreadsheet", epoch, sheet: Some((name, others)), hidden, looks });
    }
    let text = text_of(bytes)?;
    if let Some(wanted) = wanted {
        return Err(Diagnostic::fault(None, format!("It is CSV, and has no sheet “{wanted}”"), "Leave --sheet out"));
    }
    let cell = |text: &str| match (formula(text), error(text)) {
        // Kept as a value: the columns report negative numbers.
        (Some('-'), _) if is_negative(text) => Cell::Text(text.to_owned()),
        (Some(_), _) => Cell::Formula(None),
        (None, Some(error)) => Cell::Error(error.to_owned()),
        _ if text.is_empty() => Cell::Empty,
        _ => Cell::Text(disarmed(text).to_owned()),
    };
    let lines = rows(&text, limits.rows + 1)?
        .into_iter()
        .map(|row| Line { line: row.line, cells: row.cells.iter().map(|text| cell(text)).collect() })
        .collect();
    Ok(Table { lines, form: "CSV", epoch: since_1900, sheet: None, hidden: Vec::new(), looks: Looks::default() })
}

pub fn is_negative(cell: &str) -> bool {
    let digits = |rest: &str| rest.bytes().all(|byte| b".,0123456789".contains(&byte));
    cell.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()) && digits(rest))
}

impl Table {
    /// Returns whether the spreadsheet hides a column, from 0.
    pub fn hides(&self, column: usize) -> bool {
        self.looks.hidden_columns.iter().any(|(first, last)| (*first..=*last).contains(&column))
    }

    /// Returns whether a cell's text, or a part of it, is struck through.
    pub fn is_struck(&self, line: usize, column: usize) -> bool {
        self.looks.struck.contains(&(line, column))
    }

    /// Returns whether a large number is not formatted as a date.
    pub fn is_plain(&self, line: usize, column: usize) -> bool {
        self.looks.plain.contains(&(line, column))
    }

    /// Converts a spreadsheet's number to a date, if it is plausible.
    pub fn day(&self, number: f64) -> Option<NaiveDate> {
        let number = (1.0..100_000.0).contains(&number).then_some(number)?;
        let whole = if number.fract() >= NEXT { number.ceil() } else { number.floor() };
        #[expect(clippy::cast_sign_loss, reason = "between 1 and 100,000")]
        self.epoch.checked_add_days(Days::new(whole as u64))
    }
}

/// Returns whether a time of day is so late that it means the next day.
pub fn is_next(time: NaiveTime) -> bool {
    f64::from(time.num_seconds_from_midnight()) >= NEXT * 86_400.0
}
