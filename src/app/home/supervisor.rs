//! Reads what Home shows a supervisor: claims, trainees and what is due.

use chrono::NaiveDate;

use crate::app::App;
use crate::claims::queue;
use crate::cohort::grid::{self, Cohort};
use crate::error::Error;
use crate::home::review::{newest_review, next_review};
use crate::log::referenced::effective_statement_at;
use crate::people::{person, supervision};
use crate::programme::hours;
use crate::record::records;
use countersign_core::filter::Filter;
use countersign_core::home::due::{DueItem, DueKind, sort_by_urgency};
use countersign_core::home::supervisor::{OpenCounts, SupervisedTrainee, SupervisorHome};
use countersign_core::people::person::Person;
use countersign_core::primitives::ids::{KsbCode, PersonId};
use countersign_core::programme::review_plan::ReviewDue;
use countersign_core::record::ksb_status::{State, StatusContext};
use countersign_core::record::view::{TraineeRecord, deciding};
use countersign_core::statement::Body;
use countersign_store::index::sign_off_index;
use countersign_store::queries::home;

/// How many of a supervisor's trainees are looked at: few have more than ten.
const MOST_TRAINEES: usize = 200;

/// Returns a supervisor's Home, with at most `most` rows of each list.
pub fn supervisor_home(app: &App, who: &PersonId, most: usize) -> Result<SupervisorHome, Error> {
    let (today, measure) = (app.today(), app.measure()?);
    let claims = queue::queue(app, Some(who), &Filter::default(), (0, most))?;
    let under = enrolled(app, supervision::trainees_under(app, who)?)?;
    let (mut trainees, mut due) = (Vec::new(), Vec::new());
    for (at, trainee) in under.iter().take(MOST_TRAINEES).enumerate() {
        let record = records::trainee_record(app, &trainee.id)?;
        let (review, call) = next_review(app, &record)?;
        due.extend(due_of(app, who, &record, &measure)?);
        due.extend(Some(item(&record, None, DueKind::Review, review)).filter(|_| !matches!(call, ReviewDue::Later(_))));
        if at < most {
            trainees.push((record, review, call));
        }
    }
    let ids: Vec<&PersonId> = trainees.iter().map(|(record, ..)| &record.trainee.id).collect();
    let numbers = app.log.db.read(|tx| home::numbers(tx, &app.viewer, &ids))?;
    let rows = grid::cohort_rows(app, &Cohort::of(numbers), 0, most)?;
    let mut shown = Vec::with_capacity(rows.len());
    for row in rows {
        let own = trainees.iter().find(|(record, ..)| record.trainee.id == row.trainee.id);
        let Some((record, review, call)) = own else { continue };
        let (review, call) = (*review, *call);
        let open = OpenCounts::of(record.all().map(|(_, state)| state));
        shown.push(SupervisedTrainee { row, open, hours: hours::hours_plan(app, &record.trainee.id)?, review, call });
    }
    due.retain(|item| item.is_soon(today));
    sort_by_urgency(&mut due, today);
    let due_total = due.len();
    due.truncate(most);
    Ok(SupervisorHome {
        today,
        waiting: claims.rows,
        waiting_total: claims.of,
        trainees: shown,
        trainees_total: under.len(),
        department: app.log.db.read(|tx| home::current_trainees(tx, &app.viewer))?,
        due,
        due_total,
    })
}

/// Keeps those who are enrolled: only they have a record.
fn enrolled(app: &App, people: Vec<Person>) -> Result<Vec<Person>, Error> {
    let mut kept = Vec::with_capacity(people.len());
    for one in people {
        if person::enrolment(app, &one.id)?.is_some() {
            kept.push(one);
        }
    }
    Ok(kept)
}

/// Returns what is due of one trainee: reassessments, actions of KSBs not yet achieved, and what this supervisor agreed to
/// do in the last review.
fn due_of(app: &App, who: &PersonId, record: &TraineeRecord, measure: &StatusContext) -> Result<Vec<DueItem>, Error> {
    let (trainee, of) = (&record.trainee.id, record.standard.reference());
    let mut due = Vec::new();
    app.log.db.read(|tx| {
        for again in sign_off_index::again(tx, &app.viewer, trainee, of, measure)? {
            due.push(item(record, Some(again.code), DueKind::Reassess, again.due));
        }
        for local in &record.local {
            if let (State::Renew | State::Lapsed, Some(day)) = (local.state, local.due) {
                due.push(item(record, Some(local.ksb.code), DueKind::Reassess, day));
            }
        }
        if let Some(review) = newest_review(tx, app, trainee)?
            && let Body::Review(review) = effective_statement_at(tx, review.position)?.body
        {
            let own =
                review.actions.into_iter().filter(|action| action.owner.as_ref().is_some_and(|one| one.id == *who));
            due.extend(own.map(|action| item(record, None, DueKind::Action(action.what), action.by)));
        }
        Ok::<_, Error>(())
    })?;
    for (ksb, state) in record.all() {
        if state == State::NotYet {
            let all = records::records(app, trainee, ksb.code, usize::MAX)?;
            let action = deciding(&all, &record.policy).and_then(|record| record.action.clone());
            due.extend(action.map(|action| item(record, Some(ksb.code), DueKind::Action(action.what), action.by)));
        }
    }
    Ok(due)
}

fn item(record: &TraineeRecord, code: Option<KsbCode>, what: DueKind, by: NaiveDate) -> DueItem {
    DueItem { trainee: record.trainee.id.clone(), trainee_name: record.trainee.name.clone(), code, what, by }
}
