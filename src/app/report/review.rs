//! Collects the values of the paper of one progress review.

use std::collections::BTreeMap;

use crate::app::App;
use crate::error::Error;
use crate::programme::hours::hours_plan_on;
use crate::programme::reviews;
use crate::record::records;
use crate::report::made::{made, roles_of};
use crate::standards::standard::attributed;
use countersign_core::people::break_in_learning::reached_as_of;
use countersign_core::people::person::Person;
use countersign_core::primitives::date::day_words;
use countersign_core::primitives::ids::{PersonId, StatementId};
use countersign_core::primitives::text::counted;
use countersign_core::programme::pace::pace;
use countersign_core::record::view::RecordedReview;
use countersign_report::pdf::review::{self, ReviewPaper};

/// Returns the number of a review, from 1 for the first.
pub fn number_of(app: &App, trainee: &PersonId, id: StatementId) -> Result<Option<usize>, Error> {
    let mut held = reviews::reviews(app, trainee)?;
    held.sort_by_key(|review| (review.review.held, review.position));
    Ok(held.iter().position(|review| review.id == id).map(|at| at + 1))
}

/// Makes the paper of a review as PDF: the newest, or the one with this number. `by` is the person who has it made, if
/// they were named.
pub fn review(app: &App, trainee: &PersonId, number: Option<usize>, by: Option<&Person>) -> Result<Vec<u8>, Error> {
    let record = records::trainee_record(app, trainee)?;
    let mut held: Vec<RecordedReview> = reviews::reviews(app, trainee)?;
    // A withdrawn one does not count, as for the plan and the calendar.
    held.retain(|review| !review.withdrawn);
    held.sort_by_key(|review| (review.review.held, review.position));
    let last = held.len();
    let number = number.unwrap_or(last);
    let name = &record.trainee.name;
    let Some(index) = number.checked_sub(1).filter(|index| *index < last) else {
        let days: Vec<String> = (1..)
            .zip(&held)
            .map(|(number, review)| format!("number {number}, held on {}", day_words(review.review.held)))
            .collect();
        let none = last == 0;
        let hint = if none {
            "`countersign review` records one".to_owned()
        } else {
            format!("{name} has {}: {}", counted(last as u64, "review"), days.join(", "))
        };
        let why =
            if none { format!("{name} has no progress review") } else { format!("{name} has no review {number}") };
        return Err(Error::usage(why).hint(hint));
    };
    let before = index.checked_sub(1).and_then(|before| held.get(before)).cloned();
    let of = held.swap_remove(index);
    let standard = &record.standard;
    let card = &record.trainee;
    let on = of.review.held;
    let months = card.months(standard.months(), app.today());
    let then = pace(of.review.signed, of.review.all, card.start, months, reached_as_of(&card.pauses, on, on));
    let hours_before = match &before {
        Some(before) => hours_plan_on(app, trainee, before.review.held)?.map(|plan| plan.confirmed),
        None => None,
    };
    let mut people = BTreeMap::new();
    for there in &of.review.attended {
        let person = app.person(&there.who.id)?;
        people.insert(person.id.clone(), roles_of(&person));
    }
    let paper = ReviewPaper {
        made: made(app, by)?,
        number,
        before,
        standard: standard.reference().to_string(),
        month: (then.elapsed, months),
        // A plan is measured by its own days, which the review names in its rating.
        planned: card.planned.is_none().then_some(then.expected),
        hours: hours_plan_on(app, trainee, on)?,
        hours_before,
        people,
        attribution: attributed(standard),
        review: of,
    };
    review::review(&paper).map_err(Error::refused)
}
