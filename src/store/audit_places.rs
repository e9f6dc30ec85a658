//! Where the log says what holds of people, keys, standards and policy, as the indexes have it. Must never write.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;

use crate::domain::department::PolicyName;
use crate::domain::pause::Span;
use crate::domain::statement::{Body, Statement};
use crate::domain::value::{Digest, PersonId, StandardRef};
use crate::store::codec::{digest_of, position};
use crate::store::db::Tx;
use crate::store::error::{StoreError, damaged};
use crate::store::pauses;

const PEOPLE: &str = "SELECT id, place FROM person";
const ENROLMENTS: &str = "SELECT id, enrolment.place FROM enrolment JOIN person ON person = trainee";
const STANDARDS: &str = "SELECT reference, version, place, digest FROM standard";
const KEYS: &str = "SELECT fingerprint, place FROM holder JOIN key USING (key)";
const POLICIES: &str = "SELECT name FROM policy";

/// The position of the newest statement of each: memory grows with the people.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Places {
    people: HashMap<PersonId, u64>,
    enrolments: HashMap<PersonId, u64>,
    standards: HashMap<StandardRef, (u64, Digest)>,
    keys: HashMap<Digest, u64>,
    policies: BTreeSet<PolicyName>,
    pauses: HashMap<(PersonId, NaiveDate), (Span, u64)>,
}

impl Places {
    /// Remembers where a statement stands.
    pub fn add(&mut self, statement: &Statement, at: u64) {
        match &statement.body {
            Body::Genesis(genesis) => {
                self.people.insert(genesis.officer.id.clone(), at);
                self.keys.insert(genesis.key.fingerprint(), at);
                self.policies.extend(genesis.policy.iter().map(|(name, _)| *name));
            }
            Body::Person(person) => {
                self.people.insert(person.id.clone(), at);
            }
            Body::Key(grant) => {
                self.keys.insert(grant.key.fingerprint(), at);
            }
            Body::Standard(adoption) => {
                self.standards.insert(adoption.standard.clone(), (at, adoption.content));
            }
            Body::Competences(adoption) => {
                self.standards.insert(adoption.list.clone(), (at, adoption.content));
            }
            Body::Enrolment(named) => {
                self.enrolments.insert(named.enrolment.trainee.clone(), at);
            }
            Body::Pause(pause) => {
                self.pauses.insert((pause.trainee.id.clone(), pause.span.from), (pause.span, at));
            }
            Body::Policy(settings) => self.policies.extend(settings.iter().map(|(name, _)| *name)),
            _ => {}
        }
    }
}

/// The places as the indexes have them.
pub fn places(tx: &Tx<'_>) -> Result<Places, StoreError> {
    let mut places = Places::default();
    let pauses = pauses::places(tx)?.into_iter();
    places.pauses = pauses.map(|((id, span), at)| ((id, span.from), (span, at))).collect();
    for (sql, of) in [(PEOPLE, &mut places.people), (ENROLMENTS, &mut places.enrolments)] {
        let mut statement = tx.prepared(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let id = row.get_ref(0)?.as_str().map_err(damaged)?.parse().map_err(damaged)?;
            of.insert(id, position(row.get(1)?));
        }
    }
    let mut statement = tx.prepared(STANDARDS)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (reference, version): (String, String) = (row.get(0)?, row.get(1)?);
        let digest = digest_of(row.get_ref(3)?.as_blob().map_err(damaged)?)?;
        let of = StandardRef::new(&reference, &version).map_err(damaged)?;
        places.standards.insert(of, (position(row.get(2)?), digest));
    }
    let mut statement = tx.prepared(KEYS)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let key = digest_of(row.get_ref(0)?.as_blob().map_err(damaged)?)?;
        places.keys.insert(key, position(row.get(1)?));
    }
    let mut statement = tx.prepared(POLICIES)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        places.policies.insert(row.get_ref(0)?.as_str().map_err(damaged)?.parse().map_err(damaged)?);
    }
    Ok(places)
}
