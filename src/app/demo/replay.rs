//! Writes the demo's events in time order and in one transaction: signed statements, claims, files and hours.

use std::collections::HashMap;

use crate::clock::SetClock;
use crate::demo::event::{DemoAction, Event, Holder, Tag};
use crate::error::Error;
use crate::log::append::SigningIdentity;
use crate::log::writer::LogWriter;
use crate::random::Random;
use countersign_core::people::person::{Person, Role, Viewer};
use countersign_core::primitives::ids::{PersonId, StandardRef, StatementId};
use countersign_core::statement::{AuthMethod, Body};
use countersign_store::{claims, evidence, hours, supervision};

/// Events between two calls of `progress`.
const EVENTS: u64 = 64;

/// Writes all events and who supervises whom; returns the ids of what was signed with a tag. `progress` gets the number of
/// events done and the total.
pub fn write(
    log: &mut LogWriter,
    random: &mut dyn Random,
    standards: &[StandardRef],
    holders: &[Holder],
    mut events: Vec<Event>,
    under: &[(PersonId, PersonId)],
    progress: &mut dyn FnMut(u64, u64),
) -> Result<HashMap<Tag, Vec<StatementId>>, Error> {
    events.sort_by_key(|event| event.at);
    // People's details change over time, and each statement is signed with those current then.
    let mut people: Vec<Person> = holders.iter().map(|holder| holder.person.clone()).collect();
    let places: HashMap<PersonId, usize> =
        holders.iter().enumerate().map(|(at, holder)| (holder.person.id.clone(), at)).collect();
    let mut found: HashMap<Tag, Vec<StatementId>> = HashMap::new();
    let total = events.len() as u64;
    log.append_freely(standards, random, &mut |tx, state| {
        for (supervisor, trainee) in under {
            supervision::add(tx, supervisor, trainee)?;
        }
        for (done, Event { at, by, role, act }) in (0..).zip(&mut events) {
            if done % EVENTS == 0 {
                progress(done, total);
            }
            let clock = SetClock(*at);
            let bodies = match act {
                DemoAction::Sign(bodies, _) => std::mem::take(bodies),
                DemoAction::SignAbout(of, body) => {
                    let of = found
                        .get(of)
                        .and_then(|ids| ids.first())
                        .ok_or_else(|| Error::refused("The demo refers to a statement that it does not make"))?;
                    vec![body(*of)]
                }
                DemoAction::Claim(new, file) => {
                    let viewer = Viewer::Own(new.trainee.clone());
                    if let Some(file) = file {
                        let number = evidence::put(tx, &file.looked, &mut file.bytes.as_slice())?;
                        evidence::hold(tx, &viewer, &new.trainee, number, (&file.name, new.made))?;
                    }
                    claims::make(tx, &viewer, new)?;
                    continue;
                }
                DemoAction::Enter(trainee, entry) => {
                    hours::put(tx, trainee, entry)?;
                    continue;
                }
            };
            for body in &bodies {
                if let Body::Person(person) = body
                    && let Some(at) = places.get(&person.id)
                {
                    people[*at].clone_from(person);
                }
            }
            let holder = &holders[*by];
            let auth = if *role == Role::TrainingOfficer { AuthMethod::Passphrase } else { AuthMethod::Pin };
            let identity =
                SigningIdentity { person: &people[*by], key: &holder.key, public: &holder.public, role: *role, auth };
            let ids = state(tx, &identity, bodies, &clock)?;
            if let DemoAction::Sign(_, Some(tag)) = &*act {
                found.insert(*tag, ids);
            }
        }
        Ok(())
    })?;
    Ok(found)
}
