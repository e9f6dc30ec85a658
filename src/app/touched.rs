//! What the rules must know of all that some statements touch, read from the file as it is now. Must never change it.

use std::collections::HashMap;
use std::sync::Arc;

use crate::app::error::Error;
use crate::domain::key::PublicKey;
use crate::domain::roster::{HeldKey, Roster};
use crate::domain::rules::facts::{Said, Target};
use crate::domain::standard::Standard;
use crate::domain::statement::Body;
use crate::domain::statement::decode::decode;
use crate::domain::value::{PersonId, StandardRef, StatementId};
use crate::store::db::Tx;
use crate::store::{competence, log, people, standards};

/// What holds of all that these bodies touch, as the file says now.
pub(in crate::app) fn roster_for(
    tx: &Tx<'_>,
    signer: &PersonId,
    key: &PublicKey,
    bodies: &[Body],
    about: &HashMap<StandardRef, Arc<Standard>>,
) -> Result<Roster, Error> {
    let begun = log::head(tx)?.is_some_and(|head| head.size > 0);
    let mut roster = Roster {
        origin: if begun { log::log(tx)?.map(|(origin, _)| origin) } else { None },
        policy: people::policy(tx)?,
        newest: people::newest(tx)?,
        ..Roster::default()
    };
    let touch = |roster: &mut Roster, id: &PersonId| -> Result<(), Error> {
        if !roster.people.contains_key(id) {
            roster.people.extend(people::person(tx, id)?.map(|person| (id.clone(), person)));
            roster.enrolments.extend(people::enrolment(tx, id)?.map(|enrolment| (id.clone(), enrolment)));
        }
        Ok(())
    };
    touch(&mut roster, signer)?;
    let mut keys = vec![key.fingerprint()];
    for body in bodies {
        match body {
            Body::SignOff(sign_off) => touch(&mut roster, &sign_off.trainee.id)?,
            Body::Enrolment(named) => touch(&mut roster, &named.enrolment.trainee)?,
            Body::Person(person) => touch(&mut roster, &person.id)?,
            Body::Withdraw(withdraw) => {
                touch(&mut roster, &withdraw.trainee.id)?;
                if let Some((target, _)) = target(tx, withdraw.of)? {
                    if let Some(said) = target.said {
                        touch(&mut roster, &said.signer)?;
                    }
                }
            }
            Body::Key(grant) => {
                touch(&mut roster, &grant.person.id)?;
                keys.push(grant.key.fingerprint());
            }
            _ => {}
        }
    }
    for fingerprint in keys {
        if let Some((person, key)) = people::holder(tx, &fingerprint)? {
            roster.keys.insert(fingerprint, HeldKey { person, key, pending: false, retired: None, compromised: None });
        }
    }
    // What is offered and not adopted yet is not in the roster: the rules would take it for adopted.
    let adopted = standards::all(tx)?;
    let adopted = adopted.into_iter().filter_map(|of| about.get(&of).map(|s| (of, Arc::clone(s))));
    roster.standards.extend(adopted);
    Ok(roster)
}

/// What a rule must know of a statement that is to be withdrawn, and the standard it is about.
pub(in crate::app) fn target(tx: &Tx<'_>, of: StatementId) -> Result<Option<(Target, StandardRef)>, Error> {
    let Some(entry) = log::entry_of(tx, of)? else { return Ok(None) };
    let statement = decode(&entry.signed.text)?;
    let Body::SignOff(sign_off) = &statement.body else { return Ok(None) };
    let said = Said {
        withdrawn: competence::withdrawn(tx, entry.position)?.is_some(),
        ..Said::new(statement.body.kind(), statement.signer.who.id.clone(), Some(sign_off.trainee.id.clone()))
    };
    let target = Target { position: entry.position, leaf: None, said: Some(said), erased: None };
    Ok(Some((target, sign_off.item.standard.clone())))
}
