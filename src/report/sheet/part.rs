//! Defines a sheet of a workbook: columns under headings, rows, and how it prints. Also writes one as CSV.

use chrono::NaiveDate;

use countersign_core::import::csv_line::{add_line, as_file, guarded};

use crate::sheet::cell::{Cell, Value};

/// The paper of a sheet, always landscape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    A3,
    A4,
}

/// The widest sheet, in characters, that can still be read when it prints one A4 page wide.
const WIDEST_ON_A4: f64 = 215.0;

/// A column.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// May have several lines.
    pub head: String,
    /// In characters.
    pub width: f64,
    /// Whether its cells are one of a grid: smaller, with a line on the left.
    pub gridded: bool,
}

impl Column {
    pub fn new(head: impl Into<String>, width: f64) -> Self {
        Self { head: head.into(), width, gridded: false }
    }

    /// Returns a column of a grid.
    pub fn of_grid(head: impl Into<String>, width: f64) -> Self {
        Self { gridded: true, ..Self::new(head, width) }
    }
}

/// A sheet. Each row has a cell for each column, or fewer.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    pub name: &'static str,
    /// What it holds, in one line under the title.
    pub about: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Cell>>,
    /// Rows below the others, which no filter hides.
    pub foot: Vec<Vec<Cell>>,
    /// The sentence in place of rows, where there are none.
    pub nothing: &'static str,
    pub paper: Paper,
    /// How many columns stay in view and are printed on each page.
    pub frozen: u16,
    /// How many pages wide it prints.
    pub pages_wide: u16,
}

impl Sheet {
    /// Returns an empty sheet with its first column frozen, one page wide, on A4 if it can be read there.
    pub fn new(name: &'static str, about: impl Into<String>, columns: Vec<Column>) -> Self {
        let width: f64 = columns.iter().map(|column| column.width).sum();
        let paper = if width > WIDEST_ON_A4 { Paper::A3 } else { Paper::A4 };
        Self {
            name,
            about: about.into(),
            columns,
            rows: Vec::new(),
            foot: Vec::new(),
            nothing: "Nothing is recorded.",
            paper,
            frozen: 1,
            pages_wide: 1,
        }
    }

    /// Adds a column with the day of which the rows are, if there is one: a CSV file has no title that says it.
    #[must_use]
    pub fn dated(mut self, day: Option<NaiveDate>) -> Self {
        let Some(day) = day else { return self };
        for row in &mut self.rows {
            row.resize(self.columns.len(), Cell::EMPTY);
            row.push(Cell::day(Some(day)));
        }
        self.columns.push(Column::new("As at", 13.0));
        self
    }

    /// Returns the rows as a CSV file, under one line of headings. A day is written as `2027-01-12`.
    pub fn csv(&self) -> String {
        let mut lines = String::new();
        add_line(&mut lines, self.columns.iter().map(|column| guarded(&column.head)));
        for row in &self.rows {
            let cell = |at: usize| row.get(at).map_or_else(String::new, |cell| plain(&cell.value));
            add_line(&mut lines, (0..self.columns.len()).map(cell));
        }
        as_file(&lines)
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Empty => String::new(),
        Value::Text(text) => guarded(text),
        Value::Count(count) => count.to_string(),
        Value::Share(of, all) => percent(*of, *all).map(|share| share.to_string()).unwrap_or_default(),
        Value::Day(day) => day.to_string(),
        Value::Stated(words, day) => format!("{words} {day}"),
    }
}

/// Returns a share in per cent, rounded half up; `None` of nothing.
pub fn percent(of: u32, all: u32) -> Option<u32> {
    (200 * u64::from(of) + u64::from(all)).checked_div(2 * u64::from(all)).and_then(|share| u32::try_from(share).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_rounds_half_up_and_there_is_none_of_nothing() {
        assert_eq!(
            [percent(1, 8), percent(8, 11), percent(1, 200), percent(0, 5), percent(0, 0)],
            [Some(13), Some(73), Some(1), Some(0), None]
        );
    }

    #[test]
    fn no_cell_or_heading_of_a_csv_file_begins_as_a_formula_does() {
        for hostile in ["=1+1", "+44", "-1+1", "@SUM(A1)", "\t=1", "\n=1", "|calc", "%x", "=HYPERLINK(\"x\",\"y\")"] {
            let mut sheet = Sheet::new("One", "", vec![Column::new(hostile, 9.0), Column::new("b", 9.0)]);
            sheet.rows.push(vec![hostile.into(), 3_u32.into()]);
            let text = sheet.csv();
            let read = countersign_core::import::csv::rows(text.trim_start_matches('\u{feff}'), 9).unwrap();
            assert_eq!(read.len(), 2);
            assert!(read.iter().all(|row| row.cell(0).starts_with('\'')), "{text:?}");
            assert_eq!(read[1].cell(1), "3");
        }
    }

    #[test]
    fn a_day_of_a_csv_file_is_one_that_every_program_reads_and_a_word_goes_before_it() {
        let day = NaiveDate::from_ymd_opt(2027, 1, 12).unwrap();
        let mut sheet =
            Sheet::new("One", "", vec![Column::new("a", 9.0), Column::new("b", 9.0), Column::new("c", 9.0)]);
        sheet.rows.push(vec![Value::Day(day).into(), Value::Stated("C current", day).into()]);
        assert_eq!(sheet.csv(), "\u{feff}a,b,c\r\n2027-01-12,C current 2027-01-12,\r\n");
    }
}
