//! Runs `report review`: writes one progress review as PDF.

use clap::Args;

use crate::commands::report::out::{OnlyToday, OutArgs, give, maker};
use crate::context::{Context, one};
use crate::output::report::{CommandOutput, Failure};
use countersign_app::report::file::{name_warning, needs_ending};
use countersign_app::report::review as values;
use countersign_core::people::person::Role;

#[derive(Debug, Args)]
pub struct ReviewReportArgs {
    /// Whose: an id, or any part of a name that matches nobody else.
    pub trainee: String,
    /// Which review, from 1 for the first; without it, the last.
    #[arg(long, value_name = "NUMBER")]
    pub number: Option<usize>,
    #[command(flatten)]
    pub today: OnlyToday,
    #[command(flatten)]
    pub to: OutArgs,
}

/// Writes the review.
pub fn review(context: &mut Context, asked: &ReviewReportArgs) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    asked.today.check("A review is of the day on which it was held", "Choose an earlier one with --number")?;
    let who = one(app, &asked.trainee, &[Role::Trainee])?;
    let by = maker(context, app)?;
    needs_ending(&asked.to.out, "pdf")?;
    let name = format!("review-{}-{}.pdf", who.id, app.today());
    let answer = give("review", &asked.to, &name, || values::review(app, &who.id, asked.number, by.as_ref()))?;
    Ok(answer.warning(name_warning(&who)))
}
