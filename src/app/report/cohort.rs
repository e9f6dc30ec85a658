//! Collects the cohort as a document.

use crate::app::App;
use crate::cohort::detail::detailed_rows;
use crate::cohort::export::csv_file;
use crate::cohort::grid::Cohort;
use crate::error::Error;
use crate::report::file::SheetFormat;
use crate::report::made::made;
use countersign_core::people::person::Person;
use countersign_core::programme::cohort::CohortOrder;
use countersign_report::sheet::cohort::CohortBook;

/// Returns the name of the file in a folder.
pub fn file_name(app: &App, format: SheetFormat) -> String {
    format!("cohort-{}.{}", app.today(), format.ending())
}

/// Returns a cohort as a document, in its order. `typed` is the filter that chose the trainees; `by` has it made.
pub fn document(
    app: &App,
    cohort: &Cohort,
    (typed, order): (&str, CohortOrder),
    format: SheetFormat,
    by: Option<&Person>,
) -> Result<Vec<u8>, Error> {
    if format == SheetFormat::Csv {
        return Ok(csv_file(app, cohort)?.into_bytes());
    }
    let rows = detailed_rows(app, cohort, 0, cohort.len())?;
    let order = if cohort.groups().is_empty() {
        order.words().to_owned()
    } else {
        format!("by standard, then {}", order.words())
    };
    let book = CohortBook { rows, order, filter: typed.to_owned(), day: app.today() };
    book.xlsx(&made(app, by)?).map_err(Error::refused)
}
