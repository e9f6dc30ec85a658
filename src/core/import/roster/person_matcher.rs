//! Indexes people by id, name and registration, to find who a roster row is about.

use std::collections::HashMap;

use crate::people::person::Person;
use crate::primitives::fold::{folded, letters_of, may_be_one};

#[derive(Default)]
pub struct Index<'a> {
    pub ids: HashMap<&'a str, &'a Person>,
    /// By folded name, which several people may share.
    pub names: HashMap<String, Vec<&'a Person>>,
    pub registrations: HashMap<String, &'a Person>,
    letters: HashMap<String, Vec<&'a Person>>,
}

impl<'a> Index<'a> {
    pub fn of(people: &'a [Person]) -> Self {
        let mut index = Self::default();
        for person in people {
            index.add(person);
        }
        index
    }

    /// Indexes the people of a file, then the recorded ones that it does not change.
    pub fn over(people: impl Iterator<Item = &'a Person>, there: &Index<'a>) -> Self {
        let mut index = Self::default();
        for person in people {
            index.add(person);
        }
        let rest: Vec<&Person> =
            there.ids.values().filter(|p| !index.ids.contains_key(p.id.as_str())).copied().collect();
        for person in rest {
            index.add(person);
        }
        index
    }

    /// Returns the people who may have this name, with its words in any order.
    pub fn alike(&self, name: &str) -> impl Iterator<Item = &'a Person> {
        let all = self.letters.get(&letters_of(name)).into_iter().flatten().copied();
        all.filter(move |person| may_be_one(person.name.as_str(), name))
    }

    fn add(&mut self, person: &'a Person) {
        self.ids.insert(person.id.as_str(), person);
        self.names.entry(folded(person.name.as_str()).into_owned()).or_default().push(person);
        self.letters.entry(letters_of(person.name.as_str())).or_default().push(person);
        if let Some(registration) = &person.registration {
            self.registrations.insert(folded(registration.as_str()).into_owned(), person);
        }
    }
}
