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
