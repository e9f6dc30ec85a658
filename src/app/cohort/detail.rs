//! Adds to a row of the cohort what takes longer to read: since when the trainee is behind, late actions, disputes, and what
//! waits.

use chrono::NaiveDate;

use crate::app::App;
use crate::cohort::grid::{self, Cohort};
use crate::cohort::progress;
use crate::error::Error;
use crate::log::referenced::{effective_statement_at, index_mismatch};
use crate::programme::hours::waiting_hours;
use crate::standards::local;
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::KsbCode;
use countersign_core::programme::cohort::{CohortHours, CohortRow, LateActions};
use countersign_core::record::view::TraineeCard;
use countersign_core::statement::Body;
use countersign_store::queries::cohort_standing;

/// Returns a page of rows in full. Each costs more than all others of its page, so a screen asks for one at a time.
pub fn detailed_rows(app: &App, of: &Cohort, skip: usize, rows: usize) -> Result<Vec<CohortRow>, Error> {
    grid::cohort_rows(app, of, skip, rows)?.into_iter().map(|row| detailed(app, row)).collect()
}

/// Returns a row with its details: late actions, disputes, hours and claims that wait, and since when they are behind.
pub fn detailed(app: &App, row: CohortRow) -> Result<CohortRow, Error> {
    let measure = app.measure()?;
    let late = late_actions(app, &row.trainee, measure.today)?;
    // Someone who is not behind today needs no history.
    let behind_since = if row.ahead < 0 { progress::behind_since(app, &row.trainee, &measure)? } else { None };
    let (viewer, id) = (&app.viewer, &row.trainee.id);
    let (oldest, disputes) = app.log.db.read(|tx| {
        let oldest = if row.claims > 0 { cohort_standing::oldest_claim(tx, viewer, id)? } else { None };
        Ok::<_, Error>((oldest, cohort_standing::disputes(tx, viewer, id)?))
    })?;
    let hours = CohortHours { waiting: waiting_hours(app, id)?, ..row.hours };
    let oldest_claim = oldest.map(Timestamp::local_day);
    Ok(CohortRow { late, behind_since, oldest_claim, disputes, hours, ..row })
}

/// Returns the open actions of a trainee whose day is past: those of the newest review, and of KSBs not yet achieved.
fn late_actions(app: &App, card: &TraineeCard, today: NaiveDate) -> Result<LateActions, Error> {
    let viewer = &app.viewer;
    let lists = local::lists_for(app, &card.standard)?;
    let standards = std::iter::once(&card.standard).chain(lists.iter().map(|list| list.reference()));
    let mut days: Vec<(NaiveDate, Option<KsbCode>)> = Vec::new();
    app.log.db.read(|tx| {
        if let Some(at) = cohort_standing::newest_review(tx, viewer, &card.id)? {
            let Body::Review(review) = effective_statement_at(tx, at)?.body else {
                return Err(index_mismatch().into());
            };
            days.extend(review.actions.iter().map(|action| (action.by, None)));
        }
        for on in standards {
            for (code, at) in cohort_standing::not_yet(tx, viewer, &card.id, on)? {
                let Body::SignOff(sign_off) = effective_statement_at(tx, at)?.body else {
                    return Err(index_mismatch().into());
                };
                days.extend(sign_off.action.map(|action| (action.by, Some(code))));
            }
        }
        Ok::<_, Error>(())
    })?;
    days.retain(|(by, _)| *by < today);
    let oldest = days.iter().min_by_key(|(by, _)| *by);
    let count = u16::try_from(days.len()).unwrap_or(u16::MAX);
    Ok(LateActions { count, oldest: oldest.map(|(by, _)| *by), code: oldest.and_then(|(_, code)| *code) })
}
