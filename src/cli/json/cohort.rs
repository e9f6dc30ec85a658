//! Defines the JSON shape of the cohort.

use serde::Serialize;

use crate::cli::json::book::Card;
use crate::domain::programme::cohort::{Again, CohortRow};

/// A page of the cohort.
#[derive(Debug, Serialize)]
pub struct Cohort {
    /// `countersign/cohort/1`.
    pub schema: &'static str,
    pub order: &'static str,
    /// Total number of matches.
    pub of: usize,
    pub trainees: Vec<Trainee>,
}

/// A trainee of the cohort.
#[derive(Debug, Serialize)]
pub struct Trainee {
    /// The same fields as in `trainee`.
    #[serde(flatten)]
    pub trainee: Card,
    pub level: Option<String>,
    pub month: u16,
    pub months: u16,
    pub expected: u16,
    pub weeks: i32,
    pub by_plan: bool,
    pub paused: bool,
    pub gateway: String,
    pub not_yet: u16,
    pub lapses: Vec<Due>,
    pub claims: u16,
    pub review_overdue: u32,
    pub duties: Vec<Figure>,
}

/// A KSB that must be shown again.
#[derive(Debug, Serialize)]
pub struct Due {
    pub code: String,
    pub state: &'static str,
    pub due: String,
}

impl From<&Again> for Due {
    fn from(again: &Again) -> Self {
        Self { code: again.code.to_string(), state: again.state.slug(), due: again.due.to_string() }
    }
}

/// Progress in one duty.
#[derive(Debug, Serialize)]
pub struct Figure {
    pub signed: u16,
    pub total: u16,
}

impl From<&CohortRow> for Trainee {
    fn from(row: &CohortRow) -> Self {
        Self {
            trainee: Card::from(&row.trainee),
            level: row.level.as_ref().map(ToString::to_string),
            month: row.month,
            months: row.months,
            expected: row.expected,
            weeks: row.weeks,
            by_plan: row.trainee.planned.is_some(),
            paused: row.paused,
            gateway: row.gateway.to_string(),
            not_yet: row.not_yet,
            lapses: row.again.iter().map(Due::from).collect(),
            claims: row.claims,
            review_overdue: row.review_overdue,
            duties: row.duties.iter().map(|(signed, total)| Figure { signed: *signed, total: *total }).collect(),
        }
    }
}
