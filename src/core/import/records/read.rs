//! Parses an existing record from CSV or a spreadsheet: a matrix of people by items, or a list with a row for each record.
//!
//! ```text
//! name,K1,K2,S1                         name,code,date,assessor
//! Ann Bell,12/05/2026,,L2 3 Jun 2026    Ann Bell,K1,12/05/2026,S. Supervisor
//! ```

use chrono::NaiveDate;

use crate::import::cell::{Limits, Line};
use crate::import::diagnostic::{Diagnostic, SourceLocation};
use crate::import::records::items::{ItemName, Items};
use crate::import::records::layout::{Headings, Layout};
use crate::import::records::leave_out::LeaveOut;
use crate::import::records::mark::DayOrder;
use crate::import::records::reader::Reader;
use crate::import::table::table;

/// How much of a file is read: a list of 100,000 records, with room.
pub const LIMITS: Limits = Limits { rows: 200_000, columns: 1_000, part: 256 << 20 };
/// The maximum size of a file, in bytes: 40 MiB.
pub const MOST_FILE: u64 = 40 << 20;

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
    },
    /// The column of the cell at fault, what is wrong, and what to do about it.
    Fault {
        column: usize,
        what: String,
        hint: &'static str,
    },
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
    fn refused(remark: Diagnostic, form: &'static str) -> Self {
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

/// Parses a record; days are not after `today`.
pub fn records(bytes: &[u8], today: NaiveDate, options: &ReadOptions, items: &Items) -> RecordsFile {
    if let Some(remark) = own_file(bytes) {
        return RecordsFile::refused(remark, "");
    }
    let fits = |lines: &[Line]| Headings::begin(lines, &options.person, items);
    let mut table = match table(bytes, LIMITS, options.sheet.as_deref(), &fits) {
        Ok(table) => table,
        Err(remark) => return RecordsFile::refused(remark, ""),
    };
    let sheet = table.sheet.take();
    let mut file = match Headings::find(&table.lines, &options.person, items) {
        Ok(headings) if headings.is_of_ends() => {
            let what = "This matrix shows the days on which items end, not those on which they were seen";
            let hint =
                "Import the spreadsheet, whose sheet “Cells” has both, or make the CSV with `report matrix --cells`";
            RecordsFile::refused(Diagnostic::fault(None, what, hint), table.form)
        }
        Ok(headings) => {
            let mut reader = Reader::new(&table, today, options, headings);
            reader.read();
            reader.file()
        }
        Err(remark) => RecordsFile::refused(remark, table.form),
    };
    if let Some((read, others)) = sheet {
        if !others.is_empty() {
            let others: Vec<String> = others.iter().map(|name| format!("“{name}”")).collect();
            let what = format!("The sheet “{read}” is read. Not read: {}", others.join(", "));
            let hint = "`--sheet NAME` reads another".to_owned();
            file.remarks.insert(0, Diagnostic { hint, ..Diagnostic::warning(None, what) });
        }
        file.sheet = Some(read);
    }
    file
}

/// Returns what a file is that this program wrote for another command.
fn own_file(bytes: &[u8]) -> Option<Diagnostic> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let known: [(&[u8], &str, &str); 3] = [
        (b"countersign-bundle/", "This is a bundle from another department", "`countersign bundle import` takes it"),
        (b"countersign-receipt/", "This is a receipt", "`countersign import` takes it"),
        (
            b"SQLite format 3\0",
            "This is a sign-off book",
            "Export a matrix there: `countersign report matrix --out matrix.xlsx`",
        ),
    ];
    let found = known.into_iter().find(|(begins, ..)| bytes.starts_with(begins));
    found.map(|(_, what, hint)| Diagnostic::fault(None, what, hint))
}
