//! Defines the JSON shapes of claims, evidence and the queue.

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::primitives::text::SafeText;
use crate::domain::record::claim::{Claim, PendingClaim, QueueRow};
use crate::domain::record::claim_text::claim_digest;
use crate::domain::record::evidence::File;
use crate::domain::statement::kinds::sign_off::{Evidence, Outcome};

/// A list of claims.
#[derive(Debug, Serialize)]
pub struct Claims {
    /// `countersign/claims/1`.
    pub schema: &'static str,
    pub claims: Vec<ClaimRow>,
}

/// A claim.
#[derive(Debug, Serialize)]
pub struct ClaimRow {
    pub id: String,
    pub trainee: String,
    pub trainee_name: String,
    pub standard: String,
    pub state: &'static str,
    pub made: String,
    pub withdrawn: Option<String>,
    pub of: Option<String>,
    pub of_name: Option<String>,
    pub again: Option<String>,
    pub reflection: Option<String>,
    /// Digest of its text, which the sign-off that answers it names (`claimed`).
    pub digest: String,
    pub ksbs: Vec<ItemRow>,
    pub files: Vec<FileRow>,
}

/// A KSB of a claim.
#[derive(Debug, Serialize)]
pub struct ItemRow {
    pub id: String,
    pub answered_by: Option<String>,
    pub outcome: Option<&'static str>,
}

impl From<&Claim> for ClaimRow {
    fn from(claim: &Claim) -> Self {
        let item = |item: &crate::domain::record::claim::ClaimItem| ItemRow {
            id: item.code.to_string(),
            answered_by: item.answered.as_ref().map(|answered| answered.by.to_string()),
            outcome: item.answered.as_ref().and_then(|answered| answered.outcome).map(Outcome::slug),
        };
        Self {
            id: claim.id.to_string(),
            trainee: claim.trainee.to_string(),
            trainee_name: claim.trainee_name.to_string(),
            standard: claim.standard.to_string(),
            state: claim.state().slug(),
            made: claim.made.to_string(),
            withdrawn: claim.withdrawn.map(|at| at.to_string()),
            of: claim.of.as_ref().map(|(id, _)| id.to_string()),
            of_name: claim.of.as_ref().map(|(_, name)| name.to_string()),
            again: claim.again.map(|id| id.to_string()),
            reflection: claim.reflection.as_ref().map(ToString::to_string),
            digest: claim_digest(claim).hex(),
            ksbs: claim.items.iter().map(item).collect(),
            files: claim.evidence.iter().map(FileRow::from).collect(),
        }
    }
}

/// Uploaded files.
#[derive(Debug, Serialize)]
pub struct Files {
    /// `countersign/evidence/1`.
    pub schema: &'static str,
    pub files: Vec<FileRow>,
}

/// A file.
#[derive(Debug, Serialize)]
pub struct FileRow {
    pub id: String,
    pub name: String,
    pub kind: &'static str,
    pub bytes: u64,
    pub added: String,
    pub claims: u32,
    pub erased: bool,
}

impl From<&File> for FileRow {
    fn from(file: &File) -> Self {
        Self {
            id: file.digest.hex(),
            name: file.name.to_string(),
            kind: file.kind.slug(),
            bytes: file.size,
            added: file.added.to_string(),
            claims: file.claims,
            erased: file.erased,
        }
    }
}

/// A file as a sign-off names it.
#[derive(Debug, Serialize)]
pub struct EvidenceRow {
    pub id: String,
    pub name: String,
}

impl From<&Evidence> for EvidenceRow {
    fn from(evidence: &Evidence) -> Self {
        Self { id: evidence.digest.hex(), name: evidence.name.to_string() }
    }
}

/// A page of the queue.
#[derive(Debug, Serialize)]
pub struct Queue {
    /// `countersign/queue/1`.
    pub schema: &'static str,
    /// Total number of matches.
    pub of: u64,
    /// Oldest first.
    pub claims: Vec<WaitingRow>,
}

/// A waiting claim.
#[derive(Debug, Serialize)]
pub struct WaitingRow {
    pub id: String,
    pub trainee: String,
    pub trainee_name: String,
    pub ksbs: Vec<String>,
    pub made: String,
    pub days: i64,
    pub of_name: Option<String>,
    pub files: u32,
    pub begins: Option<String>,
}

impl WaitingRow {
    /// Returns the row of a claim as of today.
    pub fn new(row: &QueueRow, today: NaiveDate) -> Self {
        Self {
            id: row.claim.to_string(),
            trainee: row.trainee.to_string(),
            trainee_name: row.trainee_name.to_string(),
            ksbs: row.codes.iter().map(ToString::to_string).collect(),
            made: row.made.to_string(),
            days: row.days(today),
            of_name: row.of.as_ref().map(SafeText::to_string),
            files: row.files,
            begins: row.reflection.as_ref().map(SafeText::to_string),
        }
    }
}

/// A waiting claim of a KSB.
#[derive(Debug, Serialize)]
pub struct AskedRow {
    pub id: String,
    pub since: String,
    pub of_name: Option<String>,
}

impl From<&PendingClaim> for AskedRow {
    fn from(asked: &PendingClaim) -> Self {
        let of_name = asked.of.as_ref().map(ToString::to_string);
        Self { id: asked.claim.to_string(), since: asked.since.to_string(), of_name }
    }
}
