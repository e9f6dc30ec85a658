//! Checks the retirement, compromise and countersigning of keys.

use crate::people::person::{PersonRef, Role};
use crate::primitives::ids::{Digest, PersonId};
use crate::rules::log_state::{RegisteredKey, Roster};
use crate::rules::refusal::RuleViolation;
use crate::rules::signer::{acts_as, named};
use crate::statement::Statement;
use crate::statement::kinds::countersign::{Countersign, MEANING_COUNTERSIGN_KEY};
use crate::statement::kinds::issuer::{IssuerChange, IssuerKey};
use crate::statement::kinds::keys::{Compromise, Retire};

/// Checks that the holder or a training officer retires a key, once.
pub(crate) fn retire(roster: &Roster, statement: &Statement, retire: &Retire) -> Result<(), RuleViolation> {
    let registered = theirs(roster, statement, &retire.person, &retire.key)?;
    if registered.compromised.is_some() {
        return Err(RuleViolation::KeyCompromised);
    }
    if registered.retired.is_some() { Err(RuleViolation::KeyRetired) } else { Ok(()) }
}

/// Checks a compromise: its first position is not ahead of the statement, and is earlier than any stated before.
pub(crate) fn compromise(
    roster: &Roster,
    statement: &Statement,
    compromise: &Compromise,
    position: u64,
) -> Result<(), RuleViolation> {
    let registered = theirs(roster, statement, &compromise.person, &compromise.key)?;
    if compromise.from > position {
        return Err(RuleViolation::FromAhead);
    }
    if registered.compromised.is_some_and(|from| from <= compromise.from) {
        return Err(RuleViolation::KeyCompromised);
    }
    Ok(())
}

/// Checks that a new issuer key belongs to no person and is not in force already, and that only the one in force is retired.
pub(crate) fn issuer(roster: &Roster, content: &IssuerKey) -> Result<(), RuleViolation> {
    let fingerprint = content.key.fingerprint();
    let in_force = roster.issuer == Some(fingerprint);
    match content.change {
        IssuerChange::InForce { .. } if in_force || roster.keys.contains_key(&fingerprint) => {
            Err(RuleViolation::KeyTwice)
        }
        IssuerChange::Retired { .. } if !in_force => Err(RuleViolation::NotTheIssuerKey),
        IssuerChange::InForce { .. } | IssuerChange::Retired { .. } => Ok(()),
    }
}

fn theirs<'r>(
    roster: &'r Roster,
    statement: &Statement,
    person: &PersonRef,
    key: &Digest,
) -> Result<&'r RegisteredKey, RuleViolation> {
    named(roster, person)?;
    let registered =
        roster.keys.get(key).filter(|registered| registered.person == person.id).ok_or(RuleViolation::NoSuchKey)?;
    let signer = &statement.signer;
    if signer.role == Role::TrainingOfficer || signer.who.id == person.id {
        Ok(registered)
    } else {
        Err(RuleViolation::NotTheirsToEnd(person.name.to_string()))
    }
}

/// Checks that a pending key is countersigned by a training officer who neither stated nor holds it.
pub(crate) fn countersign(
    roster: &Roster,
    statement: &Statement,
    countersign: &Countersign,
    stated_by: &PersonId,
) -> Result<(), RuleViolation> {
    acts_as(statement, Role::TrainingOfficer)?;
    let waiting = roster.pending.get(&countersign.of).and_then(|fingerprint| roster.keys.get(fingerprint));
    let registered = waiting.ok_or(RuleViolation::NotPending)?;
    named(roster, &countersign.whose)?;
    if registered.person != countersign.whose.id {
        return Err(RuleViolation::NoTarget);
    }
    let by = &statement.signer.who.id;
    if by == stated_by || *by == registered.person {
        return Err(RuleViolation::SamePerson);
    }
    if registered.compromised.is_some() {
        return Err(RuleViolation::KeyCompromised);
    }
    if registered.retired.is_some() {
        return Err(RuleViolation::KeyRetired);
    }
    if countersign.meaning.as_str() == MEANING_COUNTERSIGN_KEY { Ok(()) } else { Err(RuleViolation::OtherCountersign) }
}
