//! Runs `report gateway`: writes a trainee's gateway package as a ZIP archive.

use clap::Args;

use crate::commands::report::out::{OnlyToday, OutArgs, give, maker};
use crate::context::{Context, one};
use crate::output::report::{CommandOutput, Failure};
use crate::output::table::OutputBlock;
use countersign_app::report::file::needs_ending;
use countersign_app::report::gateway::package;
use countersign_core::people::person::Role;

#[derive(Debug, Args)]
pub struct GatewayReportArgs {
    /// Who: an id, or any part of a name that matches nobody else.
    pub trainee: String,
    #[command(flatten)]
    pub today: OnlyToday,
    #[command(flatten)]
    pub to: OutArgs,
}

/// Writes the package.
pub fn gateway(context: &mut Context, asked: &GatewayReportArgs) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    asked.today.check("A gateway package is of today", "`report portfolio` and `report person` take --as-of")?;
    needs_ending(&asked.to.out, "zip")?;
    let who = one(app, &asked.trainee, &[Role::Trainee])?;
    let by = maker(context, app)?;
    let name = format!("gateway-{}-{}.zip", who.id, app.today());
    let mut answer = give("gateway", &asked.to, &name, || package(app, &who.id, by.as_ref()))?;
    let tell =
        "Tell the reader this SHA-256 by another way, such as by telephone: only it shows that no file was changed";
    let look = "Look through the evidence before you send it: it must not contain patient data";
    answer.parts.extend([tell, look].map(|words| OutputBlock::Line(words.to_owned())));
    Ok(answer)
}
