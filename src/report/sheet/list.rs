//! Makes a plain list as a spreadsheet: one sheet, one row for each thing that a screen lists.

use crate::made::Made;
use crate::sheet::book::{Book, BookFault};
use crate::sheet::cell::Cell;
use crate::sheet::part::{Column, Sheet};

/// A list.
#[derive(Debug, Clone, PartialEq)]
pub struct List {
    /// Such as `Queue`.
    pub name: &'static str,
    /// The filter that chose the rows; empty for all.
    pub filter: String,
    /// Each heading with its width in characters and what it holds.
    pub columns: Vec<(&'static str, f64, &'static str)>,
    pub rows: Vec<Vec<Cell>>,
    /// The sentence in place of rows, where there are none.
    pub nothing: &'static str,
}

impl List {
    /// Returns the list as an XLSX file.
    pub fn xlsx(&self, made: &Made) -> Result<Vec<u8>, BookFault> {
        let legend = self.columns.iter().map(|(head, _, holds)| (Cell::from(*head).bold(), (*holds).to_owned()));
        Book { title: self.name.to_owned(), sheets: vec![self.sheet()], legend: legend.collect() }.xlsx(made)
    }

    /// Returns the list as a CSV file.
    pub fn csv(&self) -> String {
        self.sheet().csv()
    }

    fn sheet(&self) -> Sheet {
        let filter = if self.filter.is_empty() { String::new() } else { format!(" Only: {}.", self.filter) };
        let about = match self.rows.len() {
            1 => format!("1 row.{filter}"),
            rows => format!("{rows} rows.{filter}"),
        };
        let columns = self.columns.iter().map(|(head, width, _)| Column::new(*head, *width)).collect();
        Sheet { rows: self.rows.clone(), nothing: self.nothing, ..Sheet::new(self.name, about, columns) }
    }
}
