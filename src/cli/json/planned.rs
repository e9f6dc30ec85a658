//! Defines the JSON shapes of a training plan and of recognised prior learning. Within a version no field is renamed or
//! removed.

use serde::Serialize;

use crate::app::programme::training_plan::MonthRow;
use crate::cli::json::standard::RemarkRow;
use crate::domain::programme::hours::QuarterHours;
use crate::domain::statement::kinds::recognition::Recognised;

/// Returns hours as a number.
pub fn number(hours: QuarterHours) -> f64 {
    f64::from(hours.0) / 4.0
}

/// A trainee's training plan.
#[derive(Debug, Serialize)]
pub struct PlanShape {
    /// `countersign/training-plan/1`.
    pub schema: &'static str,
    pub person: String,
    pub statement: Option<String>,
    pub on: Option<String>,
    pub months: Vec<MonthShape>,
    pub remarks: Vec<RemarkRow>,
}

/// A month of a training plan.
#[derive(Debug, Serialize)]
pub struct MonthShape {
    /// The month, such as `2025-09`.
    pub id: String,
    pub hours: f64,
    pub codes: Vec<String>,
    pub confirmed: f64,
    pub signed: u16,
}

impl From<&MonthRow> for MonthShape {
    fn from(row: &MonthRow) -> Self {
        Self {
            id: row.planned.month.to_string(),
            hours: number(row.planned.hours),
            codes: row.planned.codes.iter().map(ToString::to_string).collect(),
            confirmed: number(row.confirmed),
            signed: row.signed,
        }
    }
}

/// Recognised prior learning.
#[derive(Debug, Serialize)]
pub struct RecognisedRow {
    pub id: String,
    pub hours: Option<f64>,
    pub codes: Vec<String>,
    pub reason: String,
    pub support: String,
    pub by: String,
    pub on: String,
}

impl From<&Recognised> for RecognisedRow {
    fn from(recognised: &Recognised) -> Self {
        let said = &recognised.said;
        Self {
            id: recognised.id.to_string(),
            hours: said.hours.map(number),
            codes: said.codes.iter().map(ToString::to_string).collect(),
            reason: said.reason.to_string(),
            support: said.support.to_string(),
            by: recognised.by.to_string(),
            on: recognised.on.to_string(),
        }
    }
}
