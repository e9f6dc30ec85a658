//! Defines an existing record as its file has it, and how it is to be read.

use chrono::NaiveDate;

use crate::import::diagnostic::{Diagnostic, SourceLocation};
use crate::import::records::items::ItemName;
use crate::import::records::layout::{Headings, Layout};
use crate::import::records::leave_out::LeaveOut;
use crate::import::records::mark::DayOrder;

/// How a file is read, and what of it is not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadOptions {
    pub sheet: Option<String>,
    /// The columns that name the people, by heading or letters; empty to find them.
    pub person: Vec<String>,
    pub order: DayOrder,
    /// The day of cells that say that something was seen, and not when.
    pub undated: Option<NaiveDate>,
    pub left_out: Vec<LeaveOut>,
    /// The id and name of each person here whom `left_out` names by id.
    pub by_id: Vec<(String, String)>,
    /// Cells that the reader gave a day, as the spreadsheet names them: `C12`.
    pub corrected: Vec<(String, NaiveDate)>,
}

/// A person as a row names them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NamedPerson {
    /// The first row that names them, from 1.
    pub line: usize,
    /// The column of the name, from 0.
    pub column: usize,
    /// The column of the id, if there is one.
    pub id_column: Option<usize>,
    pub id: String,
    pub name: String,
    /// Whether the name may also be an id or a registration, as the reader chose the column.
    pub chosen: bool,
}

impl NamedPerson {
    /// Returns the name, or else the id, as the file has it.
    pub fn words(&self) -> String {
        if self.name.is_empty() { self.id.clone() } else { self.name.clone() }
    }
}

/// An item as a heading or a row names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedItem {
    pub name: ItemName,
    /// Its heading; `None` in a list.
    pub heading: Option<(usize, usize)>,
}

/// What one cell says of a person and an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub line: usize,
    /// From 0.
    pub column: usize,
    /// The indexes of the person and the item.
    pub person: usize,
    pub item: usize,
    /// The columns of the level and of who saw it.
    pub level: usize,
    pub assessor: usize,
    pub mark: EntryMark,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryMark {
    Seen {
        day: NaiveDate,
        level: String,
        assessor: String,
        /// Words next to the day that are a name only if they are one of somebody known; may be empty.
        doubtful: String,
    },
    /// The column of the cell at fault, what is wrong, and what to do about it.
    Fault { column: usize, what: String, hint: &'static str },
}

/// A record as its file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordsFile {
    /// `CSV` or `spreadsheet`.
    pub form: &'static str,
    pub sheet: Option<String>,
    /// Whether it is a list and not a matrix.
    pub is_list: bool,
    pub people: Vec<NamedPerson>,
    pub items: Vec<NamedItem>,
    pub entries: Vec<Entry>,
    /// How many cells say that nothing was seen.
    pub not_seen: usize,
    /// How many cells were left out by the reader's choice.
    pub left_out: usize,
    pub remarks: Vec<Diagnostic>,
    pub(crate) headings: Option<Headings>,
}

impl RecordsFile {
    /// Returns a file that could not be read.
    pub fn refused(remark: Diagnostic, form: &'static str) -> Self {
        Self {
            form,
            sheet: None,
            is_list: false,
            people: Vec::new(),
            items: Vec::new(),
            entries: Vec::new(),
            not_seen: 0,
            left_out: 0,
            remarks: vec![remark],
            headings: None,
        }
    }

    /// Whether headings were found, so that the file could be read.
    pub fn is_read(&self) -> bool {
        self.headings.is_some()
    }

    /// Returns a cell's location.
    pub fn place(&self, line: usize, column: usize) -> SourceLocation {
        self.headings.as_ref().map_or_else(|| SourceLocation::column(line, column), |found| found.place(line, column))
    }

    /// Returns a heading's location, or the cell of a list that names the item.
    pub fn item_place(&self, entry: &Entry) -> SourceLocation {
        match (self.items[entry.item].heading, &self.headings) {
            (Some((_, column)), Some(headings)) => headings.column(column),
            (None, Some(Headings { layout: Layout::List(columns), .. })) => self.place(entry.line, columns.item),
            _ => self.place(entry.line, entry.column),
        }
    }
}
