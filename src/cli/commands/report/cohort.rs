//! Runs `report cohort`: writes the cohort as a spreadsheet.

use clap::Args;

use crate::commands::report::{OutArgs, give};
use crate::context::Context;
use crate::context::filter::filter;
use crate::context::values::one_of;
use crate::output::report::{CommandOutput, Failure};
use countersign_app::cohort::{export, grid};
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
    pub to: OutArgs,
}

/// Writes the cohort in the chosen order.
pub fn cohort(context: &mut Context, asked: &CohortReportArgs) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let fits = filter(&asked.filter, FilterTarget::Cohort, app.today())?;
    let cohort = grid::cohort(app, &fits, asked.order)?;
    let name = format!("cohort-{}.csv", app.today());
    give("cohort", &asked.to, &name, || Ok(export::csv_file(app, &cohort)?.into_bytes()))
}
