//! Lists people that match a filter, their enrolments and the known departments.

use std::collections::{BTreeSet, HashMap};

use crate::app::app::App;
use crate::app::cohort::grid;
use crate::app::error::Error;
use crate::app::people::roster;
use crate::domain::filter::Filter;
use crate::domain::filter::row::{FilterRow, Flags};
use crate::domain::filter::term::FilterFlag;
use crate::domain::people::person::{Enrolment, Person, Role};
use crate::domain::primitives::ids::PersonId;
use crate::domain::primitives::text::SafeText;
use crate::store::index::people;

/// Returns people with one of these roles who match a filter, by name, including leavers.
pub fn filter_people(app: &App, with: &[Role], filter: &Filter) -> Result<Vec<Person>, Error> {
    let mut people = roster::people(app, with)?;
    let over = if filter.asks_by() { grid::who_is_over(app)? } else { HashMap::new() };
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
    Ok(app.book.db.read(|tx| people::enrolment(tx, id))?)
}

/// Returns the departments of current people, by name.
pub fn departments(app: &App) -> Result<Vec<SafeText>, Error> {
    let people = roster::people(app, &Role::ALL)?.into_iter();
    let known: BTreeSet<SafeText> = people.filter(|person| !person.left).filter_map(|one| one.department).collect();
    Ok(known.into_iter().collect())
}
