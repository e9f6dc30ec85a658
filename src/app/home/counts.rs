//! Counts what waits for one person behind each tab. Read it when the data changes, not for every frame.

use crate::app::App;
use crate::claims::queue;
use crate::error::Error;
use crate::home::news::news;
use crate::programme::reviews;
use crate::record::quality_assurance;
use countersign_core::filter::Filter;
use countersign_core::home::counts::TabCounts;
use countersign_core::people::person::{Person, Role};
use countersign_core::programme::review_plan::ReviewDue;

/// Returns the counts for the tabs of this person; nothing is counted while no one is signed in.
pub fn tab_counts(app: &App, who: Option<&Person>) -> Result<TabCounts, Error> {
    let Some(who) = who else { return Ok(TabCounts::default()) };
    let is = |role| who.may_act_as(role);
    let mut counts = TabCounts::default();
    if is(Role::Supervisor) || is(Role::TrainingOfficer) {
        // A training officer sees everyone's queue.
        let of = Some(&who.id).filter(|_| !is(Role::TrainingOfficer));
        counts.queue = queue::queue(app, of, &Filter::default(), (0, 0))?.of;
    }
    if is(Role::TrainingOfficer) {
        let late = |call: ReviewDue| matches!(call, ReviewDue::Overdue(_));
        counts.reviews = reviews::review_calls(app)?.iter().filter(|row| late(row.call)).count() as u64;
    }
    if is(Role::Supervisor) || is(Role::TrainingOfficer) || is(Role::Verifier) {
        counts.second_checks = quality_assurance::second_looks(app, Some(&who.id), &Filter::default(), (0, 0))?.of;
    } else if is(Role::Trainee) {
        counts.home = news(app, &who.id, 0)?.total as u64;
    }
    Ok(counts)
}
