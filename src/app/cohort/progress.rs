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
    let (card, measure) = (&record.trainee, app.measure()?);
    let history = History::of(app, card, &record.standard, &measure)?;
    let gateway = card.gateway(record.standard.months(), measure.today);
    Ok(progress_series::progress_series(&history.facts(card, record.standard.months(), measure.today), gateway))
}

/// Returns since which month a trainee has been behind plan.
pub(crate) fn behind_since(app: &App, card: &TraineeCard, measure: &StatusContext) -> Result<Option<Month>, Error> {
    let part = app.log.standard_in(&card.standard, &card.scope)?;
    let part = part.ok_or_else(|| damaged(format!("{} is not there", card.standard)))?;
    let history = History::of(app, card, &part, measure)?;
    Ok(history.facts(card, part.months(), measure.today).behind_since())
}

/// What was signed and planned, and when.
struct History {
    signed: Vec<NaiveDate>,
    planned: Option<(SignedPlan, Vec<Month>)>,
}

impl History {
    /// Reads it for a trainee who answers for `part` of a standard.
    fn of(app: &App, card: &TraineeCard, part: &Standard, measure: &StatusContext) -> Result<Self, Error> {
        let signed = app.log.db.read(|tx| {
            let asked = |code| part.ksb(code).is_some();
            cohort_standing::counted_days(tx, &app.viewer, (&card.id, &card.standard), measure, &asked)
        })?;
        let plan = signed_plan::training_plan(app, &card.id)?;
        let planned = plan.and_then(|plan| planned_months(&plan, part).map(|months| (plan, months)));
        Ok(Self { signed, planned })
    }

    fn facts<'a>(&'a self, card: &'a TraineeCard, typical: u16, today: NaiveDate) -> SeriesFacts<'a> {
        let planned = self.planned.as_ref().map(|(plan, months)| PlannedKsbs { plan, months });
        SeriesFacts::of(card, typical, &self.signed, planned, today)
    }
}
