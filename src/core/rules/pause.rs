//! Checks breaks in learning.

use crate::people::person::Role;
use crate::primitives::date::day_words;
use crate::rules::log_state::Roster;
use crate::rules::refusal::RuleViolation;
use crate::rules::signer::in_role;
use crate::statement::kinds::enrolment::Pause;

/// Checks that an enrolled trainee's break starts on or after the programme and does not overlap another.
pub(crate) fn pause(roster: &Roster, pause: &Pause) -> Result<(), RuleViolation> {
    in_role(roster, &pause.trainee, Role::Trainee)?;
    let name = || pause.trainee.name.to_string();
    let enrolment = roster.enrolments.get(&pause.trainee.id).ok_or_else(|| RuleViolation::NotEnrolled(name()))?;
    let span = pause.span;
    if span.from < enrolment.start || span.back.is_some_and(|back| back < span.from) {
        return Err(RuleViolation::PauseDays);
    }
    let others = roster.pauses.get(&pause.trainee.id).map(Vec::as_slice).unwrap_or_default();
    match others.iter().find(|other| other.from != span.from && other.meets(span)) {
        Some(other) => Err(RuleViolation::PauseMeets { name: name(), from: day_words(other.from) }),
        None if others.contains(&span) => Err(RuleViolation::PauseSame(name())),
        None => Ok(()),
    }
}
