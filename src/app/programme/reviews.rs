//! Records, lists and schedules trainees' progress reviews.

use std::collections::HashMap;

use chrono::{Datelike as _, NaiveDate};

use crate::app::App;
use crate::cohort::grid;
use crate::error::Error;
use crate::keys::session::Credential;
use crate::log::referenced::marks_of;
use crate::log::referenced::{effective_statement_at, index_mismatch};
use crate::log::sign;
use crate::people::person::named;
use crate::people::supervision;
use crate::programme::hours;
use crate::programme::rules::no_review_rule;
use crate::programme::rules::programme_rules;
use crate::programme::rules::review_rule;
use crate::record::records;
use countersign_core::filter::Filter;
use countersign_core::filter::row::{FilterRow, Flags};
use countersign_core::filter::term::FilterFlag;
use countersign_core::primitives::date::long_day;
use countersign_core::primitives::fold::{folded, may_be_one};
use countersign_core::primitives::ids::PersonId;
use countersign_core::primitives::text::SafeText;
use countersign_core::programme::rating::{HoursRated, Rated, Rating};
use countersign_core::programme::review_plan::{ReviewDue, TraineeReviewDue, call, due_after};
use countersign_core::record::progress::progress_of;
use countersign_core::record::view::{RecordedReview, SignedReceipt};
use countersign_core::statement::Body;
use countersign_core::statement::kinds::review::{
    Answers, Attended, Meeting, NewReview, Party, Review, ReviewAction, ReviewContent,
};
use countersign_store::index::programme_index::{self, FactKind};

/// Records a progress review; the signer must have attended it.
pub fn hold_review(
    app: &mut App,
    signer: &PersonId,
    proof: &Credential,
    new: NewReview,
) -> Result<SignedReceipt, Error> {
    let trainee = app.person(&new.trainee)?;
    let doing = format!("Recording a progress review of {}", trainee.name);
    let say = |app: &mut App| {
        let trainee_record = records::trainee_record(app, &new.trainee)?;
        let (done, all) = trainee_record.figures(None);
        in_programme(new.held, trainee_record.trainee.start, app.today())?;
        let mut attended = vec![Attended { party: Party::Trainee, who: named(&trainee) }];
        for (party, who) in &new.attended {
            attended.push(Attended { party: *party, who: named(&app.person(who)?) });
        }
        attended.sort_by(|a, b| (a.party, &a.who.id).cmp(&(b.party, &b.who.id)));
        attended.dedup();
        let rule = review_rule(programme_rules()?, &trainee_record.standard, trainee_record.trainee.start)?;
        let meeting = new.meeting.unwrap_or(rule.meeting);
        if meeting != rule.meeting && (meeting != Meeting::YearEnd || rule.year_end.is_none()) {
            return Err(Error::usage(format!("{} has no {}", trainee_record.trainee.standard, meeting.words()))
                .hint(format!("The rule: {}", rule.text)));
        }
        if let (Meeting::YearEnd, Some((first, last))) =
            (meeting, rule.year_end.and_then(|year_end| year_end.of(new.held.year())))
            && !(first..=last).contains(&new.held)
        {
            let (recorded, first, last) = (long_day(new.held), long_day(first), long_day(last));
            return Err(Error::usage(format!(
                "A year-end review can be held from {first} to {last}, not on {recorded}"
            ))
            .hint("Record it as a training meeting: leave out --year-end"));
        }
        let after = rule.every.after(new.held);
        if new.next.is_some_and(|next| next > after) && new.late.is_none() {
            return Err(Error::usage(format!("The next review is more than {} later", rule.every.span()))
                .hint("Say why with --late, or give an earlier date with --next"));
        }
        let rated = rated(rating(app, &new.trainee)?, new.rating, new.rating_reason)?;
        let mut actions = Vec::with_capacity(new.actions.len());
        for action in new.actions {
            actions.push(owned(app, action, &attended)?);
        }
        let by = app.person(signer)?;
        let as_what = by.signs_as();
        let review = Review {
            trainee: named(&trainee),
            held: new.held,
            meeting,
            attended,
            signed: done,
            all,
            content: ReviewContent::Answers(Box::new(Answers { texts: new.texts, rated })),
            actions,
            next: new.next.unwrap_or(after),
            late: new.late,
        };
        sign::sign(app, signer, as_what, proof, vec![Body::Review(review)])
    };
    let done = say(app).map_err(|e| e.context(doing))?;
    Ok(app.receipt(trainee.name, done, None))
}

/// Computes a programme's rating from the plan as of today, with the figures it is based on.
pub fn rating(app: &App, trainee: &PersonId) -> Result<(Rating, SafeText), Error> {
    let (trainee_record, today) = (records::trainee_record(app, trainee)?, app.today());
    let progress = progress_of(&trainee_record, today);
    let hours = hours::hours_plan(app, trainee)?;
    let measured = hours.minimum.zip(hours.ahead);
    let met = hours.met() == Some(true);
    let rated = measured.map(|(minimum, ahead)| HoursRated { met, minimum, ahead });
    let figures = (progress.signed, progress.total, progress.ahead);
    Ok(programme_rules()?.rating.work_out(figures, rated)?)
}

/// Sets an action's owner: the earlier one, else the person it starts with (`Sam: book a session`), else the trainee.
fn owned(app: &App, action: ReviewAction, attended: &[Attended]) -> Result<ReviewAction, Error> {
    if let Some(owner) = &action.owner {
        let owner = Some(named(&app.person(&owner.id)?));
        return Ok(ReviewAction { owner, ..action });
    }
    let first = action.what.as_str().split_once(": ");
    let named = first.and_then(|(whose, what)| Some((owner_of(whose, attended)?, what.to_owned())));
    let trainee = attended.iter().find(|there| there.party == Party::Trainee);
    let (owner, what) = match named {
        Some((there, what)) => (Some(there), SafeText::lines(&what)?),
        None => (trainee, action.what),
    };
    Ok(ReviewAction { what, owner: owner.map(|there| there.who.clone()), ..action })
}

/// Returns a trainee's progress reviews, newest first.
pub fn reviews(app: &App, trainee: &PersonId) -> Result<Vec<RecordedReview>, Error> {
    app.log.db.read(|tx| {
        let rows = programme_index::of(tx, &app.viewer, trainee, FactKind::Review)?;
        let recorded = rows.into_iter().map(|row| {
            let statement = effective_statement_at(tx, row.position)?;
            let Body::Review(review) = statement.body else { return Err(index_mismatch().into()) };
            Ok(RecordedReview {
                id: statement.id,
                position: row.position,
                review,
                signer: statement.signer.who.id,
                signer_name: statement.signer.who.name,
                signed: statement.signed,
                marks: marks_of(tx, row.position)?,
                withdrawn: row.withdrawn.is_some(),
                in_review: row.doubted.is_some(),
            })
        });
        recorded.collect()
    })
}

/// Returns every current trainee's next progress review, most overdue first.
pub fn review_calls(app: &App) -> Result<Vec<TraineeReviewDue>, Error> {
    let (rules, today) = (programme_rules()?, app.today());
    let nexts = app.log.db.read(|tx| programme_index::next_reviews(tx, &app.viewer))?;
    let courses = grid::courses(app)?;
    let row = |next: programme_index::NextReview| {
        let programme = courses.get(&next.standard).and_then(|course| course.standard.programme());
        let rule = rules.reviews_for(programme, next.start).ok_or_else(no_review_rule)?;
        // A review sets a later day than the rule only with a reason.
        let due = next.due.unwrap_or_else(|| due_after(next.start, None, rule));
        let call = call(due, rule, today);
        Ok(TraineeReviewDue { id: next.id, name: next.name, last: next.last, due, call })
    };
    let mut calls = nexts.into_iter().map(row).collect::<Result<Vec<_>, Error>>()?;
    calls.sort_by(|a, b| (a.due, &a.name, &a.id).cmp(&(b.due, &b.name, &b.id)));
    Ok(calls)
}

/// Returns the next progress reviews that match a filter.
pub fn filter_reviews_due(app: &App, filter: &Filter) -> Result<Vec<TraineeReviewDue>, Error> {
    let mut calls = review_calls(app)?;
    if filter.is_empty() {
        return Ok(calls);
    }
    let over = if filter.asks_by() { supervision::supervisors_by_trainee(app)? } else { HashMap::new() };
    let about = grid::trainee_index(app)?;
    calls.retain(|row| {
        let Some(about) = about.get(row.id.as_str()) else { return false };
        let due = !matches!(row.call, ReviewDue::Later(_));
        let flags = Flags::default().with(FilterFlag::Paused, about.paused).with(FilterFlag::Due, due);
        filter.fits(&FilterRow {
            texts: &[row.name.as_str(), &about.words],
            by: &[over.get(row.id.as_str()).map_or("", String::as_str)],
            day: Some(row.due),
            level: &about.level,
            flags: flags.with(FilterFlag::Overdue, matches!(row.call, ReviewDue::Overdue(_))),
            ..FilterRow::default()
        })
    });
    Ok(calls)
}

/// Finds an attendee by full name, unique first name or party.
fn owner_of<'a>(text: &str, attended: &'a [Attended]) -> Option<&'a Attended> {
    let text = folded(text);
    let name = |there: &Attended| folded(there.who.name.as_str()).into_owned();
    let one = |fits: &dyn Fn(&Attended) -> bool| {
        let mut found = attended.iter().filter(|there| fits(there));
        found.next().filter(|_| found.next().is_none())
    };
    one(&|there| may_be_one(there.who.name.as_str(), &text))
        .or_else(|| one(&|there| name(there).split(' ').next() == Some(&text)))
        .or_else(|| one(&|there| there.party.slug() == text))
}

/// Returns the rating to sign: confirmed, or changed with a reason.
fn rated(
    (worked_out, basis): (Rating, SafeText),
    rating: Option<Rating>,
    reason: Option<SafeText>,
) -> Result<Rated, Error> {
    let why = format!("The suggested rating is {}: {basis}", worked_out.slug());
    let confirm = format!("Confirm it with --rating {}", worked_out.slug());
    match rating {
        None => Err(Error::usage(why).hint(format!("{confirm}, or give another with --rating and --rating-reason"))),
        Some(rating) if rating != worked_out && reason.is_none() => {
            Err(Error::usage(why).hint(format!("{confirm}, or say with --rating-reason why it is {}", rating.slug())))
        }
        Some(rating) if rating == worked_out && reason.is_some() => {
            Err(Error::usage(why).hint("This rating needs no reason. Leave out --rating-reason"))
        }
        Some(rating) => Ok(Rated { worked_out, basis, rating, reason }),
    }
}

/// Checks that a review is not in the future and is within the programme: a mistyped day would put the next one years away.
fn in_programme(recorded: NaiveDate, start: NaiveDate, today: NaiveDate) -> Result<(), Error> {
    if recorded > today {
        return Err(Error::usage(format!("{} is in the future", long_day(recorded)))
            .hint("Give the day it was held: today, yesterday, 20 Nov"));
    }
    if recorded < start {
        let (recorded, start) = (long_day(recorded), long_day(start));
        return Err(Error::usage(format!("{recorded} is before the programme began, on {start}"))
            .hint("Give the day that it was held: today, yesterday, 20 Nov"));
    }
    Ok(())
}
