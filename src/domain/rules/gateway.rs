//! What confirmed hours and the records of the gateway must be. Must never judge whether a trainee is ready.

use chrono::NaiveDate;

use crate::domain::gateway_marks::{Confirm, ENGLISH_MATHS, Requirement, SHOWN};
use crate::domain::hours::{Hours, MEANING_HOURS, MOST_A_DAY, Quarters};
use crate::domain::person::{Named, Role};
use crate::domain::recognition::Recognition;
use crate::domain::review::Party;
use crate::domain::roster::Roster;
use crate::domain::rules::facts::Facts;
use crate::domain::rules::refusal::Refusal;
use crate::domain::rules::seen::CALENDAR_AHEAD;
use crate::domain::rules::who::{in_role, not_in, officer};
use crate::domain::standard_about::Assessment;
use crate::domain::statement::Statement;
use crate::domain::training_plan::TrainingPlan;
use crate::domain::value::{KsbCode, StandardRef};
use crate::domain::when::long_day;

/// Hours are confirmed by another, once, and a day has no more than there are in it.
pub(crate) fn hours(roster: &Roster, statement: &Statement, hours: &Hours, facts: Facts<'_>) -> Result<(), Refusal> {
    by_another(roster, statement, &hours.trainee)?;
    let latest = statement.signed.plus(CALENDAR_AHEAD).day();
    if let Some(entry) = hours.entries.iter().find(|entry| entry.day > latest) {
        return Err(Refusal::HoursAhead(long_day(entry.day)));
    }
    if hours.entries.iter().any(|entry| facts.before.entries.contains(&entry.id)) {
        return Err(Refusal::HoursTwice);
    }
    let before = |day: NaiveDate| -> Quarters {
        facts.before.hours.iter().filter(|(on, _)| *on == day).map(|(_, hours)| *hours).sum()
    };
    for entry in &hours.entries {
        let own: Quarters = hours.entries.iter().filter(|other| other.day == entry.day).map(|other| other.hours).sum();
        let sum = own + before(entry.day);
        if sum > MOST_A_DAY {
            return Err(Refusal::HoursOfDay { day: long_day(entry.day), hours: sum.to_string() });
        }
    }
    if hours.meaning.as_str() == MEANING_HOURS { Ok(()) } else { Err(Refusal::OtherHoursMeaning) }
}

/// A training officer records what no other record shows.
pub(crate) fn requirement(roster: &Roster, statement: &Statement, said: &Requirement) -> Result<(), Refusal> {
    officer(statement)?;
    by_another(roster, statement, &said.trainee)?;
    let id = said.requirement.as_str();
    if SHOWN.contains(&id) {
        return Err(Refusal::ShownByRecords(id.to_owned()));
    }
    if said.outcome.is_decision() {
        if id != ENGLISH_MATHS {
            return Err(Refusal::NotToDecide(id.to_owned()));
        }
        let enrolment = roster.enrolments.get(&said.trainee.id);
        if enrolment.and_then(|enrolment| enrolment.aged_16_to_18) != Some(false) {
            return Err(Refusal::NotAged19(said.trainee.name.to_string()));
        }
    }
    Ok(())
}

/// A training officer recognises what an enrolled trainee could do before: KSBs of the standard that they are on.
pub(crate) fn recognition(roster: &Roster, statement: &Statement, said: &Recognition) -> Result<(), Refusal> {
    officer(statement)?;
    by_another(roster, statement, &said.trainee)?;
    on_their_standard(roster, &said.trainee, &said.standard, &said.codes)
}

/// A training officer states what is planned for an enrolled trainee, in KSBs of the standard that they are on.
pub(crate) fn training_plan(roster: &Roster, statement: &Statement, plan: &TrainingPlan) -> Result<(), Refusal> {
    officer(statement)?;
    by_another(roster, statement, &plan.trainee)?;
    let codes: Vec<KsbCode> = plan.months.iter().flat_map(|month| month.codes.iter().copied()).collect();
    on_their_standard(roster, &plan.trainee, &plan.standard, &codes)
}

fn on_their_standard(
    roster: &Roster,
    trainee: &Named,
    standard: &StandardRef,
    codes: &[KsbCode],
) -> Result<(), Refusal> {
    let name = || trainee.name.to_string();
    let enrolment = roster.enrolments.get(&trainee.id).ok_or_else(|| Refusal::NotEnrolled(name()))?;
    if enrolment.standard != *standard {
        return Err(Refusal::OtherStandard { name: name(), on: enrolment.standard.clone(), not: standard.clone() });
    }
    let text = roster.standards.get(standard).ok_or_else(|| Refusal::NotAdopted(standard.clone()))?;
    for code in codes {
        if text.ksb(*code).is_none() {
            return Err(Refusal::NoSuchKsb { standard: standard.clone(), code: *code });
        }
        if let Some(why) = text.why_not_asked(&enrolment.scope, *code) {
            return Err(Refusal::NotAsked { name: name(), code: *code, why });
        }
    }
    Ok(())
}

/// Employer and provider confirm, each once, by two people.
pub(crate) fn confirm(
    roster: &Roster,
    statement: &Statement,
    confirm: &Confirm,
    facts: Facts<'_>,
) -> Result<(), Refusal> {
    by_another(roster, statement, &confirm.trainee)?;
    if confirm.party == Party::Trainee {
        return Err(Refusal::NoPartyOfGateway);
    }
    let before = &facts.before.confirmed;
    if before.iter().any(|(party, _)| *party == confirm.party) {
        return Err(Refusal::ConfirmedAlready(confirm.party.slug()));
    }
    if before.iter().any(|(_, by)| *by == statement.signer.who.id) {
        return Err(Refusal::SameForBoth);
    }
    let said = |one: &Assessment| one.meaning_of(confirm.party) == Some(confirm.meaning.as_str());
    if Assessment::ALL.iter().any(said) { Ok(()) } else { Err(Refusal::OtherConfirm) }
}

/// A supervisor or training officer signs, of a trainee who is somebody else.
fn by_another(roster: &Roster, statement: &Statement, trainee: &Named) -> Result<(), Refusal> {
    let signer = &statement.signer;
    if !matches!(signer.role, Role::Supervisor | Role::TrainingOfficer) {
        return Err(not_in(&signer.who, Role::Supervisor));
    }
    if trainee.id == signer.who.id {
        return Err(Refusal::OwnRecord);
    }
    in_role(roster, trainee, Role::Trainee)
}
