//! Checks confirmed hours, recognised prior learning, training plans and gateway records.

use chrono::NaiveDate;

use crate::people::person::{PersonRef, Role};
use crate::primitives::date::long_day;
use crate::primitives::ids::{KsbCode, StandardRef};
use crate::programme::hours::{MOST_A_DAY, QuarterHours};
use crate::rules::facts::RuleContext;
use crate::rules::log_state::Roster;
use crate::rules::refusal::RuleViolation;
use crate::rules::sign_off::CALENDAR_AHEAD;
use crate::rules::signer::in_role;
use crate::standard::about::Assessment;
use crate::statement::Statement;
use crate::statement::kinds::confirm::Confirm;
use crate::statement::kinds::hours::{Hours, MEANING_HOURS};
use crate::statement::kinds::recognition::Recognition;
use crate::statement::kinds::requirement::{ENGLISH_MATHS, Requirement, SHOWN};
use crate::statement::kinds::review::Party;
use crate::statement::kinds::training_plan::TrainingPlan;

/// Checks that another person confirms the hours, once, and that no day exceeds 24 hours.
pub(crate) fn hours(
    roster: &Roster,
    statement: &Statement,
    hours: &Hours,
    facts: RuleContext<'_>,
) -> Result<(), RuleViolation> {
    by_another(roster, statement, &hours.trainee)?;
    let latest = statement.signed.plus(CALENDAR_AHEAD).day();
    if let Some(entry) = hours.entries.iter().find(|entry| entry.day > latest) {
        return Err(RuleViolation::HoursAhead(long_day(entry.day)));
    }
    if hours.entries.iter().any(|entry| facts.before.entries.contains(&entry.id)) {
        return Err(RuleViolation::HoursTwice);
    }
    let before = |day: NaiveDate| -> QuarterHours {
        facts.before.hours.iter().filter(|(on, _)| *on == day).map(|(_, hours)| *hours).sum()
    };
    for entry in &hours.entries {
        let own: QuarterHours =
            hours.entries.iter().filter(|other| other.day == entry.day).map(|other| other.hours).sum();
        let sum = own + before(entry.day);
        if sum > MOST_A_DAY {
            return Err(RuleViolation::HoursOfDay { day: long_day(entry.day), hours: sum.to_string() });
        }
    }
    if hours.meaning.as_str() == MEANING_HOURS { Ok(()) } else { Err(RuleViolation::OtherHoursMeaning) }
}

/// Checks that a training officer records a requirement that no other record shows.
pub(crate) fn requirement(
    roster: &Roster,
    statement: &Statement,
    requirement: &Requirement,
) -> Result<(), RuleViolation> {
    by_another(roster, statement, &requirement.trainee)?;
    let id = requirement.requirement.as_str();
    if SHOWN.contains(&id) {
        return Err(RuleViolation::ShownByRecords(id.to_owned()));
    }
    if requirement.outcome.is_decision() {
        if id != ENGLISH_MATHS {
            return Err(RuleViolation::NotToDecide(id.to_owned()));
        }
        let enrolment = roster.enrolments.get(&requirement.trainee.id);
        if enrolment.and_then(|enrolment| enrolment.aged_16_to_18) != Some(false) {
            return Err(RuleViolation::NotAged19(requirement.trainee.name.to_string()));
        }
    }
    Ok(())
}

/// Checks that a training officer recognises KSBs of the trainee's own standard.
pub(crate) fn recognition(
    roster: &Roster,
    statement: &Statement,
    requirement: &Recognition,
) -> Result<(), RuleViolation> {
    by_another(roster, statement, &requirement.trainee)?;
    on_their_standard(roster, &requirement.trainee, &requirement.standard, &requirement.codes)
}

/// Checks that a training officer plans KSBs of the trainee's own standard.
pub(crate) fn training_plan(roster: &Roster, statement: &Statement, plan: &TrainingPlan) -> Result<(), RuleViolation> {
    by_another(roster, statement, &plan.trainee)?;
    let codes: Vec<KsbCode> = plan.months.iter().flat_map(|month| month.codes.iter().copied()).collect();
    on_their_standard(roster, &plan.trainee, &plan.standard, &codes)
}

fn on_their_standard(
    roster: &Roster,
    trainee: &PersonRef,
    standard: &StandardRef,
    codes: &[KsbCode],
) -> Result<(), RuleViolation> {
    let name = || trainee.name.to_string();
    let enrolment = roster.enrolments.get(&trainee.id).ok_or_else(|| RuleViolation::NotEnrolled(name()))?;
    if enrolment.standard != *standard {
        return Err(RuleViolation::OtherStandard {
            name: name(),
            on: enrolment.standard.clone(),
            not: standard.clone(),
        });
    }
    let text = roster.standards.get(standard).ok_or_else(|| RuleViolation::NotAdopted(standard.clone()))?;
    for code in codes {
        if text.ksb(*code).is_none() {
            return Err(RuleViolation::NoSuchKsb { standard: standard.clone(), code: *code });
        }
        if let Some(why) = text.why_not_asked(&enrolment.scope, *code) {
            return Err(RuleViolation::NotAsked { name: name(), code: *code, why });
        }
    }
    Ok(())
}

/// Checks that employer and provider confirm once each, as two different people.
pub(crate) fn confirm(
    roster: &Roster,
    statement: &Statement,
    confirm: &Confirm,
    facts: RuleContext<'_>,
) -> Result<(), RuleViolation> {
    by_another(roster, statement, &confirm.trainee)?;
    if confirm.party == Party::Trainee {
        return Err(RuleViolation::NoPartyOfGateway);
    }
    let before = &facts.before.confirmed;
    if before.iter().any(|(party, _)| *party == confirm.party) {
        return Err(RuleViolation::ConfirmedAlready(confirm.party.slug()));
    }
    if before.iter().any(|(_, by)| *by == statement.signer.who.id) {
        return Err(RuleViolation::SameForBoth);
    }
    let requirement = |one: &Assessment| one.meaning_of(confirm.party) == Some(confirm.meaning.as_str());
    if Assessment::ALL.iter().any(requirement) { Ok(()) } else { Err(RuleViolation::OtherConfirm) }
}

/// Checks that it is signed for a trainee who is not the signer.
fn by_another(roster: &Roster, statement: &Statement, trainee: &PersonRef) -> Result<(), RuleViolation> {
    if trainee.id == statement.signer.who.id {
        return Err(RuleViolation::OwnRecord);
    }
    in_role(roster, trainee, Role::Trainee)
}
