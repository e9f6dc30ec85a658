//! Runs a trainee's commands about their own hours over SSH: the list, or an entry. The trainee is always the one who logged
//! in.

use chrono::NaiveDate;

use crate::commands::programme::hours::{entered, hours_of};
use crate::context::{day, line};
use crate::output::report::{CommandOutput, Failure};
use countersign_app::app::App;
use countersign_app::error::Error;
use countersign_app::programme::hours::NewHours;
use countersign_core::filter::Filter;
use countersign_core::people::person::{Person, Role};
use countersign_core::primitives::human_date::{DayDirection, parse_human_date};
use countersign_core::programme::hours::QuarterHours;

/// Maximum words of a day: `the 1st of September 2026`.
const MOST_WORDS: usize = 5;

/// Syntax of an entry.
pub const HOW: &str = "hours add DAY HOURS WHAT, such as: hours add yesterday 3.5 Shadowed the echo clinic";

/// Whether a command over SSH is about hours.
pub fn is_about_hours(command: &str) -> bool {
    command.split_ascii_whitespace().next() == Some("hours")
}

/// Answers a command about one's own hours.
pub fn answer(mut app: App, person: &Person, command: &str) -> Result<CommandOutput, Failure> {
    if !person.roles.contains(&Role::Trainee) {
        return Err(Error::usage(format!("hours works only for trainees, and {} is not a trainee", person.name))
            .hint("To open the screen, connect without a command. Anyone can use `home`, `calendar` and `checkpoint`")
            .into());
    }
    let words = command.trim().strip_prefix("hours").unwrap_or_default().trim_start();
    if words.is_empty() || words == "list" {
        return hours_of(&mut app, person, &Filter::default());
    }
    let usage = || Error::usage("These hours cannot be read").hint(format!("Write them as {HOW}"));
    let rest = words.strip_prefix("add ").ok_or_else(usage)?;
    let (when, hours, what) = parts(rest, app.today()).ok_or_else(usage)?;
    let new = NewHours {
        day: day(&when, "the day", app.today())?,
        hours: hours.parse().map_err(Error::from)?,
        what: line(Some(&what), "what was done")?.ok_or_else(usage)?,
        codes: Vec::new(),
    };
    entered(&mut app.reopen_for_entry()?, person, new)
}

/// Splits an entry into day, hours and text. The day takes as many words as form a date, leaving hours and text.
fn parts(text: &str, today: NaiveDate) -> Option<(String, &str, String)> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let when = |count: usize| words[..count].join(" ");
    let is_day = |count: &usize| {
        parse_human_date(&when(*count), today, DayDirection::of("the day")).is_ok()
            && words[*count].parse::<QuarterHours>().is_ok()
    };
    let longest = words.len().saturating_sub(2).min(MOST_WORDS);
    // If no words form a date, the error is about the first.
    let count = (1..=longest).rev().find(is_day).unwrap_or(1);
    let [hours, what @ ..] = words.get(count..)? else { return None };
    if what.is_empty() { None } else { Some((when(count), hours, what.join(" "))) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_core::primitives::date::parse_day;

    #[test]
    fn a_day_of_several_words_is_told_from_the_hours_behind_it() {
        let today = parse_day("2026-11-28").unwrap();
        for (text, when, hours) in [
            ("yesterday 3.5 Shadowed the clinic", "yesterday", "3.5"),
            ("27 Nov 1.5 Shadowed the clinic", "27 Nov", "1.5"),
            ("27 Nov 15 Shadowed the clinic", "27 Nov", "15"),
            ("27 Nov 2026 1.5 Shadowed the clinic", "27 Nov 2026", "1.5"),
            ("3 days ago 0:45 Shadowed the clinic", "3 days ago", "0:45"),
            (" Fri  27 November 2 Shadowed the clinic ", "Fri 27 November", "2"),
            ("27/11 2 Shadowed the clinic", "27/11", "2"),
            ("last friday 2 Shadowed the clinic", "last friday", "2"),
        ] {
            let wanted = (when.to_owned(), hours, "Shadowed the clinic".to_owned());
            assert_eq!(parts(text, today), Some(wanted), "{text}");
        }
        for text in ["", "today", "today 2", "27 Nov 2"] {
            assert!(parts(text, today).is_none_or(|(_, hours, _)| hours.parse::<QuarterHours>().is_err()), "{text}");
        }
    }
}
