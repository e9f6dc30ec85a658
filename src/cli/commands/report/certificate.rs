//! Runs `report certificate`: writes a trainee's record of achievement as PDF, one page.

use clap::Args;

use crate::commands::report::out::{OutArgs, give, maker};
use crate::context::{Context, one};
use crate::output::report::{CommandOutput, Failure};
use countersign_app::report::certificate as values;
use countersign_core::people::person::Role;

#[derive(Debug, Args)]
pub struct CertificateReportArgs {
    /// Who: an id, or any part of a name that only they have.
    pub trainee: String,
    #[command(flatten)]
    pub to: OutArgs,
}

/// Writes the record of achievement.
pub fn certificate(context: &mut Context, asked: &CertificateReportArgs) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let who = one(app, &asked.trainee, &[Role::Trainee])?;
    let by = maker(context, app)?;
    let name = format!("certificate-{}-{}.pdf", who.id, app.today());
    give("certificate", &asked.to, &name, || values::certificate(app, &who.id, by.as_ref()))
}
