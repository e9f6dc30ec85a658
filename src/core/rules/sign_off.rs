//! Checks a sign-off: signer, trainee, item, dates and meaning.

use crate::people::person::Role;
use crate::primitives::date::long_day;
use crate::rules::competences::listed;
use crate::rules::log_state::Roster;
use crate::rules::refusal::RuleViolation;
use crate::rules::signer::in_role;
use crate::statement::Statement;
use crate::statement::kinds::sign_off::{MEANING_ACHIEVED, MEANING_NOT_ACHIEVED, Outcome, SignOff};

/// The furthest that a calendar day can be ahead of UTC (UTC+14), in seconds.
pub(crate) const CALENDAR_AHEAD: i64 = 14 * 3600;

/// The furthest that a calendar day can be behind UTC (UTC−12), in seconds.
const CALENDAR_BEHIND: i64 = 12 * 3600;

/// Whether to check that a late sign-off has a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lateness {
    Judged,
    /// It was checked before, under the policy of that time.
    Past,
}

/// Checks a supervisor's sign-off: a KSB that the trainee must show, observed recently.
pub(crate) fn seen(
    roster: &Roster,
    statement: &Statement,
    s: &SignOff,
    lateness: Lateness,
) -> Result<(), RuleViolation> {
    let signer = &statement.signer;
    if s.trainee.id == signer.who.id {
        return Err(RuleViolation::OwnRecord);
    }
    in_role(roster, &s.trainee, Role::Trainee)?;
    let name = || s.trainee.name.to_string();
    let enrolment = roster.enrolments.get(&s.trainee.id).ok_or_else(|| RuleViolation::NotEnrolled(name()))?;
    let standard = &s.item.standard;
    let adopted = if enrolment.standard == *standard {
        roster.standards.get(standard).ok_or_else(|| RuleViolation::NotAdopted(standard.clone()))?
    } else {
        listed(roster, statement, s, enrolment)?
    };
    let code = s.item.code;
    let ksb = adopted.ksb(code).ok_or_else(|| RuleViolation::NoSuchKsb { standard: standard.clone(), code })?;
    if ksb.digest != s.item.text {
        return Err(RuleViolation::OtherText(code));
    }
    // A restored sign-off was allowed when signed, under the scope of that time.
    if lateness == Lateness::Judged
        && enrolment.standard == *standard
        && let Some(why) = adopted.why_not_asked(&enrolment.scope, code)
    {
        return Err(RuleViolation::NotAsked { name: name(), code, why });
    }
    if s.observed > statement.signed.plus(CALENDAR_AHEAD).day() {
        return Err(RuleViolation::Future(long_day(s.observed)));
    }
    let days = (statement.signed.day() - s.observed).num_days();
    let most = roster.policy.late_days;
    if lateness == Lateness::Judged && days > i64::from(most) && s.late.is_none() {
        return Err(RuleViolation::Late { days, most });
    }
    check_texts(s)
}

/// Checks that the action is not due before the day of signing, in any time zone.
pub(crate) fn due_after_made(statement: &Statement, s: &SignOff) -> Result<(), RuleViolation> {
    let earliest = statement.signed.plus(-CALENDAR_BEHIND).day();
    match s.action.as_ref().filter(|action| action.by < earliest) {
        Some(action) => Err(RuleViolation::ActionPast(long_day(action.by))),
        None => Ok(()),
    }
}

/// Checks that feedback, action and meaning fit the outcome.
fn check_texts(s: &SignOff) -> Result<(), RuleViolation> {
    if s.outcome == Outcome::NotAchieved && (s.feedback.is_none() || s.action.is_none()) {
        return Err(RuleViolation::NeedsFeedback);
    }
    if s.action.as_ref().is_some_and(|action| action.by < s.observed) {
        return Err(RuleViolation::ActionBefore);
    }
    let meaning = match s.outcome {
        Outcome::Achieved => MEANING_ACHIEVED,
        Outcome::NotAchieved => MEANING_NOT_ACHIEVED,
    };
    if s.meaning.as_str() == meaning { Ok(()) } else { Err(RuleViolation::OtherMeaning) }
}
