//! Filters on the command line: read for a list, refused with a caret under what cannot be read. Must never list.

use chrono::NaiveDate;
use unicode_width::UnicodeWidthStr as _;

use crate::app::clock::{Clock as _, SystemClock};
use crate::app::error::Error;
use crate::app::service::App;
use crate::cli::args::Command;
use crate::cli::context::one;
use crate::cli::verbs_claims::ClaimVerb;
use crate::cli::verbs_gateway::HoursVerb;
use crate::domain::filter::{Filter, FilterFault};
use crate::domain::lists::List;
use crate::domain::person::{Person, Role};
use crate::domain::value::PersonId;

/// The filter that these words are, for a list.
pub fn filter(words: &[String], list: List, today: NaiveDate) -> Result<Filter, Error> {
    let text = words.join(" ");
    Filter::parse(&text, list, today).map_err(|fault| misread(&fault, &text))
}

/// A trainee and a filter of what is theirs, where both may be left out: the first word is a trainee unless it is a part of
/// the filter language that the list of all knows.
pub fn trainee_first<'w>(
    app: &App,
    words: &'w [String],
    of_all: List,
) -> Result<(Option<Person>, &'w [String]), Error> {
    let Some((first, rest)) = words.split_first() else { return Ok((None, words)) };
    // An id such as b417 is one before it is a code.
    let is_id = first.parse().is_ok_and(|id: PersonId| app.person(&id).is_ok());
    let part = Filter::parse(first, of_all, app.today()).map_err(|fault| misread(&fault, &words.join(" ")));
    if !is_id && !part?.is_words() {
        return Ok((None, words));
    }
    Ok((Some(one(app, first, &[Role::Trainee])?), rest))
}

/// Which days of a command's filter were understood, where they were typed without a year.
#[must_use]
pub fn days_meant(command: &Command) -> Vec<String> {
    let (words, list) = match command {
        Command::Outstanding(asked) => (&asked.filter, List::Outstanding),
        Command::Trainee(asked) => (&asked.filter, List::Ksbs),
        Command::Queue(asked) => (&asked.filter, List::Queue),
        Command::Cohort(asked) => (&asked.filter, List::Cohort),
        Command::SecondLooks(asked) => (&asked.filter, List::Looks),
        Command::History(asked) => (&asked.filter, List::History),
        Command::Claim(asked) => match &asked.verb {
            Some(ClaimVerb::List { filter }) => (filter, List::Claims),
            _ => return Vec::new(),
        },
        Command::Hours(HoursVerb::List(asked)) => (&asked.filter, List::Hours),
        Command::Reviews(asked) if asked.filter.first().is_some_and(|first| first.contains(':')) => {
            (&asked.filter, List::Reviews)
        }
        Command::Reviews(asked) => (&asked.filter, List::Programme),
        _ => return Vec::new(),
    };
    Filter::days_meant(&words.join(" "), list, SystemClock.today())
}

/// A filter that cannot be read, with a caret under what it was.
#[must_use]
pub fn misread(fault: &FilterFault, text: &str) -> Error {
    let mut hint = fault.hint.clone();
    if let Some(first) = hint.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let caret = format!("{}{}", " ".repeat(columns(text, fault.at - 1)), "^".repeat(fault.read.width()));
    let why = format!("“{}” at character {} is not understood", fault.read, fault.at);
    Error::usage(why).hint(format!("{hint}\n    {text}\n    {caret}"))
}

/// How wide the first characters of a text are.
fn columns(text: &str, characters: usize) -> usize {
    text.chars().take(characters).collect::<String>().width()
}
