//! Defines the JSON shapes of the log and the policy: history, statements, checkpoints, written statements, verification.

use serde::Serialize;

use crate::app::verify::log::LastEntry;
use crate::domain::primitives::ids::StatementId;
use crate::domain::record::view::{FullStatement, HistoryRow, TreeHead};

/// A page of the log, newest first.
#[derive(Debug, Serialize)]
pub struct History {
    /// `countersign/history/1`.
    pub schema: &'static str,
    /// Entries in the log.
    pub size: u64,
    pub checkpoint: String,
    /// The value of `--before` for older entries; none at the start of the log.
    pub next: Option<u64>,
    pub statements: Vec<StatementRow>,
}

/// A statement's summary.
#[derive(Debug, Serialize)]
pub struct StatementRow {
    pub id: String,
    pub position: u64,
    pub kind: &'static str,
    pub signed: String,
    pub signer_name: String,
    pub summary: String,
    pub sound: Option<bool>,
}

impl From<&HistoryRow> for StatementRow {
    fn from(row: &HistoryRow) -> Self {
        Self {
            id: row.id.to_string(),
            position: row.position,
            kind: row.kind.slug(),
            signed: row.signed.to_string(),
            signer_name: row.signer_name.to_string(),
            summary: row.summary.clone(),
            sound: row.sound,
        }
    }
}

/// Statements in full.
#[derive(Debug, Serialize)]
pub struct Export {
    /// `countersign/export/1`.
    pub schema: &'static str,
    /// The requested statements.
    pub statements: Vec<FullRow>,
    /// The `allowed_signers` lines, if requested.
    pub signers: Vec<SignerRow>,
    /// The files written.
    pub files: Vec<FileRow>,
}

/// A statement in full.
#[derive(Debug, Serialize)]
pub struct FullRow {
    pub id: String,
    pub position: u64,
    pub text: String,
    pub signature: String,
    pub key: String,
    pub sound: bool,
}

impl From<&FullStatement> for FullRow {
    fn from(full: &FullStatement) -> Self {
        Self {
            id: full.id.to_string(),
            position: full.position,
            text: full.text.clone(),
            signature: full.armored.clone(),
            key: full.key.clone(),
            sound: full.sound,
        }
    }
}

/// A line of `allowed_signers`.
#[derive(Debug, Serialize)]
pub struct SignerRow {
    /// The person.
    pub id: String,
    /// The full line.
    pub line: String,
}

/// A file that was written.
#[derive(Debug, Serialize)]
pub struct FileRow {
    /// Its path.
    pub id: String,
}

/// Checkpoints of the log.
#[derive(Debug, Serialize)]
pub struct Checkpoints {
    /// `countersign/checkpoint/1`.
    pub schema: &'static str,
    /// The newest one.
    pub checkpoints: Vec<CheckpointRow>,
}

/// A checkpoint.
#[derive(Debug, Serialize)]
pub struct CheckpointRow {
    pub id: String,
    pub size: u64,
    pub root: String,
    pub note: String,
}

/// The policy.
#[derive(Debug, Serialize)]
pub struct Policies {
    /// `countersign/policy/1`.
    pub schema: &'static str,
    /// One row per setting.
    pub policies: Vec<PolicyRow>,
}

/// A setting.
#[derive(Debug, Serialize)]
pub struct PolicyRow {
    pub id: &'static str,
    pub value: u32,
    pub least: u32,
    pub most: u32,
}

/// What a command added to the log.
#[derive(Debug, Serialize)]
pub struct Written {
    /// `countersign/written/1`.
    pub schema: &'static str,
    /// Entries in the log after it.
    pub size: u64,
    /// The checkpoint code after it.
    pub checkpoint: String,
    /// The person it was about, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// The generated passphrase, shown only here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offered_passphrase: Option<String>,
    /// The new statements.
    pub statements: Vec<IdRow>,
}

/// A row with only an id.
#[derive(Debug, Serialize)]
pub struct IdRow {
    /// The id of a statement or a person.
    pub id: String,
}

impl Written {
    /// Returns the shape of these statements and the new tree head.
    pub fn new(ids: &[StatementId], head: &TreeHead) -> Self {
        Self {
            schema: "countersign/written/1",
            size: head.size,
            checkpoint: head.code.clone(),
            person: None,
            offered_passphrase: None,
            statements: ids.iter().map(|id| IdRow { id: id.to_string() }).collect(),
        }
    }
}

/// The result of `init`.
#[derive(Debug, Serialize)]
pub struct Begun {
    /// `countersign/begun/1`.
    pub schema: &'static str,
    /// The data directory.
    pub folder: String,
    pub checkpoint: String,
    /// The first training officer.
    pub people: Vec<IdRow>,
}

/// The result of changing a key.
#[derive(Debug, Serialize)]
pub struct KeyChanged {
    /// `countersign/key/1`.
    pub schema: &'static str,
    /// The owner of the key.
    pub people: Vec<IdRow>,
}

/// The result of verifying a database.
#[derive(Debug, Serialize)]
pub struct Verified {
    /// `countersign/verify/1`.
    pub schema: &'static str,
    /// `sound`, `altered`, `inconsistent` or `cannot-tell`.
    pub verdict: &'static str,
    pub exit: u8,
    /// Entries in the log.
    pub size: u64,
    pub checkpoint: String,
    /// The last readable entry.
    pub last: Option<LastRow>,
    /// Number of faults.
    pub found: u64,
    /// The first 1,000 faults.
    pub faults: Vec<FaultRow>,
    /// Further remarks.
    pub notes: Vec<String>,
}

/// The last entry of a log.
#[derive(Debug, Serialize)]
pub struct LastRow {
    /// Leaf index, from 0.
    pub position: u64,
    pub kind: &'static str,
    /// Time of signing, in UTC.
    pub signed: String,
    /// The department that the log belongs to.
    pub department: String,
}

impl LastRow {
    /// Returns the last entry of a report.
    pub fn of(last: &LastEntry) -> Self {
        Self {
            position: last.position,
            kind: last.kind.slug(),
            signed: last.signed.to_string(),
            department: last.department.clone(),
        }
    }
}

/// A list of receipts.
#[derive(Debug, Serialize)]
pub struct Receipts {
    /// `countersign/receipts/1`.
    pub schema: &'static str,
    pub receipts: Vec<ReceiptRow>,
}

/// A receipt of a statement.
#[derive(Debug, Serialize)]
pub struct ReceiptRow {
    /// The statement's id.
    pub id: String,
    /// Leaf index, from 0.
    pub position: u64,
    pub text: String,
    /// Path of its file, if it was written to one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

/// A fault.
#[derive(Debug, Serialize)]
pub struct FaultRow {
    /// Its number in this list, from 1.
    pub id: usize,
    /// Leaf index, if it concerns one entry.
    pub position: Option<u64>,
    pub what: String,
}

impl FaultRow {
    /// Returns numbered rows of positions and sentences.
    pub fn of<'a>(faults: impl Iterator<Item = (Option<u64>, &'a str)>) -> Vec<Self> {
        (1..).zip(faults).map(|(id, (position, what))| Self { id, position, what: what.to_owned() }).collect()
    }
}
