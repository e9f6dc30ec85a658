//! Checks the statements about other departments' logs: their keys, and the bundles received from them.

use crate::people::person::{PersonRef, Role};
use crate::primitives::ids::{LogOrigin, PersonId};
use crate::rules::log_state::Roster;
use crate::rules::refusal::RuleViolation;
use crate::rules::signer::{current, in_role, named};
use crate::statement::kinds::other_log::OtherLog;
use crate::statement::kinds::received::Received;
use crate::statement::kinds::rotation::Rotation;
use crate::statement::kinds::taken_back::TakenBack;

/// Checks that the key of another log is accepted once, and that only an accepted one is stopped.
pub(crate) fn other_log(roster: &Roster, content: &OtherLog) -> Result<(), RuleViolation> {
    let origin = content.origin().ok_or(RuleViolation::OtherLog)?;
    if roster.origin.as_ref() == Some(&origin) {
        return Err(RuleViolation::OwnLog);
    }
    match (roster.other_logs.get(&origin), &content.stopped) {
        (Some(known), None) if *known == content.log_key => Err(RuleViolation::AcceptedAlready(origin)),
        (Some(_), None) => Err(RuleViolation::OtherLogKey(origin)),
        (Some(known), Some(_)) if *known == content.log_key => Ok(()),
        (_, Some(_)) => Err(RuleViolation::NotAcceptedLog(origin)),
        (None, None) => Ok(()),
    }
}

/// Checks that a bundle is received for a person of this log, from logs whose keys are accepted.
pub(crate) fn received(roster: &Roster, received: &Received) -> Result<(), RuleViolation> {
    current(roster, &received.trainee)?;
    for part in &received.parts {
        if !roster.other_logs.contains_key(&part.origin) {
            return Err(RuleViolation::NotAcceptedLog(part.origin.clone()));
        }
    }
    Ok(())
}

/// Checks that what is taken back was received for this trainee, as the same person of that log.
pub(crate) fn taken_back(roster: &Roster, content: &TakenBack) -> Result<(), RuleViolation> {
    named(roster, &content.trainee)?;
    for log in &content.logs {
        if roster.received.get(&(content.trainee.id.clone(), log.origin.clone())) != Some(&log.there) {
            return Err(RuleViolation::NothingReceived {
                name: content.trainee.name.to_string(),
                origin: log.origin.clone(),
            });
        }
    }
    Ok(())
}

/// Checks that a trainee rotates to an accepted log as one person there, who is nobody else here, and that only what has
/// begun ends.
pub(crate) fn rotation(roster: &Roster, content: &Rotation) -> Result<(), RuleViolation> {
    let place = (content.trainee.id.clone(), content.origin.clone());
    let known = roster.rotations.get(&place);
    if content.ended.is_some() {
        named(roster, &content.trainee)?;
        return if known == Some(&content.there) { Ok(()) } else { Err(no_rotation(content)) };
    }
    in_role(roster, &content.trainee, Role::Trainee)?;
    if !roster.other_logs.contains_key(&content.origin) {
        return Err(RuleViolation::NotAcceptedLog(content.origin.clone()));
    }
    if known.is_some() {
        return Err(RuleViolation::RotatesAlready {
            name: content.trainee.name.to_string(),
            origin: content.origin.clone(),
        });
    }
    let same = |(of, there): (&(PersonId, LogOrigin), &PersonRef)| {
        (of.1 == content.origin && there.id == content.there.id).then(|| of.0.clone())
    };
    match roster.rotations.iter().find_map(same) {
        Some(other) => Err(RuleViolation::RotatesForAnother {
            there: content.there.name.to_string(),
            origin: content.origin.clone(),
            other: roster.people.get(&other).map_or_else(|| other.to_string(), |person| person.name.to_string()),
        }),
        None => Ok(()),
    }
}

fn no_rotation(content: &Rotation) -> RuleViolation {
    RuleViolation::NoRotation { name: content.trainee.name.to_string(), origin: content.origin.clone() }
}
