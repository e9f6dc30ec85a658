//! Records training plans and recognised prior learning; neither counts as signed off.

use std::collections::HashMap;

use crate::app::App;
use crate::error::Error;
use crate::keys::session::Credential;
use crate::log::sign;
use crate::people::person::{self, named, not_enrolled};
use crate::programme::hours::hours;
use crate::programme::signed_plan;
use crate::record::records;
use crate::standards::adopted;
use countersign_core::import;
use countersign_core::import::training_plan::PlanFile;
use countersign_core::people::person::Role;
use countersign_core::primitives::ids::{KsbCode, PersonId};
use countersign_core::primitives::text::SafeText;
use countersign_core::programme::hours::QuarterHours;
use countersign_core::programme::training_plan::SignedPlan;
use countersign_core::record::view::SignedReceipt;
use countersign_core::statement::Body;
use countersign_core::statement::content::Content as _;
use countersign_core::statement::kinds::recognition::Recognition;
use countersign_core::statement::kinds::training_plan::{Month, PlannedMonth, TrainingPlan};

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
    pub confirmed: QuarterHours,
    /// How many of its KSBs are signed now.
    pub signed: u16,
}

/// Returns warnings about prior learning to recognise.
pub fn recognition_warnings(app: &App, trainee: &PersonId, new: &NewRecognition) -> Result<Vec<String>, Error> {
    let Some(enrolment) = person::enrolment(app, trainee)? else { return Ok(Vec::new()) };
    let published = adopted::standard(app, &enrolment.standard)?.hours();
    let mut warnings = Vec::new();
    if let (Some(hours), Some(published)) = (new.hours, published)
        && hours > QuarterHours::hours(published)
    {
        let on = &enrolment.standard;
        warnings.push(format!("{hours} hours is more than the published minimum of {published} for {on}"));
    }
    let trainee_record = records::trainee_record(app, trainee)?;
    let signed =
        trainee_record.all().filter(|(ksb, state)| trainee_record.counts(*state) && new.codes.contains(&ksb.code));
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
        let recognition =
            Recognition { trainee: named(&person), standard: enrolment.standard, hours, codes, reason, support };
        if let Some(fault) = recognition.fault() {
            return Err(Error::usage(fault)
                .hint("Give --hours, --ksb or both. Say why in --reason, and what supports it in --support"));
        }
        sign::sign(app, officer, Role::TrainingOfficer, proof, vec![Body::Recognition(recognition)])
    };
    let done = say(app).map_err(|e| e.context(doing))?;
    Ok(app.receipt(person.name, done, None))
}

/// Parses a training plan file for a trainee.
pub fn read_training_plan(app: &App, trainee: &PersonId, bytes: &[u8]) -> Result<PlanFile, Error> {
    let Some(enrolment) = person::enrolment(app, trainee)? else { return Err(not_enrolled(&app.person(trainee)?)) };
    let standard = adopted::standard(app, &enrolment.standard)?;
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
        sign::sign(app, officer, Role::TrainingOfficer, proof, vec![Body::TrainingPlan(plan)])
    };
    let done = say(app).map_err(|e| e.context(doing))?;
    Ok(app.receipt(person.name, done, None))
}

/// Compares a plan, month by month, with the hours confirmed and KSBs signed.
pub fn plan_rows(app: &App, trainee: &PersonId, plan: &SignedPlan) -> Result<Vec<MonthRow>, Error> {
    let mut confirmed: HashMap<Month, QuarterHours> = HashMap::new();
    for row in hours(app, trainee)?.into_iter().filter(|row| row.confirmed.is_some()) {
        *confirmed.entry(Month::of(row.entry.day)).or_default() += row.entry.hours;
    }
    let trainee_record = records::trainee_record(app, trainee)?;
    let signed: Vec<KsbCode> =
        trainee_record.all().filter(|(_, state)| trainee_record.counts(*state)).map(|(ksb, _)| ksb.code).collect();
    let row = |planned: &PlannedMonth| MonthRow {
        confirmed: confirmed.get(&planned.month).copied().unwrap_or_default(),
        signed: signed_plan::counted(planned.codes.iter().filter(|code| signed.contains(code)).count()),
        planned: planned.clone(),
    };
    Ok(plan.body.months.iter().map(row).collect())
}
