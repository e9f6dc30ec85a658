//! Runs `report certificate`: writes a trainee's record of achievement as PDF, one page.

use clap::Args;

use crate::commands::report::out::{AsOfArgs, OutArgs, give, maker};
use crate::context::Context;
use crate::output::report::{CommandOutput, Failure};
use countersign_app::report::certificate as values;
use countersign_app::report::file::{name_warning, needs_ending};

#[derive(Debug, Args)]
pub struct CertificateReportArgs {
    /// Who: an id, or any part of a name that matches nobody else.
    pub trainee: String,
    #[command(flatten)]
    pub as_of: AsOfArgs,
    #[command(flatten)]
    pub to: OutArgs,
}

/// Writes the record of achievement.
pub fn certificate(context: &mut Context, asked: &CertificateReportArgs) -> Result<CommandOutput, Failure> {
    let mut app = context.open()?;
    let by = maker(context, &mut app)?;
    let (app, who) = asked.as_of.whose(app, &asked.trainee)?;
    needs_ending(&asked.to.out, "pdf")?;
    let name = format!("certificate-{}-{}.pdf", who.id, app.today());
    let answer = give("certificate", &asked.to, &name, || values::certificate(&app, &who.id, by.as_ref()))?;
    Ok(answer.warning(name_warning(&who)))
}
