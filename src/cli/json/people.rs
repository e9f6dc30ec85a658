//! Defines the JSON shapes of roster imports and of supervision. Within a version no field is renamed or removed.

use serde::Serialize;

use crate::cli::json::standard::RemarkRow;
use crate::domain::import::roster::diff::Planned;
use crate::domain::people::person::Person;

/// The result or preview of a roster import.
#[derive(Debug, Serialize)]
pub struct PersonImportShape {
    pub schema: &'static str,
    pub form: &'static str,
    pub sheet: Option<String>,
    pub new: usize,
    pub changed: usize,
    pub same: usize,
    pub faults: usize,
    pub done: bool,
    pub checkpoint: Option<String>,
    pub people: Vec<PlannedRow>,
    pub remarks: Vec<RemarkRow>,
}

/// The effect of a row. The id of a new person is final only once the import is done.
#[derive(Debug, Serialize)]
pub struct PlannedRow {
    pub id: usize,
    pub person: Option<String>,
    pub name: String,
    pub change: &'static str,
    pub changes: Vec<String>,
}

impl PlannedRow {
    /// Returns the row; `done` says whether ids are final.
    pub fn new(row: &Planned, done: bool) -> Self {
        let known = done || row.fate != crate::domain::import::roster::diff::RowChange::New;
        Self {
            id: row.line,
            person: known.then(|| row.person.id.to_string()),
            name: row.person.name.to_string(),
            change: row.fate.slug(),
            changes: row.changes.clone(),
        }
    }
}

/// Supervisors with their trainees.
#[derive(Debug, Serialize)]
pub struct Supervision {
    pub schema: &'static str,
    pub supervisors: Vec<SupervisorRow>,
}

/// A supervisor with their trainees.
#[derive(Debug, Serialize)]
pub struct SupervisorRow {
    pub id: String,
    pub name: String,
    pub trainees: Vec<UnderRow>,
}

/// A supervised trainee.
#[derive(Debug, Serialize)]
pub struct UnderRow {
    pub id: String,
    pub name: String,
}

impl From<&(Person, Vec<Person>)> for SupervisorRow {
    fn from((supervisor, trainees): &(Person, Vec<Person>)) -> Self {
        let under = |person: &Person| UnderRow { id: person.id.to_string(), name: person.name.to_string() };
        Self {
            id: supervisor.id.to_string(),
            name: supervisor.name.to_string(),
            trainees: trainees.iter().map(under).collect(),
        }
    }
}
