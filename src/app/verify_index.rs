//! The indexes held against what the log says: sign-offs, states, figures, people, keys, policy. Must never be taken for
//! the log itself: a wrong index is mended by `rebuild`.

use crate::app::error::Error;
use crate::app::verify::Faults;
use crate::domain::person::Role;
use crate::domain::roster::Roster;
use crate::domain::statement::decode::decode;
use crate::domain::statement::{Body, Statement};
use crate::ledger::note::LogVerifier;
use crate::store::audit::{self, Links, Numbers, Row};
use crate::store::db::Tx;
use crate::store::error::StoreError;
use crate::store::{log, people};

/// What the entries gone through add up to.
#[derive(Debug, Default)]
pub(in crate::app) struct Tally {
    /// Sign-offs.
    pub sign_offs: u64,
    /// Index rows that say that they are withdrawn.
    pub marked: u64,
    /// Withdrawals that the index agrees with.
    pub withdrawn: u64,
}

impl Tally {
    /// Holds a statement's index row against it.
    pub(in crate::app) fn hold(
        &mut self,
        statement: &Statement,
        position: u64,
        row: Option<Row>,
        numbers: &Numbers,
    ) -> Result<(), &'static str> {
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
    let genesis = log::entry_at(tx, 0)?.and_then(|entry| decode(&entry.signed.text).ok());
    let Some(Body::Genesis(genesis)) = genesis.map(|statement| statement.body) else { return Ok(None) };
    let kept = log::log(tx)?.map(|(_, vkey)| vkey);
    if kept.as_deref() != Some(genesis.log_key.as_str()) {
        faults.add(None, "The log's key in the file is not the one that its genesis states");
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
        if people::holder(tx, fingerprint).ok().flatten() != Some((held.person.clone(), held.key.clone())) {
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
        let places = |ksb: &crate::domain::standard::Ksb| {
            let duties = standard.duties().iter().enumerate();
            duties.filter(|(_, duty)| ksb.duties.contains(&duty.no)).map(|(at, _)| at).collect()
        };
        links.insert(*number, standard.ksbs().iter().map(|ksb| (ksb.code, places(ksb))).collect());
    }
    audit::check_states(tx, &links, &mut |what| faults.add(None, format!("In the index, {what}")))
}
