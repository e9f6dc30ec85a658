//! What a pause of an enrolment must be. Must never judge its reason.

use crate::domain::pause::Pause;
use crate::domain::person::Role;
use crate::domain::roster::Roster;
use crate::domain::rules::refusal::Refusal;
use crate::domain::rules::who::{in_role, officer};
use crate::domain::statement::Statement;
use crate::domain::when::day_words;

/// An enrolled trainee's pause, not before the start, that meets no other.
pub(crate) fn pause(roster: &Roster, statement: &Statement, pause: &Pause) -> Result<(), Refusal> {
    officer(statement)?;
    in_role(roster, &pause.trainee, Role::Trainee)?;
    let name = || pause.trainee.name.to_string();
    let enrolment = roster.enrolments.get(&pause.trainee.id).ok_or_else(|| Refusal::NotEnrolled(name()))?;
    let span = pause.span;
    if span.from < enrolment.start || span.back.is_some_and(|back| back < span.from) {
        return Err(Refusal::PauseDays);
    }
    let others = roster.pauses.get(&pause.trainee.id).map(Vec::as_slice).unwrap_or_default();
    match others.iter().find(|other| other.from != span.from && other.meets(span)) {
        Some(other) => Err(Refusal::PauseMeets { name: name(), from: day_words(other.from) }),
        None if others.contains(&span) => Err(Refusal::PauseSame(name())),
        None => Ok(()),
    }
}
