//! The indexes held against what the log says: sign-offs, states, figures, people, keys, policy. Must never be taken for
//! the log itself: a wrong index is mended by `rebuild`.

use std::collections::HashMap;

use crate::app::error::Error;
use crate::app::faults::Faults;
use crate::domain::person::Role;
use crate::domain::roster::Roster;
use crate::domain::statement::decode::decode;
use crate::domain::statement::{Body, Statement};
use crate::domain::value::{Digest, StatementId};
use crate::ledger::note::LogVerifier;
use crate::store::audit::{self, Links, Numbers, Row};
use crate::store::db::Tx;
use crate::store::error::StoreError;
use crate::store::{log, people, standards};

/// What the entries gone through add up to.
#[derive(Debug, Default)]
pub(in crate::app) struct Tally {
    /// Sign-offs.
    pub sign_offs: u64,
    /// Index rows that say that they are withdrawn.
    pub marked: u64,
    /// Withdrawals that the index agrees with.
    pub withdrawn: u64,
    /// Every id with its position, mixed and added up: what the index of ids must add up to, whatever its order.
    pub ids: u128,
    /// Where each key came in, by its fingerprint.
    pub keys: HashMap<Digest, u64>,
}

/// A number that no other id and position is likely to have.
fn mixed(id: StatementId, position: u64) -> u128 {
    const ODD: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;
    let mut mixed = id.0.as_u128().wrapping_add(u128::from(position).wrapping_mul(ODD));
    for shift in [61, 67] {
        mixed = (mixed ^ (mixed >> shift)).wrapping_mul(ODD);
    }
    mixed
}

impl Tally {
    /// Counts an entry, whatever it says.
    pub(in crate::app) fn count(&mut self, id: StatementId, position: u64) {
        self.ids = self.ids.wrapping_add(mixed(id, position));
    }

    /// Holds a statement's index row against it.
    pub(in crate::app) fn hold(
        &mut self,
        statement: &Statement,
        position: u64,
        row: Option<Row>,
        numbers: &Numbers,
    ) -> Result<(), &'static str> {
        match &statement.body {
            Body::Genesis(genesis) => drop(self.keys.insert(genesis.key.fingerprint(), position)),
            Body::Key(grant) => drop(self.keys.insert(grant.key.fingerprint(), position)),
            _ => {}
        }
        let Body::SignOff(s) = &statement.body else {
            return if row.is_none() { Ok(()) } else { Err("The index takes it for a sign-off") };
        };
        self.sign_offs += 1;
        let Some(row) = row else { return Err("The index does not have this sign-off") };
        self.marked += u64::from(row.withdrawn.is_some());
        let same = row.position == position
            && numbers.people.get(&s.trainee.id) == Some(&row.trainee)
            && numbers.people.get(&statement.signer.who.id) == Some(&row.signer)
            && numbers.standards.get(&s.item.standard) == Some(&row.standard)
            && row.code == s.item.code
            && row.outcome == s.outcome;
        if same { Ok(()) } else { Err("The index says something else of this sign-off") }
    }
}

/// The log's own verifier key, as its genesis states it.
pub(in crate::app) fn log_verifier(tx: &Tx<'_>, faults: &mut Faults) -> Result<Option<LogVerifier>, Error> {
    let first = log::entry_at(tx, 0)?.and_then(|entry| decode(&entry.signed.text).ok());
    let Some(Statement { log: origin, body: Body::Genesis(genesis), .. }) = first else { return Ok(None) };
    // A name that is none is another name.
    if log::log(tx).ok().flatten() != Some((origin, genesis.log_key.as_str().to_owned())) {
        faults.add(None, "The log's name or key in the file is not the one that its genesis states");
    }
    Ok(genesis.log_key.as_str().parse().ok())
}

/// Holds every index against the roster at the end of the log, and the states against the records.
pub(in crate::app) fn hold_all(
    tx: &Tx<'_>,
    roster: &Roster,
    numbers: &Numbers,
    tally: &Tally,
    faults: &mut Faults,
) -> Result<(), Error> {
    let mut ids = 0_u128;
    let read = log::each_id(tx, &mut |id, position| ids = ids.wrapping_add(mixed(id, position)));
    if read.is_err() || ids != tally.ids {
        faults.add(None, "The index of ids leads to other entries than those of these ids");
    }
    if audit::count(tx)? != tally.sign_offs {
        faults.add(None, "The index has sign-offs that the log has not");
    }
    if tally.marked != tally.withdrawn {
        faults.add(None, "The index takes sign-offs for withdrawn that nobody withdrew");
    }
    if numbers.people.len() != roster.people.len() {
        faults.add(None, "The index of people is not what the log says");
    }
    for (id, person) in &roster.people {
        if people::person(tx, id).ok().flatten().as_ref() != Some(person) {
            faults.add(None, format!("The index says something else of {}", person.name));
        }
        if person.roles.contains(&Role::Trainee)
            && people::enrolment(tx, id).ok().flatten().as_ref() != roster.enrolments.get(id)
        {
            faults.add(None, format!("The index says something else of the enrolment of {}", person.name));
        }
    }
    for (fingerprint, held) in &roster.keys {
        let since = people::keys_of(tx, &held.person).unwrap_or_default();
        let since = since.into_iter().find(|(key, _)| *key == held.key).map(|(_, at)| at);
        if people::holder(tx, fingerprint).ok().flatten() != Some((held.person.clone(), held.key.clone()))
            || since != tally.keys.get(fingerprint).copied()
        {
            faults.add(None, format!("The index says something else of a key of {}", held.person));
        }
    }
    if people::policy(tx).ok() != Some(roster.policy) || people::newest(tx).ok() != Some(roster.newest) {
        faults.add(None, "The index of policy and times is not what the log says");
    }
    Ok(hold_states(tx, roster, numbers, faults)?)
}

fn hold_states(tx: &Tx<'_>, roster: &Roster, numbers: &Numbers, faults: &mut Faults) -> Result<(), StoreError> {
    let mut links = Links::new();
    for (of, standard) in &roster.standards {
        let Some(number) = numbers.standards.get(of) else {
            faults.add(None, format!("The index does not have {of}"));
            continue;
        };
        // By way of the index, as everyone else reads it.
        if standards::standard(tx, of).ok().flatten().is_none_or(|found| found.digest() != standard.digest()) {
            faults.add(None, format!("The index says something else of {of}"));
        }
        let places = |ksb: &crate::domain::standard::Ksb| {
            let duties = standard.duties().iter().enumerate();
            duties.filter(|(_, duty)| ksb.duties.contains(&duty.no)).map(|(at, _)| at).collect()
        };
        links.insert(*number, standard.ksbs().iter().map(|ksb| (ksb.code, places(ksb))).collect());
    }
    audit::check_states(tx, &links, &mut |what| faults.add(None, format!("In the index, {what}")))
}
