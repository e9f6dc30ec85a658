//! Defines the JSON of bundles and of the logs that they come from.

use serde::Serialize;

use countersign_app::bundle::check::{CheckedBundle, CheckedPart};
use countersign_app::bundle::elsewhere::{ElsewherePart, ElsewhereStatement};
use countersign_app::bundle::import::PlannedPart;
use countersign_app::bundle::other_logs::{AcceptedLog, KnownLog};
use countersign_app::bundle::take_back::TakeBackPart;

/// A bundle that was made.
#[derive(Debug, Serialize)]
pub struct MadeRow {
    pub schema: &'static str,
    /// The full path.
    pub path: String,
    pub bytes: u64,
    pub trainee: String,
    /// The logs whose statements it has.
    pub logs: Vec<LogRow>,
    /// Evidence files that it has.
    pub evidence: u32,
    /// Evidence files that the record names and that it does not have.
    pub left_out: usize,
}

/// What was received for a trainee.
#[derive(Debug, Serialize)]
pub struct ReceivedShape {
    pub schema: &'static str,
    pub trainee: String,
    pub logs: Vec<ReceivedRow>,
    pub statements: Vec<ElsewhereStatementRow>,
}

/// A bundle that was checked.
#[derive(Debug, Serialize)]
pub struct CheckedShape {
    pub schema: &'static str,
    pub trainee: String,
    pub trainee_name: String,
    pub made: String,
    /// The SHA-256 of the file.
    pub sha256: String,
    /// Whether the keys of all its logs are known here.
    pub known: bool,
    pub logs: Vec<LogRow>,
    pub statements: Vec<ElsewhereStatementRow>,
    pub evidence: usize,
}

/// The result or preview of receiving a bundle.
#[derive(Debug, Serialize)]
pub struct ImportShape {
    pub schema: &'static str,
    /// Whether it was done; otherwise nothing was changed.
    pub done: bool,
    /// The person of this log.
    pub trainee: String,
    pub trainee_name: String,
    /// The name in the bundle, if it is another one.
    pub other_name: Option<String>,
    pub logs: Vec<PlannedRow>,
    /// Evidence files that are new.
    pub evidence: usize,
    pub size: u64,
    pub checkpoint: String,
}

/// The result or preview of taking back what was received.
#[derive(Debug, Serialize)]
pub struct TakenBackShape {
    pub schema: &'static str,
    /// Whether it was done; otherwise nothing was changed.
    pub done: bool,
    pub trainee: String,
    pub trainee_name: String,
    pub logs: Vec<TakenBackRow>,
    /// Evidence files that are deleted with it.
    pub evidence: usize,
    pub size: u64,
    pub checkpoint: String,
}

/// The logs whose bundles are accepted.
#[derive(Debug, Serialize)]
pub struct KeysShape {
    pub schema: &'static str,
    pub logs: Vec<AcceptedRow>,
}

/// The key of this log.
#[derive(Debug, Serialize)]
pub struct OwnKeyShape {
    pub schema: &'static str,
    pub origin: String,
    pub key: String,
}

json_row! {
    /// A log in a bundle.
    LogRow from (key: &dyn ToString, trainee: &str, size: u64, statements: usize) {
        id: String = key.to_string().split('+').next().unwrap_or_default().to_owned(),
        key: String = key.to_string(),
        trainee: String = trainee.to_owned(),
        size: u64 = size,
        kept: usize = statements,
    }
}

json_row! {
    /// A log in a bundle that is received.
    PlannedRow from (part: &PlannedPart) {
        id: String = part.origin.to_string(),
        own: bool = part.known == KnownLog::Own,
        new: usize = part.new,
        here: usize = part.here,
        erased: usize = part.erased,
    }
}

json_row! {
    /// A log of which everything is taken back.
    TakenBackRow from (part: &TakeBackPart) {
        id: String = part.origin.to_string(),
        there: String = part.there.to_string(),
        there_name: Option<String> = part.there_name.as_ref().map(ToString::to_string),
        removed: usize = part.statements,
    }
}

json_row! {
    /// What the file holds of another log.
    ReceivedRow from (part: &ElsewherePart) {
        id: String = part.origin.to_string(),
        there: String = part.there.to_string(),
        size: u64 = part.size,
        kept: usize = part.statements,
        sign_offs: usize = part.sign_offs,
        received: String = part.received.to_string(),
        by_name: String = part.by.to_string(),
    }
}

json_row! {
    /// A statement of another log.
    ElsewhereStatementRow from (one: &ElsewhereStatement) {
        id: String = one.id.to_string(),
        origin: String = one.origin.to_string(),
        position: u64 = one.position,
        kind: &'static str = one.kind.slug(),
        signed: String = one.signed.to_string(),
        signer: String = one.signer.id.to_string(),
        signer_name: String = one.signer.name.to_string(),
        summary: String = one.summary.clone(),
        /// Whether a later statement ended it.
        ended: bool = one.ended,
    }
}

json_row! {
    /// A log whose key was accepted.
    AcceptedRow from (log: &AcceptedLog) {
        id: String = log.log.origin().to_string(),
        key: String = log.log.to_string(),
        since: String = log.since.to_string(),
        by_name: String = log.by.to_string(),
        stopped: Option<String> = log.stopped.as_ref().map(|(at, _)| at.to_string()),
        reason: Option<String> = log.stopped.as_ref().map(|(_, why)| why.to_string()),
    }
}

impl LogRow {
    /// Returns the rows of a checked bundle.
    pub fn of(bundle: &CheckedBundle) -> Vec<Self> {
        let row = |part: &CheckedPart| Self::new(&part.log, part.trainee.as_str(), part.tree.size, part.receipts.len());
        bundle.parts.iter().map(row).collect()
    }
}
