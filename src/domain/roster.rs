//! Who there is and what holds, at one position of the log. Must never judge a statement (`rules` does).

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::department::PolicyName;
use crate::domain::key::PublicKey;
use crate::domain::person::{Enrolment, Person};
use crate::domain::standard::Standard;
use crate::domain::statement::{Body, Statement};
use crate::domain::value::{Digest, Origin, PersonId, StandardRef};
use crate::domain::when::Timestamp;

/// What binds everyone, with defaults that suit one department.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Hours that a signing session lasts; 0 asks for the passphrase at every batch.
    pub session_hours: u32,
    /// Idle minutes until the screen locks.
    pub idle_minutes: u32,
    /// Days after which an observation needs a reason for being late.
    pub late_days: u32,
}

impl Default for Policy {
    fn default() -> Self {
        Self { session_hours: 4, idle_minutes: 2, late_days: 7 }
    }
}

impl Policy {
    /// This policy with some settings changed.
    #[must_use]
    pub fn with(mut self, settings: &[(PolicyName, u32)]) -> Self {
        for (name, value) in settings {
            match name {
                PolicyName::SessionHours => self.session_hours = *value,
                PolicyName::IdleMinutes => self.idle_minutes = *value,
                PolicyName::LateDays => self.late_days = *value,
            }
        }
        self
    }
}

/// A key and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldKey {
    /// Whose.
    pub person: PersonId,
    /// The key.
    pub key: PublicKey,
}

/// Who there is and what holds. Whole when a log is replayed; only what one statement touches when one is signed.
#[derive(Debug, Clone, Default)]
pub struct Roster {
    /// The log's origin, once it has begun.
    pub origin: Option<Origin>,
    /// People, as their newest statement says.
    pub people: HashMap<PersonId, Person>,
    /// Keys, by fingerprint.
    pub keys: HashMap<Digest, HeldKey>,
    /// Standards adopted.
    pub standards: HashMap<StandardRef, Arc<Standard>>,
    /// Each trainee's newest enrolment.
    pub enrolments: HashMap<PersonId, Enrolment>,
    /// What binds everyone.
    pub policy: Policy,
    /// The newest signed time in the log.
    pub newest: Option<Timestamp>,
}

impl Roster {
    /// What holds after `statement`, which must have been allowed. A standard's text comes from outside the statement.
    pub fn apply(&mut self, statement: &Statement, standard: Option<&Arc<Standard>>) {
        self.newest = self.newest.max(Some(statement.signed));
        match &statement.body {
            Body::Genesis(genesis) => {
                self.origin = Some(statement.log.clone());
                let person = genesis.officer_as_person(statement.signer.registration.clone());
                self.hold(&genesis.key, &person.id);
                self.people.insert(person.id.clone(), person);
                self.policy = Policy::default().with(&genesis.policy);
            }
            Body::Person(person) => {
                self.people.insert(person.id.clone(), person.clone());
            }
            Body::Key(grant) => self.hold(&grant.key, &grant.person.id),
            Body::Standard(adoption) => {
                if let Some(standard) = standard {
                    self.standards.insert(adoption.standard.clone(), Arc::clone(standard));
                }
            }
            Body::Enrolment(named) => {
                self.enrolments.insert(named.enrolment.trainee.clone(), named.enrolment.clone());
            }
            Body::Policy(settings) => self.policy = self.policy.with(settings),
            Body::SignOff(_) | Body::Withdraw(_) => {}
        }
    }

    fn hold(&mut self, key: &PublicKey, person: &PersonId) {
        self.keys.insert(key.fingerprint(), HeldKey { person: person.clone(), key: key.clone() });
    }
}
