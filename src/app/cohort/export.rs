//! Writes a cohort as CSV.

use std::path::{Path, PathBuf};

use crate::app::App;
use crate::cohort::detail::detailed_rows;
use crate::cohort::grid::Cohort;
use crate::error::Error;
use crate::storage::atomic_file::{full_path, is_there, place_for, write_private};
use countersign_core::programme::cohort_csv;

/// Returns all rows of a cohort as CSV, in its order.
pub fn csv(app: &App, cohort: &Cohort) -> Result<String, Error> {
    let rows = detailed_rows(app, cohort, 0, cohort.len())?;
    Ok(cohort_csv::csv(&rows, app.today()))
}

/// Returns all rows of a cohort as a file for a spreadsheet, in its order.
pub fn csv_file(app: &App, cohort: &Cohort) -> Result<String, Error> {
    let rows = detailed_rows(app, cohort, 0, cohort.len())?;
    Ok(cohort_csv::csv_file(&rows, app.today()))
}

/// Whether a file that is there already may be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overwrite {
    Allowed,
    Refused,
}

/// What became of a file to write, with its full path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportResult {
    Done(PathBuf),
    /// Nothing was saved: a file of this name is there.
    IsThere(PathBuf),
}

/// Writes all rows of a cohort as a file for a spreadsheet, readable by its owner only. `to` is its name, or a folder.
pub fn write(app: &App, cohort: &Cohort, to: &Path, overwrite: Overwrite) -> Result<ExportResult, Error> {
    let name = format!("cohort-{}.csv", app.today());
    let hint = "Give a file name in a folder that is there";
    let place = place_for(to, &name, |place| place.extension().is_some(), hint)?;
    if overwrite == Overwrite::Refused && is_there(&place) {
        return Ok(ExportResult::IsThere(full_path(&place)));
    }
    write_private(&place, csv_file(app, cohort)?.as_bytes())?;
    Ok(ExportResult::Done(full_path(&place)))
}
