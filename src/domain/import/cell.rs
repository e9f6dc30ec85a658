//! The cells of a table and their rows. Must never guess what a cell means, nor run one.

/// Columns that are read.
pub const MOST_COLUMNS: usize = 100;

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    Text(String),
    /// A number of a spreadsheet: a day too is one.
    Number(f64),
    /// What a spreadsheet would run.
    Formula,
    /// An error of a spreadsheet, as it shows it: `#N/A`.
    Error(String),
}

/// A row that is not empty.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Its line, from 1.
    pub line: usize,
    pub cells: Vec<Cell>,
}

impl Line {
    /// The cell of a column, from 0.
    pub fn cell(&self, at: usize) -> &Cell {
        self.cells.get(at).unwrap_or(&Cell::Empty)
    }
}

/// A column's letters: `AB` of 27.
pub fn letters(mut at: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(b'A' + (at % 26) as u8));
        if at < 26 {
            return letters.into_iter().rev().collect();
        }
        at = at / 26 - 1;
    }
}
