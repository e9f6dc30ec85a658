//! The shapes of answers about the log and the policy: history, statements, checkpoints, what was written. Must never
//! hold a reader's layout.

use serde::Serialize;

use crate::app::verify::log::LastEntry;
use crate::domain::primitives::ids::StatementId;
use crate::domain::record::view::{FullStatement, HistoryRow, TreeHead};

/// The log, newest first.
#[derive(Debug, Serialize)]
pub struct History {
    /// `countersign/history/1`.
    pub schema: &'static str,
    /// Entries in the log.
    pub size: u64,
    /// The checkpoint code.
    pub checkpoint: String,
    /// What `--before` must be for older ones; none at the beginning of the log.
    pub next: Option<u64>,
    /// The rows.
    pub statements: Vec<StatementRow>,
}

/// A statement in one line.
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
    /// The statements asked for.
    pub statements: Vec<FullRow>,
    /// The `allowed_signers` lines, if they were asked for.
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
    /// The whole line.
    pub line: String,
}

/// A file that was written.
#[derive(Debug, Serialize)]
pub struct FileRow {
    /// Its path.
    pub id: String,
}

/// Where the log stands.
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

/// What binds everyone.
#[derive(Debug, Serialize)]
pub struct Policies {
    /// `countersign/policy/1`.
    pub schema: &'static str,
    /// One row a setting.
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
    /// Whom it was about, where it was about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// The passphrase that was offered, this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offered_passphrase: Option<String>,
    /// The new statements.
    pub statements: Vec<IdRow>,
}

/// A row that is an id.
#[derive(Debug, Serialize)]
pub struct IdRow {
    /// Of a statement or a person.
    pub id: String,
}

impl Written {
    /// These statements, after which the log stands there.
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

/// What `init` made.
#[derive(Debug, Serialize)]
pub struct Begun {
    /// `countersign/begun/1`.
    pub schema: &'static str,
    /// The data folder.
    pub folder: String,
    /// The checkpoint code.
    pub checkpoint: String,
    /// The first training officer.
    pub people: Vec<IdRow>,
}

/// Whose key was changed.
#[derive(Debug, Serialize)]
pub struct KeyChanged {
    /// `countersign/key/1`.
    pub schema: &'static str,
    /// Theirs.
    pub people: Vec<IdRow>,
}

/// What a file was found to be.
#[derive(Debug, Serialize)]
pub struct Verified {
    /// `countersign/verify/1`.
    pub schema: &'static str,
    /// `sound`, `altered`, `inconsistent` or `cannot-tell`.
    pub verdict: &'static str,
    /// The exit code.
    pub exit: u8,
    /// Entries.
    pub size: u64,
    /// The checkpoint code.
    pub checkpoint: String,
    /// The last entry that could be read.
    pub last: Option<LastRow>,
    /// How many faults there are.
    pub found: u64,
    /// The first 1,000 of them.
    pub faults: Vec<FaultRow>,
    /// What a reader has to know besides.
    pub notes: Vec<String>,
}

/// The last entry of a log.
#[derive(Debug, Serialize)]
pub struct LastRow {
    /// Its position, from 0.
    pub position: u64,
    /// The kind of statement.
    pub kind: &'static str,
    /// When it was signed, in UTC.
    pub signed: String,
    /// The department whose log it is.
    pub department: String,
}

impl LastRow {
    /// Shapes the last entry of a report.
    pub fn of(last: &LastEntry) -> Self {
        Self {
            position: last.position,
            kind: last.kind.slug(),
            signed: last.signed.to_string(),
            department: last.department.clone(),
        }
    }
}

/// Receipts.
#[derive(Debug, Serialize)]
pub struct Receipts {
    /// `countersign/receipts/1`.
    pub schema: &'static str,
    /// The rows.
    pub receipts: Vec<ReceiptRow>,
}

/// A receipt of a statement.
#[derive(Debug, Serialize)]
pub struct ReceiptRow {
    /// The statement's.
    pub id: String,
    /// Its position, from 0.
    pub position: u64,
    /// The receipt itself.
    pub text: String,
    /// Where it was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

/// A fault.
#[derive(Debug, Serialize)]
pub struct FaultRow {
    /// Its number in this list, from 1.
    pub id: usize,
    /// The entry's position, where it is about one.
    pub position: Option<u64>,
    /// What is wrong.
    pub what: String,
}

impl FaultRow {
    /// Rows of positions and sentences.
    pub fn of<'a>(faults: impl Iterator<Item = (Option<u64>, &'a str)>) -> Vec<Self> {
        (1..).zip(faults).map(|(id, (position, what))| Self { id, position, what: what.to_owned() }).collect()
    }
}
