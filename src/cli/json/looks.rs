//! Defines the JSON shapes of second checks and of a sample draw.

use serde::Serialize;

use crate::domain::record::quality_assurance::{QaItem, QaReason};

/// A page of sign-offs that need a second check.
#[derive(Debug, Serialize)]
pub struct SecondLooks {
    /// `countersign/second-looks/1`.
    pub schema: &'static str,
    /// Total number of matches.
    pub of: u64,
    pub sign_offs: Vec<LookRow>,
}

/// A sample draw.
#[derive(Debug, Serialize)]
pub struct SampleDraw {
    /// `countersign/draw/1`.
    pub schema: &'static str,
    /// How to repeat the draw.
    pub draw: DrawRow,
    /// The drawn sign-offs.
    pub sign_offs: Vec<LookRow>,
}

/// How to repeat a draw.
#[derive(Debug, Serialize)]
pub struct DrawRow {
    pub seed: u64,
    pub at: u64,
    pub from: String,
    pub among: u64,
    pub verifier: String,
}

/// A sign-off that needs a second check.
#[derive(Debug, Serialize)]
pub struct LookRow {
    pub id: String,
    pub look: &'static str,
    pub ksb: String,
    pub trainee: String,
    pub trainee_name: String,
    pub outcome: &'static str,
    pub signer_name: String,
    pub signed: String,
    pub by_name: Option<String>,
    pub reason: Option<String>,
    pub number: Option<u32>,
}

impl From<&QaItem> for LookRow {
    fn from(row: &QaItem) -> Self {
        let (by_name, reason, number) = match &row.look {
            QaReason::Rejected { by, reason } => (Some(by.to_string()), reason.as_ref().map(ToString::to_string), None),
            QaReason::Countersign => (None, None, None),
            QaReason::Sample { draw, .. } => (None, None, Some(draw.number)),
        };
        Self {
            id: row.id.to_string(),
            look: row.look.word(),
            ksb: row.code.to_string(),
            trainee: row.trainee.to_string(),
            trainee_name: row.trainee_name.to_string(),
            outcome: row.outcome.slug(),
            signer_name: row.signer_name.to_string(),
            signed: row.signed.to_string(),
            by_name,
            reason,
            number,
        }
    }
}
