//! Defines the preview of an import of existing records, cell by cell, as plain data.

use chrono::NaiveDate;

use countersign_core::import::records::leave_out::LeaveOut;
use countersign_core::import::records::mark::DayOrder;
use countersign_core::import::records::plan::CellFate;
use countersign_core::primitives::ids::PersonId;
use countersign_core::primitives::text::SafeText;

/// A request for the preview of a file of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordsQuery {
    pub path: String,
    /// What the record is: it is signed with every item.
    pub source: SafeText,
    /// The sheet; `None` for the first with records.
    pub sheet: Option<String>,
    /// The columns that name the people, by heading or letter; empty to find them.
    pub person: Vec<String>,
    pub order: DayOrder,
    /// The day of cells that have none.
    pub undated: Option<NaiveDate>,
    /// What was left out on the screen.
    pub left_out: Vec<LeaveOut>,
    /// The cells that were given a day on the screen.
    pub corrected: Vec<(String, NaiveDate)>,
    pub signer: PersonId,
}

/// A file of records as it would be carried over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordsPreview {
    pub query: RecordsQuery,
    /// The file's name without its folder.
    pub name: String,
    pub today: NaiveDate,
    /// Whether the file could be read as a matrix or a list.
    pub is_read: bool,
    /// Whether it is a list and not a matrix.
    pub is_list: bool,
    pub rows: Vec<RecordsRow>,
    /// How many people get a statement.
    pub people: usize,
    /// Faults of the whole file: then nothing of it can be carried over.
    pub faults: Vec<String>,
    /// What the reader must know of how it was read.
    pub warnings: Vec<String>,
    /// How many cells were left out.
    pub left_out: usize,
}

impl RecordsPreview {
    pub fn count(&self, fate: CellFate) -> usize {
        self.rows.iter().filter(|row| row.fate == fate).count()
    }

    /// Whether something can be carried over, and nothing is in the way.
    pub fn is_right(&self) -> bool {
        self.faults.is_empty() && self.count(CellFate::Fault) == 0 && self.count(CellFate::Carry) > 0
    }

    /// Describes what is carried over.
    pub fn promise(&self) -> String {
        let people = if self.people == 1 { "1 person".to_owned() } else { format!("{} people", self.people) };
        let items = self.count(CellFate::Carry);
        let items = if items == 1 { "1 item".to_owned() } else { format!("{items} items") };
        format!("{items} of {people} carried over from {}: “{}”", self.name, self.query.source)
    }
}

/// A cell of a file of records, as written and as it would be carried over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordsRow {
    /// The row of the file, from 1.
    pub line: usize,
    /// As the spreadsheet names it: `C12`.
    pub cell: String,
    pub person: String,
    /// The code, or else what the file has in its place.
    pub item: String,
    pub seen: String,
    pub level: String,
    pub assessor: String,
    pub fate: CellFate,
    /// Why it is not carried over, and what to do about it; empty if it is.
    pub why: String,
    pub hint: String,
    /// Whether the fault is in the day's own cell, which can be given another day.
    pub can_correct: bool,
}
