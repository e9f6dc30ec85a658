//! Adds to a row of the cohort what is read for its trainee alone: since when they are behind, late actions, disputes, claims
//! and supervisors.

use chrono::NaiveDate;

use crate::app::App;
use crate::cohort::progress;
use crate::error::Error;
use crate::log::referenced::{counting_at, not_what_is_indexed};
use crate::standards::local;
use countersign_core::primitives::ids::KsbCode;
use countersign_core::programme::cohort::{CohortRow, LateActions};
use countersign_core::programme::training_plan::SignedPlan;
use countersign_core::record::ksb_status::StatusContext;
use countersign_core::record::view::TraineeCard;
use countersign_core::standard::Standard;
use countersign_core::statement::Body;
use countersign_store::queries::cohort_standing;

/// Returns the row with the details of its trainee, who answers for `part` of a standard.
pub(crate) fn with_details(
    app: &App,
    row: CohortRow,
    part: &Standard,
    plan: Option<&SignedPlan>,
    measure: &StatusContext,
) -> Result<CohortRow, Error> {
    let late = late_actions(app, &row.trainee, measure.today)?;
    // Whoever is not behind today is behind since no month, which needs no history.
    let behind_since =
        if row.ahead < 0 { progress::behind_since(app, &row.trainee, part, plan, measure)? } else { None };
    let (viewer, id) = (&app.viewer, &row.trainee.id);
    let (oldest, disputes, supervisors) = app.log.db.read(|tx| {
        let oldest = if row.claims > 0 { cohort_standing::oldest_claim(tx, viewer, id)? } else { None };
        Ok::<_, Error>((
            oldest,
            cohort_standing::disputes(tx, viewer, id)?,
            cohort_standing::supervisors(tx, viewer, id)?,
        ))
    })?;
    let oldest_claim = oldest.map(|made| made.local_day());
    Ok(CohortRow { late, behind_since, oldest_claim, disputes, supervisors, ..row })
}

/// Returns the open actions of a trainee whose day is past: those of the newest review, and of KSBs not yet achieved.
fn late_actions(app: &App, card: &TraineeCard, today: NaiveDate) -> Result<LateActions, Error> {
    let viewer = &app.viewer;
    let lists = local::lists_beside(app, &card.standard)?;
    let standards = std::iter::once(&card.standard).chain(lists.iter().map(|list| list.reference()));
    let mut days: Vec<(NaiveDate, Option<KsbCode>)> = Vec::new();
    app.log.db.read(|tx| {
        if let Some(at) = cohort_standing::newest_review(tx, viewer, &card.id)? {
            let Body::Review(review) = counting_at(tx, at)?.body else { return Err(not_what_is_indexed().into()) };
            days.extend(review.actions.iter().map(|action| (action.by, None)));
        }
        for on in standards {
            for (code, at) in cohort_standing::not_yet(tx, viewer, &card.id, on)? {
                let Body::SignOff(said) = counting_at(tx, at)?.body else { return Err(not_what_is_indexed().into()) };
                days.extend(said.action.map(|action| (action.by, Some(code))));
            }
        }
        Ok::<_, Error>(())
    })?;
    days.retain(|(by, _)| *by < today);
    let oldest = days.iter().min_by_key(|(by, _)| *by);
    let count = u16::try_from(days.len()).unwrap_or(u16::MAX);
    Ok(LateActions { count, oldest: oldest.map(|(by, _)| *by), code: oldest.and_then(|(_, code)| *code) })
}
