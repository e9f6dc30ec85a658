//! Checks what a training officer states of people, keys, standards and enrolments.

use crate::people::person::{Person, PersonRef, Role};
use crate::rules::facts::RuleContext;
use crate::rules::log_state::Roster;
use crate::rules::refusal::RuleViolation;
use crate::rules::signer::{current, in_role, not_in, role};
use crate::statement::Statement;
use crate::statement::kinds::adoption::Adoption;
use crate::statement::kinds::enrolment::NamedEnrolment;
use crate::statement::kinds::genesis::Genesis;
use crate::statement::kinds::keys::KeyGrant;

/// Checks that the log's first statement is signed by the officer that it names, with the key that it names.
pub(crate) fn begins(
    roster: &Roster,
    statement: &Statement,
    genesis: &Genesis,
    facts: RuleContext<'_>,
) -> Result<(), RuleViolation> {
    if facts.position != 0 || roster.origin.is_some() || statement.clock_suspect || facts.presence.is_of_security_key()
    {
        return Err(RuleViolation::Beginning);
    }
    let who = &statement.signer.who;
    if *who != genesis.officer || genesis.key.fingerprint() != *facts.key {
        return Err(RuleViolation::NotTheirKey(who.name.to_string()));
    }
    if !genesis.roles.contains(&Role::TrainingOfficer) {
        return Err(not_in(who, Role::TrainingOfficer));
    }
    role(statement)
}

/// Checks a change to a person; training officers cannot remove their own role.
pub(crate) fn person(statement: &Statement, person: &Person) -> Result<(), RuleViolation> {
    let own = person.id == statement.signer.who.id;
    if own && !person.may_act_as(Role::TrainingOfficer) { Err(RuleViolation::OwnRole) } else { Ok(()) }
}

/// Checks that a key is new and its holder current.
pub(crate) fn grant(roster: &Roster, grant: &KeyGrant) -> Result<(), RuleViolation> {
    current(roster, &grant.person)?;
    let fingerprint = grant.key.fingerprint();
    let known = roster.keys.contains_key(&fingerprint) || roster.issuer == Some(fingerprint);
    if known { Err(RuleViolation::KeyTwice) } else { Ok(()) }
}

/// Checks that a standard is adopted once, with the named text.
pub(crate) fn adoption(roster: &Roster, adoption: &Adoption, facts: RuleContext<'_>) -> Result<(), RuleViolation> {
    if roster.standards.contains_key(&adoption.standard) {
        return Err(RuleViolation::AdoptedTwice(adoption.standard.clone()));
    }
    let same = facts.standard.is_some_and(|standard| {
        *standard.reference() == adoption.standard
            && standard.title() == adoption.title.as_str()
            && standard.digest() == adoption.content
            && standard.local().is_none()
    });
    if same { Ok(()) } else { Err(RuleViolation::OtherContent) }
}

/// Checks that a trainee is enrolled on an adopted standard, with a valid scope.
pub(crate) fn enrolment(roster: &Roster, named: &NamedEnrolment) -> Result<(), RuleViolation> {
    let who = PersonRef { id: named.enrolment.trainee.clone(), name: named.name.clone() };
    in_role(roster, &who, Role::Trainee)?;
    let on = &named.enrolment.standard;
    match roster.standards.get(on) {
        None => Err(RuleViolation::NotAdopted(on.clone())),
        Some(standard) if standard.local().is_some() => Err(RuleViolation::OnList(on.clone())),
        Some(standard) => {
            standard.scope_fault(&named.enrolment.scope).map_or(Ok(()), |fault| Err(RuleViolation::Scope(fault)))
        }
    }
}
