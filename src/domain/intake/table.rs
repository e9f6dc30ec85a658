//! A table that somebody was given, as rows of cells, whether it came as CSV or as a spreadsheet. Must never guess what a
//! cell means, nor run one.

use chrono::{Days, NaiveDate};

use crate::domain::intake::cell::{Cell, Line};
use crate::domain::intake::csv::{disarmed, formula, rows};
use crate::domain::intake::form::text_of;
use crate::domain::intake::remark::Remark;
use crate::domain::intake::sheet;

/// A table.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Its rows; the first holds the headings.
    pub lines: Vec<Line>,
    /// How it came: `CSV` or `spreadsheet`.
    pub form: &'static str,
    /// The day that a spreadsheet counts from.
    pub epoch: NaiveDate,
}

/// The table of a file's bytes: at most `most` rows below the headings.
pub fn table(bytes: &[u8], most: usize) -> Result<Table, Remark> {
    // Day 60 of 1900 is one that never was: days are counted from two before the first.
    let [since_1900, since_1904] =
        [(1899, 12, 30), (1904, 1, 1)].map(|(y, m, d)| NaiveDate::from_ymd_opt(y, m, d).unwrap_or_default());
    if bytes.starts_with(b"PK\x03\x04") {
        let (lines, from_1904) = sheet::lines(bytes, most + 1)?;
        let epoch = if from_1904 { since_1904 } else { since_1900 };
        return Ok(Table { lines, form: "spreadsheet", epoch });
    }
    let cell = |text: &str| match formula(text) {
        Some(_) => Cell::Formula,
        None if text.is_empty() => Cell::Empty,
        None => Cell::Text(disarmed(text).to_owned()),
    };
    let lines = rows(text_of(bytes)?, most + 1)?
        .into_iter()
        .map(|row| Line { line: row.line, cells: row.cells.iter().map(|text| cell(text)).collect() })
        .collect();
    Ok(Table { lines, form: "CSV", epoch: since_1900 })
}

impl Table {
    /// The day of a number, if it is one of this or the last two centuries.
    #[must_use]
    pub fn day(&self, number: f64) -> Option<NaiveDate> {
        let whole = (1.0..100_000.0).contains(&number).then(|| number.floor())?;
        #[expect(clippy::cast_sign_loss, reason = "between 1 and 100,000")]
        self.epoch.checked_add_days(Days::new(whole as u64))
    }
}
