//! Records training plans and recognised prior learning; neither counts as signed off.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::app::app::App;
use crate::app::error::Error;
use crate::app::keys::session::Credential;
use crate::app::log::referenced::{counting_at, not_what_is_indexed};
use crate::app::log::sign;
use crate::app::people::person;
use crate::app::people::roster;
use crate::app::programme::gateway;
use crate::app::programme::hours::hours;
use crate::app::record::annotations::named;
use crate::app::record::records;
use crate::app::record::sign_off::not_enrolled;
use crate::domain::import;
use crate::domain::import::training_plan::PlanFile;
use crate::domain::people::break_in_learning::BreakPeriod;
use crate::domain::people::person::{Enrolment, Role};
use crate::domain::primitives::ids::{KsbCode, PersonId};
use crate::domain::primitives::text::SafeText;
use crate::domain::programme::hours::QuarterHours;
use crate::domain::programme::training_plan::{self, SignedPlan, idle_months};
use crate::domain::record::view::SignedReceipt;
use crate::domain::standard::Standard;
use crate::domain::statement::content::Content as _;
use crate::domain::statement::kinds::recognition::{Recognised, Recognition};
use crate::domain::statement::kinds::training_plan::{Month, PlannedMonth, TrainingPlan};
use crate::domain::statement::{Body, Statement};
use crate::store::hours;
use crate::store::index::pauses;
use crate::store::index::programme_index::{self, FactKind};
use crate::store::queries::cohort;
use crate::store::queries::cohort::TraineeNo;

/// Prior learning to recognise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRecognition {
    /// Hours to take off the requirement.
    pub hours: Option<QuarterHours>,
    /// KSBs they have already.
    pub codes: Vec<KsbCode>,
    pub reason: SafeText,
    pub support: SafeText,
}

/// A month of a plan, compared with the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthRow {
    pub planned: PlannedMonth,
    /// The hours confirmed in the month.
    pub confirmed: QuarterHours,
    /// How many of its KSBs are signed now.
    pub signed: u16,
}

/// Returns the newest live recognition of prior learning, for any standard.
pub fn recognised(app: &App, trainee: &PersonId) -> Result<Option<Recognised>, Error> {
    let Some(statement) = gateway::live_facts(app, trainee, FactKind::Recognition)?.into_iter().next() else {
        return Ok(None);
    };
    let on = statement.signed.day();
    let Body::Recognition(said) = statement.body else { return Err(not_what_is_indexed().into()) };
    Ok(Some(Recognised { id: statement.id, said, by: statement.signer.who.name, on }))
}

/// Returns the live training plan for the trainee's current standard.
pub fn training_plan(app: &App, trainee: &PersonId) -> Result<Option<SignedPlan>, Error> {
    let Some(enrolment) = person::enrolment(app, trainee)? else { return Ok(None) };
    let plan = gateway::live_facts(app, trainee, FactKind::TrainingPlan)?.into_iter().next();
    let plan = plan.map(signed_plan).transpose()?;
    Ok(plan.filter(|plan| plan.holds_on(&enrolment.standard)))
}

/// Returns warnings about prior learning to recognise.
pub fn recognition_warnings(app: &mut App, trainee: &PersonId, new: &NewRecognition) -> Result<Vec<String>, Error> {
    let Some(enrolment) = person::enrolment(app, trainee)? else { return Ok(Vec::new()) };
    let published = roster::standard(app, &enrolment.standard)?.hours();
    let mut warnings = Vec::new();
    if let (Some(hours), Some(published)) = (new.hours, published)
        && hours > QuarterHours::hours(published)
    {
        let on = &enrolment.standard;
        warnings.push(format!("{hours} hours is more than the published minimum of {published} for {on}"));
    }
    let standing = records::standing(app, trainee)?;
    let signed = standing.all().filter(|(ksb, state)| state.counts() && new.codes.contains(&ksb.code));
    let signed: Vec<String> = signed.map(|(ksb, _)| ksb.code.to_string()).collect();
    if let [_, rest @ ..] = signed.as_slice() {
        let (are, count) = if rest.is_empty() { ("is", "counts") } else { ("are", "count") };
        warnings.push(format!("{} {are} already signed, and {count} as signed", signed.join(" ")));
    }
    Ok(warnings)
}

/// Recognises prior learning, replacing any earlier recognition.
pub fn recognise(
    app: &mut App,
    officer: &PersonId,
    proof: &Credential,
    trainee: &PersonId,
    new: NewRecognition,
) -> Result<SignedReceipt, Error> {
    let person = app.person(trainee)?;
    let doing = format!("Recognising prior learning of {}", person.name);
    let say = |app: &mut App| {
        let enrolment = person::enrolment(app, trainee)?.ok_or_else(|| not_enrolled(&person))?;
        let NewRecognition { hours, mut codes, reason, support } = new;
        codes.sort_unstable();
        codes.dedup();
        let said = Recognition { trainee: named(&person), standard: enrolment.standard, hours, codes, reason, support };
        if let Some(fault) = said.fault() {
            return Err(Error::usage(fault)
                .hint("Give --hours, --ksb or both. Say why in --reason, and what supports it in --support"));
        }
        sign::state(app, officer, Role::TrainingOfficer, proof, vec![Body::Recognition(said)])
    };
    let done = say(app).map_err(|e| e.context(doing))?;
    Ok(SignedReceipt { trainee: person.name, ids: done.ids, head: done.head, beside: app.trouble(), warning: None })
}

/// Parses a training plan file for a trainee.
pub fn read_training_plan(app: &mut App, trainee: &PersonId, bytes: &[u8]) -> Result<PlanFile, Error> {
    let Some(enrolment) = person::enrolment(app, trainee)? else { return Err(not_enrolled(&app.person(trainee)?)) };
    let standard = roster::standard(app, &enrolment.standard)?;
    let why_not = |code: KsbCode| match (standard.ksb(code), standard.why_not_asked(&enrolment.scope, code)) {
        (None, _) => Some(format!("{} has no {code}", enrolment.standard)),
        (Some(_), Some(why)) => Some(format!("{code} is not required of them: {why}")),
        (Some(_), None) => None,
    };
    Ok(import::training_plan::training_plan(bytes, (enrolment.start, enrolment.end), &why_not))
}

/// Records a training plan, replacing the earlier one.
pub fn plan_training(
    app: &mut App,
    officer: &PersonId,
    proof: &Credential,
    trainee: &PersonId,
    months: Vec<PlannedMonth>,
) -> Result<SignedReceipt, Error> {
    let person = app.person(trainee)?;
    let doing = format!("Entering the training plan of {}", person.name);
    let say = |app: &mut App| {
        let enrolment = person::enrolment(app, trainee)?.ok_or_else(|| not_enrolled(&person))?;
        let plan = TrainingPlan { trainee: named(&person), standard: enrolment.standard, months };
        sign::state(app, officer, Role::TrainingOfficer, proof, vec![Body::TrainingPlan(plan)])
    };
    let done = say(app).map_err(|e| e.context(doing))?;
    Ok(SignedReceipt { trainee: person.name, ids: done.ids, head: done.head, beside: app.trouble(), warning: None })
}

/// Compares a plan, month by month, with the hours confirmed and KSBs signed.
pub fn plan_rows(app: &mut App, trainee: &PersonId, plan: &SignedPlan) -> Result<Vec<MonthRow>, Error> {
    let mut confirmed: HashMap<Month, QuarterHours> = HashMap::new();
    for row in hours(app, trainee)?.into_iter().filter(|row| row.confirmed.is_some()) {
        *confirmed.entry(Month::of(row.entry.day)).or_default() += row.entry.hours;
    }
    let standing = records::standing(app, trainee)?;
    let signed: Vec<KsbCode> = standing.all().filter(|(_, state)| state.counts()).map(|(ksb, _)| ksb.code).collect();
    let row = |planned: &PlannedMonth| MonthRow {
        confirmed: confirmed.get(&planned.month).copied().unwrap_or_default(),
        signed: counted(planned.codes.iter().filter(|code| signed.contains(code)).count()),
        planned: planned.clone(),
    };
    Ok(plan.said.months.iter().map(row).collect())
}

/// Returns how many of a trainee's KSBs their training plan expects by now, if there is a plan.
pub(in crate::app) fn planned_ksbs(
    app: &App,
    trainee: &PersonId,
    part: &Standard,
    breaks: &[BreakPeriod],
) -> Result<Option<u16>, Error> {
    let plan = training_plan(app, trainee)?;
    Ok(plan.and_then(|plan| planned_of(&plan, part, breaks, app.today())))
}

/// Returns all training plans, by trainee.
pub(in crate::app) fn plans(app: &mut App) -> Result<HashMap<TraineeNo, Arc<SignedPlan>>, Error> {
    let places = app.book.db.read(|tx| cohort::plans(tx, &app.viewer))?;
    let mut plans = HashMap::with_capacity(places.len());
    for (trainee, at) in places {
        plans.insert(trainee, app.book.plan_at(at)?);
    }
    Ok(plans)
}

/// Returns the months in which a trainee entered no off-the-job learning.
pub(in crate::app) fn idle_months(app: &App, enrolment: &Enrolment) -> Result<Vec<Month>, Error> {
    let whose = &enrolment.trainee;
    let (days, spans) = app.book.db.read(|tx| {
        let mut days = programme_index::days_of_hours(tx, &app.viewer, whose)?;
        days.extend(hours::waiting(tx, &app.viewer, whose)?.into_iter().map(|entry| entry.day));
        Ok::<_, Error>((days, pauses::of(tx, whose)?))
    })?;
    Ok(training_plan::idle_months(enrolment.start, enrolment.end, &spans, &days, app.today()))
}

/// Converts a statement to a signed plan.
pub(in crate::app) fn signed_plan(statement: Statement) -> Result<SignedPlan, Error> {
    let on = statement.signed.day();
    let Body::TrainingPlan(said) = statement.body else { return Err(not_what_is_indexed().into()) };
    Ok(SignedPlan { id: statement.id, said, on })
}

/// Returns how many KSBs of a part of a standard a plan expects by now, if any.
pub(in crate::app) fn planned_of(
    plan: &SignedPlan,
    part: &Standard,
    breaks: &[BreakPeriod],
    today: NaiveDate,
) -> Option<u16> {
    let codes = plan.codes(breaks, today)?;
    Some(counted(codes.into_iter().filter(|code| part.ksb(*code).is_some()).count()))
}

fn counted(of: usize) -> u16 {
    u16::try_from(of).unwrap_or(u16::MAX)
}

impl crate::app::log::writer::LogWriter {
    /// Returns the training plan at a position, cached because signed statements never change.
    fn plan_at(&mut self, at: u64) -> Result<Arc<SignedPlan>, Error> {
        if let Some(plan) = self.plans.get(&at) {
            return Ok(Arc::clone(plan));
        }
        let plan = Arc::new(signed_plan(self.db.read(|tx| counting_at(tx, at))?)?);
        self.plans.insert(at, Arc::clone(&plan));
        Ok(plan)
    }
}
