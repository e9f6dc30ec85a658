//! Lists people that match a filter, their enrolments and the known departments.

use std::collections::{BTreeSet, HashMap};

use crate::app::{App, person_row};
use crate::error::Error;
use crate::people::supervision;
use countersign_core::filter::Filter;
use countersign_core::filter::row::{FilterRow, Flags};
use countersign_core::filter::term::FilterFlag;
use countersign_core::people::person::{Enrolment, Person, PersonRef, PersonSearch, Role};
use countersign_core::primitives::fold::{NameQuery, folded};
use countersign_core::primitives::ids::PersonId;
use countersign_core::primitives::text::SafeText;
use countersign_core::record::view::PersonRow;
use countersign_store::index::people;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// Returns people with one of these roles who match a filter, by name, including leavers.
pub fn filter_people(app: &App, with: &[Role], filter: &Filter) -> Result<Vec<Person>, Error> {
    let mut people = people(app, with)?;
    let over = if filter.asks_by() { supervision::supervisors_by_trainee(app)? } else { HashMap::new() };
    people.retain(|person| {
        let mut texts = vec![person.name.as_str(), person.id.as_str()];
        texts.extend(person.roles.iter().map(|role| role.words()));
        texts.extend([&person.department, &person.registration].into_iter().flatten().map(SafeText::as_str));
        filter.fits(&FilterRow {
            texts: &texts,
            by: &[over.get(person.id.as_str()).map_or("", String::as_str)],
            level: person.level.as_ref().map_or("", SafeText::as_str),
            flags: Flags::default().with(FilterFlag::Left, person.left),
            ..FilterRow::default()
        })
    });
    Ok(people)
}

/// Returns a person's latest enrolment.
pub fn enrolment(app: &App, id: &PersonId) -> Result<Option<Enrolment>, Error> {
    Ok(app.log.db.read(|tx| people::enrolment(tx, id))?)
}

/// Returns the latest enrolment of each trainee.
pub fn enrolments(app: &App) -> Result<Vec<Enrolment>, Error> {
    Ok(app.log.db.read(|tx| people::enrolments(tx, &app.viewer))?)
}

/// Returns the departments of current people, by name.
pub fn departments(app: &App) -> Result<Vec<SafeText>, Error> {
    let people = people(app, &Role::ALL)?.into_iter();
    let known: BTreeSet<SafeText> = people.filter(|person| !person.left).filter_map(|one| one.department).collect();
    Ok(known.into_iter().collect())
}

/// Returns people with one of these roles, by name, including leavers.
pub fn people(app: &App, with: &[Role]) -> Result<Vec<Person>, Error> {
    Ok(app.log.db.read(|tx| people::people(tx, &app.viewer, with))?)
}

/// Finds a person by id or any unique part of a name.
pub fn find(app: &App, text: &str, with: &[Role]) -> Result<PersonSearch<Person>, Error> {
    if let Ok(id) = text.parse::<PersonId>()
        && app.viewer.may_see(&id)
        && let Some(person) = app.log.db.read(|tx| people::person(tx, &id))?
    {
        return Ok(PersonSearch::One(person));
    }
    // A full name is found by index, so the time does not grow with the number of people.
    if let Some(person) = app.log.db.read(|tx| people::named(tx, &app.viewer, text))?
        && with.iter().any(|role| person.may_act_as(*role))
    {
        return Ok(PersonSearch::One(person));
    }
    let wanted = NameQuery::of(text);
    let mut fits = Vec::new();
    app.log.db.read(|tx| {
        people::names(tx, &app.viewer, with, &mut |id, name| {
            fits.extend(wanted.fit(name).map(|fit| (fit, id.to_owned())));
        })
    })?;
    let mut found =
        NameQuery::best_matches(fits).iter().map(|id| app.person(&id.parse()?)).collect::<Result<Vec<_>, Error>>()?;
    found.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.id.cmp(&b.id)));
    Ok(match found.len() {
        0 => PersonSearch::Nobody,
        1 => PersonSearch::One(found.swap_remove(0)),
        _ => PersonSearch::Several(found),
    })
}

/// Returns people whose name or id matches a fuzzy text, best first.
pub fn find_fuzzy(app: &App, text: &str, with: &[Role], most: usize) -> Result<Vec<PersonRow>, Error> {
    let ids = fuzzy_ids(app, text, with, most)?;
    ids.iter().map(|id| Ok(person_row(&app.person(id)?))).collect()
}

/// Returns the ids of people who match a fuzzy text, best first.
pub fn fuzzy_ids(app: &App, text: &str, with: &[Role], most: usize) -> Result<Vec<PersonId>, Error> {
    let words = folded(text).replace(", ", " ");
    let pattern = Pattern::parse(words.trim_end_matches(','), CaseMatching::Ignore, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let mut fits: Vec<(u32, String, String)> = Vec::new();
    app.log.db.read(|tx| {
        people::names(tx, &app.viewer, with, &mut |id, name| {
            let score = pattern.score(Utf32Str::new(&folded(name), &mut buffer), &mut matcher);
            let own = if id == text { Some(u32::MAX) } else { None };
            if let Some(score) = own.or(score) {
                fits.push((score, name.to_owned(), id.to_owned()));
            }
        })
    })?;
    fits.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    fits.truncate(most);
    fits.iter().map(|(_, _, id)| Ok(id.parse()?)).collect()
}

/// Returns the error for a trainee who is not enrolled.
pub fn not_enrolled(trainee: &Person) -> Error {
    Error::refused(format!("{} is not enrolled on a standard", trainee.name))
        .hint("A training officer can enrol them: `countersign enrol`")
}

/// Converts a person to a reference for statements.
pub fn named(person: &Person) -> PersonRef {
    PersonRef { id: person.id.clone(), name: person.name.clone() }
}
