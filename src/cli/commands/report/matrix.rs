//! Runs `report matrix`: writes the competency matrix as PDF or as a spreadsheet.

use clap::{ArgGroup, Args};

use crate::commands::report::out::{AsOfArgs, DocumentArgs, give, maker};
use crate::context::Context;
use crate::context::filter::filter;
use crate::output::report::{CommandOutput, Failure};
use countersign_app::error::Error;
use countersign_app::report::file::{DocumentFormat, SheetFormat};
use countersign_app::report::matrix::{MatrixAsked, MatrixOf, document, file_name, is_adopted};
use countersign_core::filter::schema::FilterTarget;
use countersign_core::primitives::date::day_words;

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("of").required(true))]
pub struct MatrixArgs {
    /// Only those who fit, as in `cohort`.
    pub filter: Vec<String>,
    /// The KSBs of this standard.
    #[arg(long, value_name = "REF", group = "of")]
    pub standard: Option<String>,
    /// The competences of this local list.
    #[arg(long, value_name = "REF", group = "of")]
    pub list: Option<String>,
    /// Writes CSV with a row for each item of each person, with ids, as in the sheet Cells. `records import` reads it.
    #[arg(long)]
    pub cells: bool,
    #[command(flatten)]
    pub as_of: AsOfArgs,
    #[command(flatten)]
    pub document: DocumentArgs,
}

/// Writes the matrix of those who fit.
pub fn matrix(context: &mut Context, asked: &MatrixArgs) -> Result<CommandOutput, Failure> {
    let mut app = context.open()?;
    let (format, by) = (asked.document.format(DocumentFormat::Sheet(SheetFormat::Xlsx))?, maker(context, &mut app)?);
    let of = match (&asked.standard, &asked.list) {
        (_, Some(list)) => MatrixOf::List(list),
        (standard, None) => MatrixOf::Standard(standard.as_deref().unwrap_or_default()),
    };
    let app = match asked.as_of.then(&app)? {
        None => app,
        Some((then, day)) => {
            if !is_adopted(&then, of) && is_adopted(&app, of) {
                let (MatrixOf::Standard(text) | MatrixOf::List(text)) = of;
                return Err(Error::refused(format!("“{text}” was not adopted on {}", day_words(day)))
                    .hint("Nothing was written. Choose a later day, or leave out --as-of")
                    .into());
            }
            then
        }
    };
    let (fits, typed) = (filter(&asked.filter, FilterTarget::Cohort, app.today())?, asked.filter.join(" "));
    let which = MatrixAsked { of, filter: &fits, typed: &typed, cells: asked.cells };
    if asked.cells && format != DocumentFormat::Sheet(SheetFormat::Csv) {
        return Err(Error::usage("--cells is for CSV")
            .hint("A spreadsheet has the sheet Cells already. Leave --cells out")
            .into());
    }
    let name = file_name(&app, of, format);
    give("matrix", &asked.document.to, &name, || document(&app, which, format, by.as_ref()))
}
