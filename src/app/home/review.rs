//! Finds the next progress review of one trainee.

use chrono::NaiveDate;

use crate::app::App;
use crate::error::Error;
use crate::programme::rules::{programme_rules, review_rule};
use countersign_core::primitives::ids::PersonId;
use countersign_core::programme::review_plan::{ReviewDue, call, due_after};
use countersign_core::record::view::TraineeRecord;
use countersign_store::db::Tx;
use countersign_store::index::programme_index::{self, FactKind, FactRow};

/// Returns the last day for a trainee's next progress review, and how close it is.
pub(crate) fn next_review(app: &App, record: &TraineeRecord) -> Result<(NaiveDate, ReviewDue), Error> {
    let start = record.trainee.start;
    let rule = review_rule(programme_rules()?, &record.standard, start)?;
    let newest = app.log.db.read(|tx| newest_review(tx, app, &record.trainee.id))?;
    // A review sets a later day than the rule only with a reason.
    let due = newest.map_or_else(|| due_after(start, None, rule), |review| review.last);
    Ok((due, call(due, rule, app.today())))
}

/// Returns the newest review that counts.
pub(crate) fn newest_review(tx: &Tx<'_>, app: &App, trainee: &PersonId) -> Result<Option<FactRow>, Error> {
    Ok(programme_index::of(tx, &app.viewer, trainee, FactKind::Review)?.into_iter().find(FactRow::is_live))
}
