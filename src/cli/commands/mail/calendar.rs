//! Runs `calendar`: a person's reviews, actions, reassessments and gateways as a calendar file.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::context::{Context, one};
use crate::output::report::{CommandOutput, Failure};
use crate::output::table::{OutputBlock, fact};
use countersign_app::app::App;
use countersign_app::error::Error;
use countersign_app::mail::calendar::{self as calendars, EventRow, MadeCalendar};
use countersign_core::people::person::{Person, Role};
use countersign_core::primitives::ids::Digest;
use countersign_core::primitives::text::counted;

#[derive(Debug, Args)]
pub struct CalendarArgs {
    /// Whose: an id, or any part of a name that matches nobody else. Without it, the person named with --as.
    pub person: Option<String>,
    /// The file to write, or a folder to write it in. Without it, the calendar is printed.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Replaces a file that is there already.
    #[arg(long, requires = "out")]
    pub replace: bool,
}

/// Prints or writes a person's calendar.
pub fn calendar(context: &mut Context, asked: &CalendarArgs) -> Result<CommandOutput, Failure> {
    let app = context.open()?;
    let who = match &asked.person {
        Some(text) => one(&app, text, &Role::ALL)?,
        None if context.names_a_signer() => context.signer(&app, &Role::ALL)?,
        None => {
            return Err(Error::usage("No person was named")
                .hint("Name one, such as `countersign calendar sam`. `countersign person list` shows everyone")
                .into());
        }
    };
    let Some(out) = &asked.out else { return calendar_of(&app, &who) };
    let made = calendars::calendar(&app, &who)?;
    let path = calendars::write_calendar(&made, out, asked.replace)?.display().to_string();
    let (bytes, sha256) = (made.ics.len() as u64, Digest::of(made.ics.as_bytes()).hex());
    let cancelled = made.events.iter().filter(|event| event.cancelled).count();
    let all = made.events.len();
    let events = if cancelled == 0 { all.to_string() } else { format!("{all}, {cancelled} of them cancelled") };
    let facts = vec![
        fact("Wrote", &path),
        fact("Events", events),
        fact("Size", counted(bytes, "byte")),
        fact("SHA-256", &sha256),
    ];
    let shape = CalendarShape {
        schema: "countersign/calendar/1",
        path,
        bytes,
        sha256,
        person: who.id.to_string(),
        events: made.events.iter().map(CalendarRow::new).collect(),
    };
    let answer = CommandOutput::new(vec![OutputBlock::Facts(facts)], &shape)?;
    Ok(answer.warning(forgotten(&made)))
}

/// Prints this person's calendar.
pub fn calendar_of(app: &App, who: &Person) -> Result<CommandOutput, Failure> {
    let made = calendars::calendar(app, who)?;
    let warning = forgotten(&made);
    Ok(CommandOutput::text(made.ics).warning(warning))
}

/// Warns if the next calendar will not know of this one.
fn forgotten(made: &MadeCalendar) -> Option<String> {
    let why = made.forgotten.as_ref()?;
    Some(format!("The next calendar cannot cancel what is in this one: {}", why.sentence()))
}

/// A calendar that was written to a file.
#[derive(Debug, Serialize)]
pub struct CalendarShape {
    pub schema: &'static str,
    pub path: String,
    pub bytes: u64,
    pub sha256: String,
    pub person: String,
    pub events: Vec<CalendarRow>,
}

json_row! {
    /// An event of one day.
    CalendarRow from (event: &EventRow) {
        id: String = event.id.clone(),
        day: String = event.day.to_string(),
        sequence: u32 = event.sequence,
        cancelled: bool = event.cancelled,
        summary: String = event.summary.clone(),
    }
}
