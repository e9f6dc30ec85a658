//! Writes a cohort as CSV.

use crate::app::App;
use crate::cohort::detail::detailed_rows;
use crate::cohort::grid::Cohort;
use crate::error::Error;
use countersign_core::programme::cohort_csv;

/// Returns all rows of a cohort as CSV, in its order.
pub fn csv(app: &App, cohort: &Cohort) -> Result<String, Error> {
    let rows = detailed_rows(app, cohort, 0, cohort.len())?;
    Ok(cohort_csv::csv(&rows, app.today()))
}

/// Returns all rows of a cohort as a file for a spreadsheet, in its order.
pub fn csv_file(app: &App, cohort: &Cohort) -> Result<String, Error> {
    let rows = detailed_rows(app, cohort, 0, cohort.len())?;
    Ok(cohort_csv::csv_file(&rows, app.today(), app.made_at.is_some()))
}
