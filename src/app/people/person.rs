//! People as lists: those that a filter asks for, the departments that are known. Reading alone.

use std::collections::{BTreeSet, HashMap};

use crate::app::app::App;
use crate::app::error::Error;
use crate::domain::filter::Filter;
use crate::domain::filter::row::{FilterRow, Flags};
use crate::domain::filter::term::FilterFlag;
use crate::domain::people::person::{Enrolment, Person, Role};
use crate::domain::primitives::ids::PersonId;
use crate::domain::primitives::text::SafeText;
use crate::store::people;

impl App {
    /// Those with one of these roles that a filter asks for, by name; those who left too.
    pub fn filter_people(&self, with: &[Role], filter: &Filter) -> Result<Vec<Person>, Error> {
        let mut people = self.people(with)?;
        let over = if filter.asks_by() { self.who_is_over()? } else { HashMap::new() };
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

    /// What somebody is enrolled on, as it was stated last.
    pub fn enrolment(&self, id: &PersonId) -> Result<Option<Enrolment>, Error> {
        Ok(self.book.db.read(|tx| people::enrolment(tx, id))?)
    }

    /// The departments in which somebody works, by name.
    pub fn departments(&self) -> Result<Vec<SafeText>, Error> {
        let people = self.people(&Role::ALL)?.into_iter();
        let known: BTreeSet<SafeText> = people.filter(|person| !person.left).filter_map(|one| one.department).collect();
        Ok(known.into_iter().collect())
    }
}
