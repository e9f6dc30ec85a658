//! Checks the signer of a statement, and the people that it names.

use crate::people::person::{Person, PersonRef, Role};
use crate::primitives::ids::Digest;
use crate::primitives::presence::Presence;
use crate::rules::log_state::{Policy, RegisteredKey, Roster};
use crate::rules::refusal::RuleViolation;
use crate::statement::Statement;
use crate::statement::kind::Kind;

/// Checks that the signer is current, with this role, name and registration, and that the key is theirs and may sign.
pub(crate) fn signer(roster: &Roster, statement: &Statement, key: &Digest) -> Result<(), RuleViolation> {
    let registered = holder(roster, statement, key)?;
    if registered.pending {
        return Err(RuleViolation::KeyPending);
    }
    if registered.compromised.is_some() {
        return Err(RuleViolation::KeyCompromised);
    }
    if registered.retired.is_some() { Err(RuleViolation::KeyRetired) } else { Ok(()) }
}

/// Checks how the signer authenticated: that it is named rightly, that a security key was touched, and that the policy allows it.
pub(crate) fn authenticated(roster: &Roster, statement: &Statement, presence: Presence) -> Result<(), RuleViolation> {
    let (auth, policy) = (statement.signer.auth, &roster.policy);
    if auth.is_security_key() != presence.is_of_security_key() {
        return Err(RuleViolation::OtherAuth);
    }
    if presence == Presence::Untouched {
        return Err(RuleViolation::Untouched);
    }
    if auth.is_forwarded() && policy.forwarded_agent == 0 {
        return Err(RuleViolation::ForwardedAgent);
    }
    if !needs_security_key(statement, policy) {
        return Ok(());
    }
    match presence {
        Presence::Unknown => Err(RuleViolation::NeedsSecurityKey),
        Presence::Touched if policy.security_key > 1 => Err(RuleViolation::Unverified),
        Presence::Untouched | Presence::Touched | Presence::Verified => Ok(()),
    }
}

/// Returns whether the policy asks for a security key: for sign-offs, and for the countersignatures that let them count.
fn needs_security_key(statement: &Statement, policy: &Policy) -> bool {
    let signs_off = [Kind::SignOff, Kind::Countersign].contains(&statement.body.kind());
    policy.security_key > 0 && signs_off && statement.signer.role == Role::Supervisor
}

/// Checks the signer of a statement that was at `position` in a lost log: the key still signed there, uncompromised.
pub(crate) fn signer_then(
    roster: &Roster,
    statement: &Statement,
    key: &Digest,
    position: u64,
) -> Result<(), RuleViolation> {
    let registered = holder(roster, statement, key)?;
    if registered.pending {
        return Err(RuleViolation::KeyPending);
    }
    if registered.compromised.is_some_and(|from| from <= position) {
        return Err(RuleViolation::KeyCompromised);
    }
    if registered.retired.is_some_and(|at| at <= position) { Err(RuleViolation::KeyRetired) } else { Ok(()) }
}

fn holder<'r>(roster: &'r Roster, statement: &Statement, key: &Digest) -> Result<&'r RegisteredKey, RuleViolation> {
    let signer = &statement.signer;
    in_role(roster, &signer.who, signer.role)?;
    let registration = roster.people.get(&signer.who.id).and_then(|person| person.registration.as_ref());
    if registration != signer.registration.as_ref() {
        return Err(RuleViolation::OtherRegistration(signer.who.name.to_string()));
    }
    match roster.keys.get(key) {
        Some(registered) if registered.person == signer.who.id => Ok(registered),
        _ => Err(RuleViolation::NotTheirKey(signer.who.name.to_string())),
    }
}

/// Checks that the statement is made in a role that may sign its kind.
pub(crate) fn role(statement: &Statement) -> Result<(), RuleViolation> {
    let roles = statement.body.kind().roles();
    match roles.first() {
        Some(first) if !roles.contains(&statement.signer.role) => Err(not_in(&statement.signer.who, *first)),
        _ => Ok(()),
    }
}

/// Checks that the statement is made in this role.
pub(crate) fn acts_as(statement: &Statement, role: Role) -> Result<(), RuleViolation> {
    if statement.signer.role == role { Ok(()) } else { Err(not_in(&statement.signer.who, role)) }
}

/// Returns the person, checked to be in the log under this name.
pub(crate) fn named<'r>(roster: &'r Roster, who: &PersonRef) -> Result<&'r Person, RuleViolation> {
    let person = roster.people.get(&who.id).ok_or_else(|| RuleViolation::Unknown(who.name.to_string()))?;
    if person.name == who.name { Ok(person) } else { Err(RuleViolation::OtherName(who.name.to_string())) }
}

/// Checks that the person is in the log under this name and has not left.
pub(crate) fn current(roster: &Roster, who: &PersonRef) -> Result<(), RuleViolation> {
    let person = named(roster, who)?;
    if person.left { Err(RuleViolation::Left(who.name.to_string())) } else { Ok(()) }
}

/// Checks that the person is current and has this role.
pub(crate) fn in_role(roster: &Roster, who: &PersonRef, role: Role) -> Result<(), RuleViolation> {
    current(roster, who)?;
    let has = roster.people.get(&who.id).is_some_and(|person| person.may_act_as(role));
    if has { Ok(()) } else { Err(not_in(who, role)) }
}

/// Returns the violation for a person who lacks this role or does not act in it.
pub(crate) fn not_in(who: &PersonRef, role: Role) -> RuleViolation {
    RuleViolation::NotInRole { name: who.name.to_string(), role: role.words() }
}
