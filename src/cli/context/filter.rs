//! Parses filters of the command line; an error has a caret below its position.

use chrono::NaiveDate;
use unicode_width::UnicodeWidthStr as _;

use crate::context::one;
use countersign_app::app::App;
use countersign_app::error::Error;
use countersign_core::filter::schema::FilterTarget;
use countersign_core::filter::{Filter, FilterFault};
use countersign_core::people::person::{Person, Role};
use countersign_core::primitives::ids::PersonId;

/// Parses the filter for a list.
pub fn filter(words: &[String], list: FilterTarget, today: NaiveDate) -> Result<Filter, Error> {
    let text = words.join(" ");
    Filter::parse(&text, list, today).map_err(|fault| misread(&fault, &text))
}

/// Splits words into an optional trainee and a filter. The first word is a trainee, unless it is a filter term of the list
/// of all.
pub fn trainee_first<'w>(
    app: &App,
    words: &'w [String],
    of_all: FilterTarget,
) -> Result<(Option<Person>, &'w [String]), Error> {
    let Some((first, rest)) = words.split_first() else { return Ok((None, words)) };
    // An id such as b417 takes precedence over a code.
    let is_id = first.parse().is_ok_and(|id: PersonId| app.person(&id).is_ok());
    let part = Filter::parse(first, of_all, app.today()).map_err(|fault| misread(&fault, &words.join(" ")));
    if !is_id && !part?.is_words() {
        return Ok((None, words));
    }
    Ok((Some(one(app, first, &[Role::Trainee])?), rest))
}

/// Returns the error for an invalid filter, with a caret below its position.
pub fn misread(fault: &FilterFault, text: &str) -> Error {
    let mut hint = fault.hint.clone();
    if let Some(first) = hint.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let caret = format!("{}{}", " ".repeat(columns(text, fault.at - 1)), "^".repeat(fault.read.width()));
    let why = format!("“{}” at character {} is not understood", fault.read, fault.at);
    Error::usage(why).hint(format!("{hint}\n    {text}\n    {caret}"))
}

/// Returns the width of a text's first characters.
fn columns(text: &str, characters: usize) -> usize {
    text.chars().take(characters).collect::<String>().width()
}
