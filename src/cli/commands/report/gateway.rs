//! Runs `report gateway`: writes a trainee's gateway package as a ZIP archive.

use clap::Args;

use crate::commands::report::out::{OutArgs, give, maker};
use crate::context::{Context, one};
use crate::output::report::{CommandOutput, Failure};
use countersign_app::report::gateway::package;
use countersign_core::people::person::Role;

#[derive(Debug, Args)]
pub struct GatewayReportArgs {
    /// Who: an id, or any part of a name that only they have.
    pub trainee: String,
    #[command(flatten)]
    pub to: OutArgs,
}

/// Writes the package.
pub fn gateway(context: &mut Context, asked: &GatewayReportArgs) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let who = one(app, &asked.trainee, &[Role::Trainee])?;
    let by = maker(context, app)?;
    let name = format!("gateway-{}-{}.zip", who.id, app.today());
    let answer = give("gateway", &asked.to, &name, || package(app, &who.id, by.as_ref()))?;
    Ok(answer
        .aside("Tell the reader this SHA-256 by another way, such as by telephone: it alone shows that no file was changed")
        .aside("Look through the evidence before you send it. It must not contain patient data"))
}
