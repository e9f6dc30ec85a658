//! Checks the statements about other departments' logs: their keys, and the bundles received from them.

use crate::rules::log_state::Roster;
use crate::rules::refusal::RuleViolation;
use crate::rules::signer::{current, named};
use crate::statement::kinds::other_log::OtherLog;
use crate::statement::kinds::received::Received;
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
