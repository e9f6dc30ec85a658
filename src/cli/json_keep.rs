//! The shapes of answers on what keeps the records: backups, what was restored, the doctor's findings. Must never hold a
//! reader's layout.
#![allow(missing_docs, reason = "the fields are those of the domain, described in the guide")]

use serde::Serialize;

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
