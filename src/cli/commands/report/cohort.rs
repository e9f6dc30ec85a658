//! Runs `report cohort`: writes the cohort as a spreadsheet.

use clap::Args;

use crate::commands::report::out::{AsOfArgs, SheetArgs, give, maker};
use crate::context::Context;
use crate::context::filter::filter;
use crate::context::values::one_of;
use crate::output::report::{CommandOutput, Failure};
use countersign_app::cohort::grid;
use countersign_app::report::cohort::{document, file_name};
use countersign_core::filter::schema::FilterTarget;
use countersign_core::programme::cohort::CohortOrder;

#[derive(Debug, Args)]
pub struct CohortReportArgs {
    /// Only those who fit, as in `cohort`.
    pub filter: Vec<String>,
    /// In which order.
    #[arg(long, default_value = "behind", value_parser = one_of::<CohortOrder>(CohortOrder::ALL.map(CohortOrder::slug).to_vec()))]
    pub order: CohortOrder,
    #[command(flatten)]
    pub as_of: AsOfArgs,
    #[command(flatten)]
    pub sheet: SheetArgs,
}

/// Writes the cohort in the chosen order.
pub fn cohort(context: &mut Context, asked: &CohortReportArgs) -> Result<CommandOutput, Failure> {
    let mut app = context.open()?;
    let (format, by) = (asked.sheet.format()?, maker(context, &mut app)?);
    let app = asked.as_of.then(&app)?.map_or(app, |(then, _)| then);
    let (fits, typed) = (filter(&asked.filter, FilterTarget::Cohort, app.today())?, asked.filter.join(" "));
    let cohort = grid::cohort(&app, &fits, asked.order)?;
    let name = file_name(&app, format);
    give("cohort", &asked.sheet.to, &name, || document(&app, &cohort, (&typed, asked.order), format, by.as_ref()))
}
