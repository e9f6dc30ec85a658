//! Who signs, in which role, with which key; who is meant. Must never judge what is stated.

use crate::domain::person::{Named, Person, Role};
use crate::domain::roster::{HeldKey, Roster};
use crate::domain::rules::refusal::Refusal;
use crate::domain::statement::Statement;
use crate::domain::value::Digest;

/// The signer is known, current, has this role, this name, this registration, and this key is theirs and signs.
pub(crate) fn signer(roster: &Roster, statement: &Statement, key: &Digest) -> Result<(), Refusal> {
    let held = holder(roster, statement, key)?;
    if held.pending {
        return Err(Refusal::KeyPending);
    }
    if held.compromised.is_some() {
        return Err(Refusal::KeyCompromised);
    }
    if held.retired.is_some() { Err(Refusal::KeyRetired) } else { Ok(()) }
}

/// The same of a statement that stood at `position` once: its key signed still, and was not in other hands.
pub(crate) fn signer_then(roster: &Roster, statement: &Statement, key: &Digest, position: u64) -> Result<(), Refusal> {
    let held = holder(roster, statement, key)?;
    if held.pending {
        return Err(Refusal::KeyPending);
    }
    if held.compromised.is_some_and(|from| from <= position) {
        return Err(Refusal::KeyCompromised);
    }
    if held.retired.is_some_and(|at| at <= position) { Err(Refusal::KeyRetired) } else { Ok(()) }
}

fn holder<'r>(roster: &'r Roster, statement: &Statement, key: &Digest) -> Result<&'r HeldKey, Refusal> {
    let signer = &statement.signer;
    in_role(roster, &signer.who, signer.role)?;
    let registration = roster.people.get(&signer.who.id).and_then(|person| person.registration.as_ref());
    if registration != signer.registration.as_ref() {
        return Err(Refusal::OtherRegistration(signer.who.name.to_string()));
    }
    match roster.keys.get(key) {
        Some(held) if held.person == signer.who.id => Ok(held),
        _ => Err(Refusal::NotTheirKey(signer.who.name.to_string())),
    }
}

/// The statement is made as a training officer.
pub(crate) fn officer(statement: &Statement) -> Result<(), Refusal> {
    acts_as(statement, Role::TrainingOfficer)
}

/// The statement is made in this role.
pub(crate) fn acts_as(statement: &Statement, role: Role) -> Result<(), Refusal> {
    if statement.signer.role == role { Ok(()) } else { Err(not_in(&statement.signer.who, role)) }
}

/// The person is in the log under this name.
pub(crate) fn named<'r>(roster: &'r Roster, who: &Named) -> Result<&'r Person, Refusal> {
    let person = roster.people.get(&who.id).ok_or_else(|| Refusal::Unknown(who.name.to_string()))?;
    if person.name == who.name { Ok(person) } else { Err(Refusal::OtherName(who.name.to_string())) }
}

/// The person is in the log under this name and has not left.
pub(crate) fn current(roster: &Roster, who: &Named) -> Result<(), Refusal> {
    let person = named(roster, who)?;
    if person.left { Err(Refusal::Left(who.name.to_string())) } else { Ok(()) }
}

/// The person is current and has this role.
pub(crate) fn in_role(roster: &Roster, who: &Named, role: Role) -> Result<(), Refusal> {
    current(roster, who)?;
    let has = roster.people.get(&who.id).is_some_and(|person| person.may_act_as(role));
    if has { Ok(()) } else { Err(not_in(who, role)) }
}

/// They do not have this role, or do not act in it.
pub(crate) fn not_in(who: &Named, role: Role) -> Refusal {
    Refusal::NotInRole { name: who.name.to_string(), role: role.words() }
}
