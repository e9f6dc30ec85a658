//! Checks what a training officer carries over from an earlier record.

use crate::people::person::Role;
use crate::primitives::date::long_day;
use crate::rules::competences::in_force;
use crate::rules::log_state::Roster;
use crate::rules::refusal::RuleViolation;
use crate::rules::sign_off::CALENDAR_AHEAD;
use crate::rules::signer::in_role;
use crate::statement::Statement;
use crate::statement::kinds::carry_over::{CarryOver, MEANING_CARRIED};

/// Checks that the record is another's, of their standard or a list for it, of items that are required, and not of the
/// future. However old it is, it needs no reason.
pub(crate) fn carried(roster: &Roster, statement: &Statement, carried: &CarryOver) -> Result<(), RuleViolation> {
    let trainee = &carried.trainee;
    if trainee.id == statement.signer.who.id {
        return Err(RuleViolation::OwnRecord);
    }
    in_role(roster, trainee, Role::Trainee)?;
    let name = || trainee.name.to_string();
    let enrolment = roster.enrolments.get(&trainee.id).ok_or_else(|| RuleViolation::NotEnrolled(name()))?;
    let latest = statement.signed.plus(CALENDAR_AHEAD).day();
    for list in &carried.lists {
        let of = &list.standard;
        let adopted = if enrolment.standard == *of {
            roster.standards.get(of).ok_or_else(|| RuleViolation::NotAdopted(of.clone()))?
        } else {
            in_force(roster, of, enrolment, trainee)?
        };
        if adopted.digest() != list.content {
            return Err(RuleViolation::OtherContent);
        }
        for item in &list.items {
            let code = item.code;
            if adopted.ksb(code).is_none() {
                return Err(RuleViolation::NoSuchKsb { standard: of.clone(), code });
            }
            if enrolment.standard == *of
                && let Some(why) = adopted.why_not_asked(&enrolment.scope, code)
            {
                return Err(RuleViolation::NotAsked { name: name(), code, why });
            }
            if item.on > latest {
                return Err(RuleViolation::Future(long_day(item.on)));
            }
        }
    }
    if carried.meaning.as_str() == MEANING_CARRIED { Ok(()) } else { Err(RuleViolation::OtherCarried) }
}
