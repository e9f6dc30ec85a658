//! Defines the JSON shapes of maintenance: backups, restores, exports, retention, keys, imports and the doctor's findings.

use serde::Serialize;

use crate::app::people::subject_access::{Due, UnsignedWork};
use crate::cli::json::book::PersonRow;
use crate::cli::json::log::{FileRow, FullRow};
use crate::domain::record::view::HistoryRow;

/// Backups that were made.
#[derive(Debug, Serialize)]
pub struct Backups {
    /// `countersign/backup/1`.
    pub schema: &'static str,
    /// The new backup.
    pub backups: Vec<BackupRow>,
}

/// A backup.
#[derive(Debug, Serialize)]
pub struct BackupRow {
    /// Its path.
    pub id: String,
    pub size: u64,
    pub checkpoint: String,
    /// The folder of the keys, if they were copied.
    pub keys: Option<String>,
}

/// The doctor's findings.
#[derive(Debug, Serialize)]
pub struct Doctor {
    /// `countersign/doctor/1`.
    pub schema: &'static str,
    /// `L0` to `L3`.
    pub level: String,
    /// What is missing for the next level.
    pub missing: Vec<&'static str>,
    pub checks: Vec<CheckRow>,
}

/// A check.
#[derive(Debug, Serialize)]
pub struct CheckRow {
    /// What was checked.
    pub id: &'static str,
    /// `good`, `attention`, `unknown` or `wrong`.
    pub state: &'static str,
    pub why: String,
    pub hint: Option<String>,
}

/// The result or preview of a restore.
#[derive(Debug, Serialize)]
pub struct Restored {
    /// `countersign/restore/1`.
    pub schema: &'static str,
    /// Whether it was done; otherwise it is a preview.
    pub done: bool,
    /// Entries in the backup, or after a restore, in the database.
    pub size: u64,
    pub checkpoint: String,
    /// Known entries that are not in the backup.
    pub missing: u64,
    /// Where the previous database is kept.
    pub aside: Option<String>,
    /// Missing entries that the present database has; at most 1,000.
    pub lost: Vec<LostRow>,
}

/// An entry that is not in the backup.
#[derive(Debug, Serialize)]
pub struct LostRow {
    pub id: String,
    pub position: u64,
    pub kind: &'static str,
    pub signed: String,
    pub signer_name: String,
    pub summary: String,
}

impl From<&HistoryRow> for LostRow {
    fn from(row: &HistoryRow) -> Self {
        Self {
            id: row.id.to_string(),
            position: row.position,
            kind: row.kind.slug(),
            signed: row.signed.to_string(),
            signer_name: row.signer_name.to_string(),
            summary: row.summary.clone(),
        }
    }
}

/// Everything stored about a person.
#[derive(Debug, Serialize)]
pub struct PersonExport {
    /// `countersign/person-export/1`.
    pub schema: &'static str,
    pub people: Vec<PersonRow>,
    /// Their public keys.
    pub keys: Vec<HeldKeyRow>,
    /// Every statement by them or about them.
    pub statements: Vec<FullRow>,
    /// Unsigned work.
    pub begun: Vec<BegunRow>,
    /// The files written.
    pub files: Vec<FileRow>,
}

/// A public key.
#[derive(Debug, Serialize)]
pub struct HeldKeyRow {
    /// Its fingerprint.
    pub id: String,
    pub line: String,
}

/// Unsigned work.
#[derive(Debug, Serialize)]
pub struct BegunRow {
    /// Its number in this list, from 1.
    pub id: usize,
    pub what: String,
    pub person: String,
    pub trainee: String,
    pub text: String,
}

impl BegunRow {
    /// Returns the row with this number.
    pub fn new(id: usize, begun: &UnsignedWork) -> Self {
        let (what, person) = (begun.what.clone(), begun.person.clone());
        Self { id, what, person, trainee: begun.trainee.clone(), text: begun.text.clone() }
    }
}

/// People whose records were kept long enough.
#[derive(Debug, Serialize)]
pub struct Retention {
    /// `countersign/retention/1`.
    pub schema: &'static str,
    /// Years since the newest statement on a record.
    pub years: u32,
    /// Longest kept first.
    pub people: Vec<DueRow>,
}

/// A person whose records were kept long enough.
#[derive(Debug, Serialize)]
pub struct DueRow {
    pub id: String,
    pub name: String,
    pub left: bool,
    pub statements: u64,
    pub newest: String,
    pub since: String,
}

impl From<&Due> for DueRow {
    fn from(due: &Due) -> Self {
        Self {
            id: due.id.to_string(),
            name: due.name.to_string(),
            left: due.left,
            statements: due.statements,
            newest: due.newest.to_string(),
            since: due.since.to_string(),
        }
    }
}

/// A list of keys.
#[derive(Debug, Serialize)]
pub struct Keys {
    /// `countersign/keys/1`.
    pub schema: &'static str,
    pub keys: Vec<KeyRow>,
}

/// A key with its state.
#[derive(Debug, Serialize)]
pub struct KeyRow {
    /// Its fingerprint.
    pub id: String,
    pub person: String,
    pub name: String,
    /// `signs`, `waits`, `retired` or `compromised`.
    pub state: &'static str,
    pub position: u64,
    pub since: String,
    /// The statement that added it.
    pub statement: String,
}

/// The result or preview of an import.
#[derive(Debug, Serialize)]
pub struct Imported {
    /// `countersign/import/1`.
    pub schema: &'static str,
    /// Whether it was done; otherwise nothing was changed.
    pub done: bool,
    pub size: u64,
    pub checkpoint: String,
    /// The statements of the receipts.
    pub imports: Vec<ImportRow>,
}

/// The statement of a receipt.
#[derive(Debug, Serialize)]
pub struct ImportRow {
    pub id: String,
    pub kind: &'static str,
    pub trainee: Option<String>,
    pub signer: String,
    pub signed: String,
    pub position: u64,
    /// Entries in the log when the receipt was made.
    pub size: u64,
    pub back: bool,
    /// Why it is not imported.
    pub why: Option<String>,
}
