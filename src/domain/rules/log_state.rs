//! Who there is and what holds, at one position of the log. Must never judge a statement (`rules` does).

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::people::break_in_learning::BreakPeriod;
use crate::domain::people::department::PolicyName;
use crate::domain::people::person::{Enrolment, Person};
use crate::domain::primitives::date::Timestamp;
use crate::domain::primitives::ids::{Digest, LogOrigin, PersonId, StandardRef, StatementId};
use crate::domain::primitives::key::PublicKey;
use crate::domain::standard::Standard;
use crate::domain::statement::{Body, Statement};

/// What binds everyone, with defaults that suit one department.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Hours that a signing session lasts; 0 asks for the passphrase at every batch.
    pub session_hours: u32,
    /// Idle minutes until the screen locks.
    pub idle_minutes: u32,
    /// Days after which an observation needs a reason for being late.
    pub late_days: u32,
    /// Second signatures that an achieved sign-off needs before it counts: 0 or 1.
    pub countersign: u32,
    /// Whether a new key signs only once a second training officer has countersigned it: 0 or 1.
    pub two_person_keys: u32,
    /// Months after which a KSB is to be shown again; 0 is never.
    pub reassess_months: u32,
}

impl Default for Policy {
    fn default() -> Self {
        Self { session_hours: 4, idle_minutes: 2, late_days: 7, countersign: 0, two_person_keys: 0, reassess_months: 0 }
    }
}

impl Policy {
    /// This policy with some settings changed.
    pub fn with(mut self, settings: &[(PolicyName, u32)]) -> Self {
        for (name, value) in settings {
            *self.setting(*name) = *value;
        }
        self
    }

    /// What one setting is.
    pub fn value(mut self, name: PolicyName) -> u32 {
        *self.setting(name)
    }

    fn setting(&mut self, name: PolicyName) -> &mut u32 {
        match name {
            PolicyName::SessionHours => &mut self.session_hours,
            PolicyName::IdleMinutes => &mut self.idle_minutes,
            PolicyName::LateDays => &mut self.late_days,
            PolicyName::Countersign => &mut self.countersign,
            PolicyName::TwoPersonKeys => &mut self.two_person_keys,
            PolicyName::ReassessMonths => &mut self.reassess_months,
        }
    }
}

/// A key and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldKey {
    pub person: PersonId,
    pub key: PublicKey,
    /// Whether it waits for a second training officer, and signs nothing until then.
    pub pending: bool,
    /// The position from which it is retired.
    pub retired: Option<u64>,
    /// The first position whose signature by it is not trusted.
    pub compromised: Option<u64>,
}

impl HeldKey {
    /// Whether it may sign now.
    pub fn signs(&self) -> bool {
        !self.pending && self.retired.is_none() && self.compromised.is_none()
    }
}

/// Who there is and what holds. Whole when a log is replayed; only what one statement touches when one is signed.
#[derive(Debug, Clone, Default)]
pub struct Roster {
    /// The log's origin, once it has begun.
    pub origin: Option<LogOrigin>,
    /// People, as their newest statement says.
    pub people: HashMap<PersonId, Person>,
    pub keys: HashMap<Digest, HeldKey>,
    /// The keys that wait for a second training officer, by the statement that gave them.
    pub pending: HashMap<StatementId, Digest>,
    /// Standards and lists of local competences adopted.
    pub standards: HashMap<StandardRef, Arc<Standard>>,
    /// The newest version of each list, by its reference: that one is in force, and no earlier.
    pub lists: HashMap<String, StandardRef>,
    /// Each trainee's newest enrolment.
    pub enrolments: HashMap<PersonId, Enrolment>,
    /// The pauses of each trainee, in no order that means anything.
    pub pauses: HashMap<PersonId, Vec<BreakPeriod>>,
    pub policy: Policy,
    /// The newest signed time in the log.
    pub newest: Option<Timestamp>,
}

impl Roster {
    /// What holds after `statement` at `position`, which must have been allowed. A standard's text comes from outside the
    /// statement.
    pub fn apply(&mut self, statement: &Statement, position: u64, standard: Option<&Arc<Standard>>) {
        self.newest = self.newest.max(Some(statement.signed));
        match &statement.body {
            Body::Genesis(genesis) => {
                self.origin = Some(statement.log.clone());
                let person = genesis.officer_as_person(statement.signer.registration.clone());
                self.hold(&genesis.key, &person.id, false);
                self.people.insert(person.id.clone(), person);
                self.policy = Policy::default().with(&genesis.policy);
            }
            Body::Person(person) => {
                self.people.insert(person.id.clone(), person.clone());
            }
            Body::Key(grant) => {
                let pending = self.policy.two_person_keys > 0;
                if pending {
                    self.pending.insert(statement.id, grant.key.fingerprint());
                }
                self.hold(&grant.key, &grant.person.id, pending);
            }
            Body::Standard(adoption) => {
                if let Some(standard) = standard {
                    self.standards.insert(adoption.standard.clone(), Arc::clone(standard));
                }
            }
            Body::Competences(adoption) => {
                if let Some(list) = standard {
                    self.standards.insert(adoption.list.clone(), Arc::clone(list));
                    self.lists.insert(adoption.list.reference().to_owned(), adoption.list.clone());
                }
            }
            Body::Enrolment(named) => {
                self.enrolments.insert(named.enrolment.trainee.clone(), named.enrolment.clone());
            }
            Body::Pause(pause) => {
                let spans = self.pauses.entry(pause.trainee.id.clone()).or_default();
                spans.retain(|span| span.from != pause.span.from);
                spans.push(pause.span);
            }
            Body::Policy(settings) => self.policy = self.policy.with(settings),
            Body::Retire(retire) => {
                if let Some(held) = self.keys.get_mut(&retire.key) {
                    held.retired = Some(position);
                }
            }
            Body::Compromise(compromise) => {
                if let Some(held) = self.keys.get_mut(&compromise.key) {
                    held.compromised = Some(compromise.from);
                }
            }
            Body::Countersign(countersign) => {
                let waited = self.pending.remove(&countersign.of);
                if let Some(held) = waited.and_then(|fingerprint| self.keys.get_mut(&fingerprint)) {
                    held.pending = false;
                }
            }
            Body::Clock(_) => self.newest = Some(statement.signed),
            Body::SignOff(_)
            | Body::Withdraw(_)
            | Body::Review(_)
            | Body::Hours(_)
            | Body::Recognition(_)
            | Body::TrainingPlan(_)
            | Body::Requirement(_)
            | Body::Confirm(_)
            | Body::Sample(_)
            | Body::Acknowledge(_)
            | Body::Dispute(_)
            | Body::Erase(_)
            | Body::Import(_)
            | Body::Restore(_) => {}
        }
    }

    /// The lists of local competences that are in force beside a standard.
    pub fn lists_beside(&self, standard: &StandardRef) -> impl Iterator<Item = &Arc<Standard>> {
        let all = self.lists.values().filter_map(|list| self.standards.get(list));
        all.filter(move |list| list.local().is_some_and(|local| local.beside.contains(standard)))
    }

    fn hold(&mut self, key: &PublicKey, person: &PersonId, pending: bool) {
        let (person, key) = (person.clone(), key.clone());
        let held = HeldKey { person, pending, retired: None, compromised: None, key };
        self.keys.insert(held.key.fingerprint(), held);
    }
}
