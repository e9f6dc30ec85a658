//! Holds the roster: people, keys, standards, enrolments and policy at one position of the log.

use std::collections::HashMap;
use std::sync::Arc;

use crate::people::break_in_learning::BreakPeriod;
use crate::people::person::{Enrolment, Person, PersonRef};
use crate::primitives::date::Timestamp;
use crate::primitives::ids::{Digest, LogOrigin, PersonId, StandardRef, StatementId};
use crate::primitives::key::PublicKey;
use crate::primitives::text::SafeText;
use crate::standard::Standard;
use crate::statement::kinds::issuer::IssuerChange;
use crate::statement::kinds::policy::PolicyName;
use crate::statement::{Body, Statement};

/// The department's settings; the defaults suit a single department.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// How long a signing session lasts, in hours; 0 asks for the passphrase for every batch.
    pub session_hours: u32,
    /// Idle time until the screen locks, in minutes.
    pub idle_minutes: u32,
    /// Days after an observation from which a sign-off needs a reason for being late.
    pub late_days: u32,
    /// Countersigns that an achieved sign-off needs before it counts: 0 or 1.
    pub countersign: u32,
    /// Whether a second training officer must countersign a new key before it can sign: 0 or 1.
    pub two_person_keys: u32,
    /// Months until a KSB must be reassessed; 0 means never.
    pub reassess_months: u32,
    /// Whether what is carried over from an earlier record counts: 0 or 1.
    pub carried_over: u32,
    /// Whether what other departments signed counts: 0 or 1.
    pub imported: u32,
    /// Whether a key in a forwarded SSH agent may sign: 0 or 1.
    pub forwarded_agent: u32,
    /// Whether only a security key signs sign-offs: 0 no, 1 with a touch, 2 with a touch and a PIN or fingerprint.
    pub security_key: u32,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            session_hours: 4,
            idle_minutes: 2,
            late_days: 7,
            countersign: 0,
            two_person_keys: 0,
            reassess_months: 0,
            carried_over: 0,
            imported: 0,
            forwarded_agent: 0,
            security_key: 0,
        }
    }
}

impl Policy {
    /// Returns this policy with some settings changed.
    #[must_use]
    pub fn with(mut self, settings: &[(PolicyName, u32)]) -> Self {
        for (name, value) in settings {
            *self.setting(*name) = *value;
        }
        self
    }

    /// Returns a setting's value.
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
            PolicyName::CarriedOver => &mut self.carried_over,
            PolicyName::Imported => &mut self.imported,
            PolicyName::ForwardedAgent => &mut self.forwarded_agent,
            PolicyName::SecurityKey => &mut self.security_key,
        }
    }
}

/// A public key and its holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredKey {
    pub person: PersonId,
    pub key: PublicKey,
    /// Whether it still needs a second training officer's countersign, and cannot sign until then.
    pub pending: bool,
    /// The position at which it was retired.
    pub retired: Option<u64>,
    /// The first position at which its signature is not trusted.
    pub compromised: Option<u64>,
}

impl RegisteredKey {
    /// Returns whether it may sign now.
    pub fn signs(&self) -> bool {
        !self.pending && self.retired.is_none() && self.compromised.is_none()
    }
}

/// The state that the rules need: complete on replay, only the parts that a statement touches when signing.
#[derive(Debug, Clone, Default)]
pub struct Roster {
    /// The log's origin, once it has begun.
    pub origin: Option<LogOrigin>,
    /// By their newest statement.
    pub people: HashMap<PersonId, Person>,
    pub keys: HashMap<Digest, RegisteredKey>,
    /// Keys awaiting a second training officer, by the statement that granted them.
    pub pending: HashMap<StatementId, Digest>,
    /// The adopted standards and local lists, all versions.
    pub standards: HashMap<StandardRef, Arc<Standard>>,
    /// The version in force of each local list, by its reference.
    pub lists: HashMap<String, StandardRef>,
    /// Each trainee's newest enrolment.
    pub enrolments: HashMap<PersonId, Enrolment>,
    /// Each trainee's breaks in learning, unordered.
    pub pauses: HashMap<PersonId, Vec<BreakPeriod>>,
    /// The fingerprint of the key that signs badges, if there is one.
    pub issuer: Option<Digest>,
    /// The other logs whose bundles are accepted, with their keys.
    pub other_logs: HashMap<LogOrigin, SafeText>,
    /// Whom of another log the bundles brought that are kept for a trainee, by trainee and log.
    pub received: HashMap<(PersonId, LogOrigin), PersonId>,
    /// Who a trainee is in another log, while the hub brings their statements, by trainee and log.
    pub rotations: HashMap<(PersonId, LogOrigin), PersonRef>,
    pub policy: Policy,
    pub newest: Option<Timestamp>,
}

impl Roster {
    /// Applies a statement that passed the rules. `standard` is the text that it adopts, if it adopts one.
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
                if let Some(registered) = self.keys.get_mut(&retire.key) {
                    registered.retired = Some(position);
                }
            }
            Body::Compromise(compromise) => {
                if let Some(registered) = self.keys.get_mut(&compromise.key) {
                    registered.compromised = Some(compromise.from);
                }
            }
            Body::Countersign(countersign) => {
                let waited = self.pending.remove(&countersign.of);
                if let Some(registered) = waited.and_then(|fingerprint| self.keys.get_mut(&fingerprint)) {
                    registered.pending = false;
                }
            }
            Body::Clock(_) => self.newest = Some(statement.signed),
            Body::IssuerKey(content) => {
                self.issuer = match content.change {
                    IssuerChange::InForce { .. } => Some(content.key.fingerprint()),
                    IssuerChange::Retired { .. } => None,
                }
            }
            Body::OtherLog(content) => {
                if let Some(origin) = content.origin() {
                    match content.stopped {
                        None => self.other_logs.insert(origin, content.log_key.clone()),
                        Some(_) => self.other_logs.remove(&origin),
                    };
                }
            }
            Body::Received(content) => {
                let whom = |origin: &LogOrigin| (content.trainee.id.clone(), origin.clone());
                self.received.extend(content.parts.iter().map(|part| (whom(&part.origin), part.there.clone())));
            }
            Body::TakenBack(content) => {
                for log in &content.logs {
                    self.received.remove(&(content.trainee.id.clone(), log.origin.clone()));
                }
            }
            Body::Rotation(content) => {
                let place = (content.trainee.id.clone(), content.origin.clone());
                match content.ended {
                    None => self.rotations.insert(place, content.there.clone()),
                    Some(_) => self.rotations.remove(&place),
                };
            }
            Body::SignOff(_)
            | Body::CarryOver(_)
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

    /// Returns the local lists in force for a standard.
    pub fn lists_for(&self, standard: &StandardRef) -> impl Iterator<Item = &Arc<Standard>> {
        let all = self.lists.values().filter_map(|list| self.standards.get(list));
        all.filter(move |list| list.local().is_some_and(|local| local.beside.contains(standard)))
    }

    fn hold(&mut self, key: &PublicKey, person: &PersonId, pending: bool) {
        let (person, key) = (person.clone(), key.clone());
        let registered = RegisteredKey { person, pending, retired: None, compromised: None, key };
        self.keys.insert(registered.key.fingerprint(), registered);
    }
}
