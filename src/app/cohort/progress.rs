//! Reads a trainee's progress over the months, and since when they are behind plan.

use crate::app::App;
use crate::error::Error;
use crate::programme::signed_plan;
use crate::record::records;
use chrono::NaiveDate;
use countersign_core::primitives::ids::PersonId;
use countersign_core::programme::progress_series::{self, PlannedKsbs, ProgressSeries, SeriesFacts, planned_months};
use countersign_core::programme::training_plan::SignedPlan;
use countersign_core::record::ksb_status::StatusContext;
use countersign_core::record::view::TraineeCard;
use countersign_core::standard::Standard;
use countersign_core::statement::kinds::training_plan::Month;
use countersign_store::error::damaged;
use countersign_store::queries::cohort_standing;

/// Returns a trainee's signed and planned KSBs for each month up to the gateway.
pub fn progress_series(app: &App, trainee: &PersonId) -> Result<ProgressSeries, Error> {
    let record = records::trainee_record(app, trainee)?;
    let (measure, plan) = (app.measure()?, signed_plan::training_plan(app, trainee)?);
    let gateway = record.trainee.gateway(record.standard.months(), measure.today);
    with_facts(app, &record.trainee, &record.standard, plan.as_ref(), &measure, |facts| {
        progress_series::progress_series(facts, gateway)
    })
}

/// Returns since which month a trainee has been behind plan.
pub(crate) fn behind_since(app: &App, card: &TraineeCard, measure: &StatusContext) -> Result<Option<Month>, Error> {
    let part = app.log.standard_in(&card.standard, &card.scope)?;
    let part = part.ok_or_else(|| damaged(format!("{} is not there", card.standard)))?;
    let plan = signed_plan::training_plan(app, &card.id)?;
    with_facts(app, card, &part, plan.as_ref(), measure, |facts| facts.behind_since())
}

fn with_facts<T>(
    app: &App,
    card: &TraineeCard,
    part: &Standard,
    plan: Option<&SignedPlan>,
    measure: &StatusContext,
    then: impl FnOnce(&SeriesFacts<'_>) -> T,
) -> Result<T, Error> {
    let days: Vec<NaiveDate> = app.log.db.read(|tx| {
        let asked = |code| part.ksb(code).is_some();
        cohort_standing::counted_days(tx, &app.viewer, (&card.id, &card.standard), measure, &asked)
    })?;
    let months = plan.and_then(|plan| planned_months(plan, part));
    let planned = plan.zip(months.as_deref()).map(|(plan, months)| PlannedKsbs { plan, months });
    Ok(then(&SeriesFacts::of(card, part.months(), &days, planned, measure.today)))
}
