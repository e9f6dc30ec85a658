//! Runs `report portfolio`: writes a trainee's whole record as PDF.

use clap::Args;

use crate::commands::report::out::{AsOfArgs, OutArgs, give, maker};
use crate::context::Context;
use crate::output::report::{CommandOutput, Failure};
use countersign_app::report::file::{name_warning, needs_ending};
use countersign_app::report::portfolio as values;

#[derive(Debug, Args)]
pub struct PortfolioReportArgs {
    /// Who: an id, or any part of a name that matches nobody else.
    pub trainee: String,
    #[command(flatten)]
    pub as_of: AsOfArgs,
    #[command(flatten)]
    pub to: OutArgs,
}

/// Writes the portfolio.
pub fn portfolio(context: &mut Context, asked: &PortfolioReportArgs) -> Result<CommandOutput, Failure> {
    let mut app = context.open()?;
    let by = maker(context, &mut app)?;
    let (app, who) = asked.as_of.whose(app, &asked.trainee)?;
    needs_ending(&asked.to.out, "pdf")?;
    let name = format!("portfolio-{}-{}.pdf", who.id, app.today());
    let answer = give("portfolio", &asked.to, &name, || values::portfolio(&app, &who.id, by.as_ref()))?;
    Ok(answer.warning(name_warning(&who)))
}
