//! The shapes of answers on what keeps the records: backups, what was restored, the doctor's findings. Must never hold a
//! reader's layout.

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
    /// The one made.
    pub backups: Vec<BackupRow>,
}

/// A backup.
#[derive(Debug, Serialize)]
pub struct BackupRow {
    /// Its path.
    pub id: String,
    pub size: u64,
    pub checkpoint: String,
    /// The folder of the keys, where they were copied too.
    pub keys: Option<String>,
}

/// What the doctor found.
#[derive(Debug, Serialize)]
pub struct Doctor {
    /// `countersign/doctor/1`.
    pub schema: &'static str,
    /// `L0` to `L3`.
    pub level: String,
    /// What is missing for the next level.
    pub missing: Vec<&'static str>,
    /// The checks.
    pub checks: Vec<CheckRow>,
}

/// A check.
#[derive(Debug, Serialize)]
pub struct CheckRow {
    /// What was looked at.
    pub id: &'static str,
    /// `good`, `attention`, `unknown` or `wrong`.
    pub state: &'static str,
    pub why: String,
    pub hint: Option<String>,
}

/// What a restore did, or would do.
#[derive(Debug, Serialize)]
pub struct Restored {
    /// `countersign/restore/1`.
    pub schema: &'static str,
    /// Whether it was done; else it is a preview, and nothing was changed.
    pub done: bool,
    /// Entries in the backup, and after it was restored, in the file.
    pub size: u64,
    pub checkpoint: String,
    /// Entries that are known and not in the backup.
    pub missing: u64,
    /// Where the file is kept that was there before.
    pub aside: Option<String>,
    /// Those of them that the present file holds; at most 1,000.
    pub lost: Vec<LostRow>,
}

/// An entry that the backup does not hold.
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

/// All that is held of a person.
#[derive(Debug, Serialize)]
pub struct PersonExport {
    /// `countersign/person-export/1`.
    pub schema: &'static str,
    /// The person.
    pub people: Vec<PersonRow>,
    /// Their public keys.
    pub keys: Vec<HeldKeyRow>,
    /// Every statement by them or about them.
    pub statements: Vec<FullRow>,
    /// What was begun and not signed.
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

/// Something begun and not signed.
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
    /// The row of a number.
    pub fn new(id: usize, begun: &UnsignedWork) -> Self {
        let (what, person) = (begun.what.clone(), begun.person.clone());
        Self { id, what, person, trainee: begun.trainee.clone(), text: begun.text.clone() }
    }
}

/// Whose records were kept long enough.
#[derive(Debug, Serialize)]
pub struct Retention {
    /// `countersign/retention/1`.
    pub schema: &'static str,
    /// Years since the newest statement on a record.
    pub years: u32,
    /// Them, the longest kept first.
    pub people: Vec<DueRow>,
}

/// Someone whose records were kept long enough.
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

/// Keys.
#[derive(Debug, Serialize)]
pub struct Keys {
    /// `countersign/keys/1`.
    pub schema: &'static str,
    /// Them.
    pub keys: Vec<KeyRow>,
}

/// A key and how it stands.
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
    /// The statement that gave it.
    pub statement: String,
}

/// What an import put back, or would put back.
#[derive(Debug, Serialize)]
pub struct Imported {
    /// `countersign/import/1`.
    pub schema: &'static str,
    /// Whether it was done; else nothing was changed.
    pub done: bool,
    pub size: u64,
    pub checkpoint: String,
    /// The receipts' statements.
    pub imports: Vec<ImportRow>,
}

/// A receipt's statement.
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
    /// Why it does not come back.
    pub why: Option<String>,
}
