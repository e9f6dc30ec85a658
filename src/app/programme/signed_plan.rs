//! Reads signed training plans and recognised prior learning.

use crate::app::App;
use crate::error::Error;
use crate::log::referenced::{effective_statement_at, index_mismatch};
use crate::log::statements;
use crate::people::person;
use chrono::NaiveDate;
use countersign_core::people::break_in_learning::BreakPeriod;
use countersign_core::primitives::ids::PersonId;
use countersign_core::programme::training_plan::SignedPlan;
use countersign_core::standard::Standard;
use countersign_core::statement::kinds::recognition::Recognised;
use countersign_core::statement::{Body, Statement};
use countersign_store::db::Tx;
use countersign_store::index::programme_index::FactKind;
use countersign_store::queries::cohort::{self, TraineeNo};
use std::collections::HashMap;
use std::sync::Arc;

/// Returns the newest live recognition of prior learning, for any standard.
pub fn recognised(app: &App, trainee: &PersonId) -> Result<Option<Recognised>, Error> {
    let Some(statement) = statements::live_facts(app, trainee, FactKind::Recognition)?.into_iter().next() else {
        return Ok(None);
    };
    recognised_of(statement).map(Some)
}

/// Converts a statement to a recognition of prior learning.
fn recognised_of(statement: Statement) -> Result<Recognised, Error> {
    let on = statement.signed.day();
    let Body::Recognition(body) = statement.body else { return Err(index_mismatch().into()) };
    Ok(Recognised { id: statement.id, body, by: statement.signer.who.name, on })
}

/// Returns the live training plan for the trainee's current standard.
pub fn training_plan(app: &App, trainee: &PersonId) -> Result<Option<SignedPlan>, Error> {
    let Some(enrolment) = person::enrolment(app, trainee)? else { return Ok(None) };
    let plan = statements::live_facts(app, trainee, FactKind::TrainingPlan)?.into_iter().next();
    let plan = plan.map(signed_plan).transpose()?;
    Ok(plan.filter(|plan| plan.holds_on(&enrolment.standard)))
}

/// Returns how many of a trainee's KSBs their training plan expects by now, if there is a plan.
pub fn planned_ksbs(
    app: &App,
    trainee: &PersonId,
    part: &Standard,
    breaks: &[BreakPeriod],
) -> Result<Option<u16>, Error> {
    let plan = training_plan(app, trainee)?;
    Ok(plan.and_then(|plan| planned_of(&plan, part, breaks, app.today())))
}

/// Returns all training plans, by trainee.
pub fn plans(app: &App) -> Result<HashMap<TraineeNo, Arc<SignedPlan>>, Error> {
    let places = app.log.db.read(|tx| cohort::plans(tx, &app.viewer))?;
    let mut plans = HashMap::with_capacity(places.len());
    for (trainee, at) in places {
        plans.insert(trainee, plan_at(app, at)?);
    }
    Ok(plans)
}

/// Converts a statement to a signed plan.
pub fn signed_plan(statement: Statement) -> Result<SignedPlan, Error> {
    let on = statement.signed.day();
    let Body::TrainingPlan(body) = statement.body else { return Err(index_mismatch().into()) };
    Ok(SignedPlan { id: statement.id, body, on })
}

/// Returns how many KSBs of a part of a standard a plan expects by now, if any.
pub fn planned_of(plan: &SignedPlan, part: &Standard, breaks: &[BreakPeriod], today: NaiveDate) -> Option<u16> {
    let codes = plan.codes(breaks, today)?;
    Some(counted(codes.into_iter().filter(|code| part.ksb(*code).is_some()).count()))
}

pub fn counted(of: usize) -> u16 {
    u16::try_from(of).unwrap_or(u16::MAX)
}

/// Returns the recognition of prior learning at a position, cached because signed statements never change.
pub(crate) fn recognised_at(app: &App, tx: &Tx<'_>, at: u64) -> Result<Arc<Recognised>, Error> {
    if let Some(prior) = app.log.recognitions.borrow().get(&at) {
        return Ok(Arc::clone(prior));
    }
    let prior = Arc::new(recognised_of(effective_statement_at(tx, at)?)?);
    app.log.recognitions.borrow_mut().insert(at, Arc::clone(&prior));
    Ok(prior)
}

/// Returns the training plan at a position, cached because signed statements never change.
pub(crate) fn plan_at(app: &App, at: u64) -> Result<Arc<SignedPlan>, Error> {
    if let Some(plan) = app.log.plans.borrow().get(&at) {
        return Ok(Arc::clone(plan));
    }
    let plan = Arc::new(signed_plan(app.log.db.read(|tx| effective_statement_at(tx, at))?)?);
    app.log.plans.borrow_mut().insert(at, Arc::clone(&plan));
    Ok(plan)
}
