//! How a key ends, and how a new one becomes good. Must never judge what a key signed.

use crate::domain::key_life::{Compromise, Retire};
use crate::domain::person::{Named, Role};
use crate::domain::record_marks::{Countersign, MEANING_COUNTERSIGN_KEY};
use crate::domain::roster::{HeldKey, Roster};
use crate::domain::rules::refusal::Refusal;
use crate::domain::rules::who::{acts_as, named};
use crate::domain::statement::Statement;
use crate::domain::value::{Digest, PersonId};

/// A key is retired by its holder or a training officer, once.
pub(crate) fn retire(roster: &Roster, statement: &Statement, retire: &Retire) -> Result<(), Refusal> {
    let held = theirs(roster, statement, &retire.person, &retire.key)?;
    if held.compromised.is_some() {
        return Err(Refusal::KeyCompromised);
    }
    if held.retired.is_some() { Err(Refusal::KeyRetired) } else { Ok(()) }
}

/// A key is said to have been in other hands, from a position that is past; again only from an earlier one.
pub(crate) fn compromise(
    roster: &Roster,
    statement: &Statement,
    compromise: &Compromise,
    position: u64,
) -> Result<(), Refusal> {
    let held = theirs(roster, statement, &compromise.person, &compromise.key)?;
    if compromise.from > position {
        return Err(Refusal::FromAhead);
    }
    if held.compromised.is_some_and(|from| from <= compromise.from) {
        return Err(Refusal::KeyCompromised);
    }
    Ok(())
}

fn theirs<'r>(roster: &'r Roster, statement: &Statement, person: &Named, key: &Digest) -> Result<&'r HeldKey, Refusal> {
    named(roster, person)?;
    let held = roster.keys.get(key).filter(|held| held.person == person.id).ok_or(Refusal::NoSuchKey)?;
    let signer = &statement.signer;
    if signer.role == Role::TrainingOfficer || signer.who.id == person.id {
        Ok(held)
    } else {
        Err(Refusal::NotTheirsToEnd(person.name.to_string()))
    }
}

/// A new key that waits for it is countersigned by a training officer who neither stated nor holds it.
pub(crate) fn countersign(
    roster: &Roster,
    statement: &Statement,
    countersign: &Countersign,
    stated_by: &PersonId,
) -> Result<(), Refusal> {
    acts_as(statement, Role::TrainingOfficer)?;
    let waiting = roster.pending.get(&countersign.of).and_then(|fingerprint| roster.keys.get(fingerprint));
    let held = waiting.ok_or(Refusal::NotPending)?;
    named(roster, &countersign.whose)?;
    if held.person != countersign.whose.id {
        return Err(Refusal::NoTarget);
    }
    let by = &statement.signer.who.id;
    if by == stated_by || *by == held.person {
        return Err(Refusal::SamePerson);
    }
    if held.compromised.is_some() {
        return Err(Refusal::KeyCompromised);
    }
    if held.retired.is_some() {
        return Err(Refusal::KeyRetired);
    }
    if countersign.meaning.as_str() == MEANING_COUNTERSIGN_KEY { Ok(()) } else { Err(Refusal::OtherCountersign) }
}
