//! Writes a cohort as CSV.

use crate::app::App;
use crate::cohort::grid::{self, Cohort};
use crate::error::Error;
use countersign_core::programme::cohort_csv;

/// Returns all rows of a cohort as CSV, in its order.
pub fn csv(app: &App, cohort: &Cohort) -> Result<String, Error> {
    let rows = grid::cohort_rows(app, cohort, 0, cohort.len())?;
    Ok(cohort_csv::csv(&rows, app.today()))
}
