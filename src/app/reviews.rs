//! Progress reviews: held, and read. Must never be taken for a review of signatures.

use std::collections::HashMap;

use chrono::{Days, NaiveDate};

use crate::app::error::Error;
use crate::app::marks::{marks_of, named};
use crate::app::readiness::programme_rules;
use crate::app::service::App;
use crate::app::session::Proof;
use crate::app::targets::{counting_at, not_what_is_indexed};
use crate::domain::filter::Filter;
use crate::domain::filter_facts::{Facts, Flags};
use crate::domain::filter_parts::Flag;
use crate::domain::review::{Attended, NewReview, Party, REVIEW_DAYS, Review};
use crate::domain::review_plan::{Call, ReviewCall, call, due_after};
use crate::domain::statement::Body;
use crate::domain::value::PersonId;
use crate::domain::view::{HeldReview, Receipted};
use crate::domain::when::long_day;
use crate::store::facts::{self, FactKind};

impl App {
    /// States a progress review; who signs attended it.
    pub fn hold_review(&mut self, signer: &PersonId, proof: &Proof, new: NewReview) -> Result<Receipted, Error> {
        let trainee = self.person(&new.trainee)?;
        let doing = format!("Recording a progress review of {}", trainee.name);
        let say = |app: &mut Self| {
            let standing = app.standing(&new.trainee)?;
            let (done, all) = standing.figures(None);
            in_programme(new.held, standing.trainee.start, app.today())?;
            let mut attended = vec![Attended { party: Party::Trainee, who: named(&trainee) }];
            for (party, who) in &new.attended {
                attended.push(Attended { party: *party, who: named(&app.person(who)?) });
            }
            attended.sort_by(|a, b| (a.party, &a.who.id).cmp(&(b.party, &b.who.id)));
            attended.dedup();
            let after = new.held.checked_add_days(Days::new(REVIEW_DAYS.unsigned_abs())).unwrap_or(new.held);
            let by = app.person(signer)?;
            let role = by.signs_as();
            let review = Review {
                trainee: named(&trainee),
                held: new.held,
                attended,
                signed: done,
                all,
                discussed: new.discussed,
                actions: new.actions,
                next: new.next.unwrap_or(after),
                late: new.late,
            };
            app.state(signer, role, proof, vec![Body::Review(review)])
        };
        let done = say(self).map_err(|e| e.doing(doing))?;
        Ok(Receipted { trainee: trainee.name, ids: done.ids, head: done.head, beside: self.trouble() })
    }

    /// A trainee's progress reviews, the newest day first.
    pub fn reviews(&self, trainee: &PersonId) -> Result<Vec<HeldReview>, Error> {
        self.book.db.read(|tx| {
            let rows = facts::of(tx, &self.viewer, trainee, FactKind::Review)?;
            let held = rows.into_iter().map(|row| {
                let statement = counting_at(tx, row.position)?;
                let Body::Review(review) = statement.body else { return Err(not_what_is_indexed().into()) };
                Ok(HeldReview {
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
            held.collect()
        })
    }

    /// Every current trainee's next progress review, the most overdue first.
    pub fn review_calls(&self) -> Result<Vec<ReviewCall>, Error> {
        let (rules, today) = (programme_rules()?, self.today());
        let nexts = self.book.db.read(|tx| facts::next_reviews(tx, &self.viewer))?;
        let row = |next: facts::NextReview| {
            let rule = rules.reviews_for(next.start).ok_or_else(|| Error::refused("No rule of reviews holds"))?;
            // A review names a day later than the rule's only with a reason.
            let due = next.due.unwrap_or_else(|| due_after(next.start, None, rule));
            let call = call(due, rule, today);
            Ok(ReviewCall { id: next.id, name: next.name, last: next.last, due, call })
        };
        let mut calls = nexts.into_iter().map(row).collect::<Result<Vec<_>, Error>>()?;
        calls.sort_by(|a, b| (a.due, &a.name, &a.id).cmp(&(b.due, &b.name, &b.id)));
        Ok(calls)
    }

    /// Those next progress reviews that a filter asks for.
    pub fn review_calls_that(&mut self, filter: &Filter) -> Result<Vec<ReviewCall>, Error> {
        let mut calls = self.review_calls()?;
        if filter.is_empty() {
            return Ok(calls);
        }
        let over = if filter.asks_by() { self.who_is_over()? } else { HashMap::new() };
        let about = self.about_everyone()?;
        calls.retain(|row| {
            let Some(about) = about.get(row.id.as_str()) else { return false };
            let due = !matches!(row.call, Call::Later(_));
            let flags = Flags::default().with(Flag::Paused, about.paused).with(Flag::Due, due);
            filter.fits(&Facts {
                texts: &[row.name.as_str(), &about.words],
                by: &[over.get(row.id.as_str()).map_or("", String::as_str)],
                day: Some(row.due),
                level: &about.level,
                flags: flags.with(Flag::Overdue, matches!(row.call, Call::Overdue(_))),
                ..Facts::default()
            })
        });
        Ok(calls)
    }
}

/// A review was held, and within the programme: a day mistyped would put the next one years away.
fn in_programme(held: NaiveDate, start: NaiveDate, today: NaiveDate) -> Result<(), Error> {
    if held > today {
        return Err(Error::usage(format!("{} is in the future", long_day(held)))
            .hint("A review is recorded once it was held: today, yesterday, 20 Nov"));
    }
    if held < start {
        let (held, start) = (long_day(held), long_day(start));
        return Err(Error::usage(format!("{held} lies before the programme, which began on {start}"))
            .hint("Say the day it was held: today, yesterday, 20 Nov"));
    }
    Ok(())
}
