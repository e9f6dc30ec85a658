//! Defines the cells and rows of an imported table.

/// How much of a table is read at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Below the headings.
    pub rows: usize,
    pub columns: usize,
    /// The size of an unpacked part of a spreadsheet, in bytes.
    pub part: usize,
}

impl Limits {
    /// Returns the limits of a list of so many rows: 100 columns and 32 MiB.
    pub fn rows(rows: usize) -> Self {
        Self { rows, columns: 100, part: 32 << 20 }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Empty,
    Text(String),
    /// A spreadsheet's number, which may be a date.
    Number(f64),
    /// A formula, with the value that the spreadsheet last saved for it, if any; never evaluated.
    Formula(Option<Box<Cell>>),
    /// A spreadsheet's error as shown: `#N/A`.
    Error(String),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// From 1.
    pub line: usize,
    pub cells: Vec<Cell>,
}

impl Line {
    /// Returns the cell of a column, from 0.
    pub fn cell(&self, at: usize) -> &Cell {
        self.cells.get(at).unwrap_or(&Cell::Empty)
    }
}

/// Reduces a heading to lower-case letters and digits.
pub fn plain_heading(text: &str) -> String {
    text.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect()
}

/// Returns a column's letters from its index: `AB` for 27.
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
