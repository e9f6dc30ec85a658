//! What a trainee asks for over SSH of their own hours: the list, or an entry. Must never take a trainee from the words.

use crate::app::error::Error;
use crate::app::hours::NewHours;
use crate::app::service::App;
use crate::cli::answer::{Answer, Failure};
use crate::cli::context::{day, line};
use crate::cli::hours::{entered, hours_of};
use crate::domain::filter::Filter;
use crate::domain::hours::Quarters;
use crate::domain::person::{Person, Role};

/// How an entry is written.
pub const HOW: &str = "hours add DAY HOURS WHAT, such as: hours add yesterday 3.5 Shadowed the echo clinic";

/// Whether a command over SSH is about hours.
#[must_use]
pub fn is_about_hours(command: &str) -> bool {
    command == "hours" || command.starts_with("hours ")
}

/// Answers a command about one's own hours.
pub fn answer(mut app: App, person: &Person, command: &str) -> Result<Answer, Failure> {
    if !person.roles.contains(&Role::Trainee) {
        return Err(Error::usage(format!("hours are a trainee's own, and {} is none", person.name))
            .hint("Without a command the screen opens; `checkpoint` is for everyone")
            .into());
    }
    let words = command.strip_prefix("hours").unwrap_or_default().trim_start();
    if words.is_empty() || words == "list" {
        return hours_of(&mut app, person, &Filter::default());
    }
    let usage = || Error::usage("These hours cannot be read").hint(format!("Write them as {HOW}"));
    let rest = words.strip_prefix("add ").ok_or_else(usage)?.trim_start();
    let (when, rest) = rest.split_once(' ').ok_or_else(usage)?;
    let (hours, what) = rest.trim_start().split_once(' ').ok_or_else(usage)?;
    let hours: Quarters = hours.parse().map_err(Error::from)?;
    let new = NewHours {
        day: day(when, "the day", app.today())?,
        hours,
        what: line(Some(what), "what was done")?.ok_or_else(usage)?,
        codes: Vec::new(),
    };
    entered(&mut app.entering()?, person, new)
}
