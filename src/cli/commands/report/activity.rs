//! Runs `report activity`: writes who signed what, how often and when, as a spreadsheet.

use clap::Args;

use crate::commands::report::out::{OnlyToday, SheetArgs, give, maker};
use crate::context::{Context, past_day};
use crate::output::report::{CommandOutput, Failure};
use countersign_app::report::activity::{document, file_name};

#[derive(Debug, Args)]
pub struct ActivityArgs {
    /// The first day of signing.
    #[arg(long, value_name = "DAY")]
    pub from: String,
    /// The last day of signing; today, if not given.
    #[arg(long, value_name = "DAY")]
    pub to: Option<String>,
    #[command(flatten)]
    pub today: OnlyToday,
    #[command(flatten)]
    pub sheet: SheetArgs,
}

/// Writes the activity of a period.
pub fn activity(context: &mut Context, asked: &ActivityArgs) -> Result<CommandOutput, Failure> {
    let mut app = context.open()?;
    asked.today.check("The activity is of a period, not of a day", "Give its first and last day: --from and --to")?;
    let (format, by, today) = (asked.sheet.format()?, maker(context, &mut app)?, app.today());
    let from = past_day(&asked.from, "--from", today)?;
    let to = asked.to.as_deref().map_or(Ok(today), |text| past_day(text, "--to", today))?;
    let name = file_name((from, to), format);
    give("activity", &asked.sheet.to, &name, || document(&app, (from, to), format, by.as_ref()))
}
