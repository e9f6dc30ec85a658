//! Reads what Home shows a trainee.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::app::App;
use crate::error::Error;
use crate::home::news;
use crate::people::supervision;
use crate::programme::rules::{programme_rules, review_rule};
use crate::programme::{hours, reviews};
use crate::record::outstanding;
use countersign_core::home::trainee::{NextReason, NextStep, TraineeHome};
use countersign_core::primitives::ids::{KsbCode, PersonId};
use countersign_core::primitives::text::SafeText;
use countersign_core::programme::review_plan::review_plan;
use countersign_core::record::ksb_status::State;
use countersign_core::record::outstanding::Outstanding;
use countersign_core::record::progress::progress_of;
use countersign_core::record::view::TraineeRecord;
use countersign_store::index::sign_off_index;

/// Returns a trainee's Home, with at most `most` rows of each list.
pub fn trainee_home(app: &App, trainee: &PersonId, most: usize) -> Result<TraineeHome, Error> {
    let (today, measure) = (app.today(), app.measure()?);
    let (record, rows) = outstanding::outstanding(app, trainee)?;
    let of = record.standard.reference();
    let again = app.log.db.read(|tx| sign_off_index::again(tx, &app.viewer, trainee, of, &measure))?;
    let due: BTreeMap<KsbCode, NaiveDate> = again.into_iter().map(|again| (again.code, again.due)).collect();
    let next = rows.iter().take(most).map(|row| NextStep {
        code: row.code,
        state: row.state,
        text: record.ksb(row.code).map(|ksb| ksb.text.clone()).unwrap_or_default(),
        why: why(row, &record, &due, today),
        action: row.action().filter(|_| row.state == State::NotYet).map(|action| action.what.clone()),
    });
    let mut outstanding: Vec<(State, usize)> = Vec::new();
    for row in &rows {
        match outstanding.iter_mut().find(|(state, _)| *state == row.state) {
            Some((_, count)) => *count += 1,
            None => outstanding.push((row.state, 1)),
        }
    }
    let rule = review_rule(programme_rules()?, &record.standard, record.trainee.start)?;
    let plan = review_plan(record.trainee.start, &reviews::reviews(app, trainee)?, Vec::new(), rule, today);
    let typical = record.standard.months();
    let supervisors: Vec<SafeText> =
        supervision::supervisors_of(app, trainee)?.into_iter().map(|one| one.name).collect();
    Ok(TraineeHome {
        today,
        progress: progress_of(&record, today),
        months: record.trainee.months(typical, today),
        gateway: record.trainee.gateway(typical, today),
        paused: record.trainee.pauses.iter().any(|span| span.holds(today)),
        next: next.collect(),
        outstanding,
        news: news::news(app, trainee, most)?,
        review: plan.due,
        call: plan.call,
        hours: hours::hours_plan(app, trainee)?,
        supervisors,
        trainee: record.trainee,
    })
}

/// Says why a KSB comes where it does.
fn why(row: &Outstanding, record: &TraineeRecord, due: &BTreeMap<KsbCode, NaiveDate>, today: NaiveDate) -> NextReason {
    let local = record.local_of(row.code);
    let due = local.and_then(|local| local.due).or_else(|| due.get(&row.code).copied());
    let by = |day: NaiveDate| {
        if day < today { NextReason::Late((today - day).num_days()) } else { NextReason::By(day) }
    };
    if row.rejected.is_some() {
        return NextReason::Rejected;
    }
    match row.state {
        State::NotYet => row.action().map_or(NextReason::Open, |action| by(action.by)),
        State::Lapsed | State::Renew => due.map_or(NextReason::Open, by),
        State::Partly => match local {
            Some(local) => NextReason::Seen { seen: local.seen, wanted: local.term.observations },
            None => NextReason::OneSignature,
        },
        State::Claimed => match &row.claim {
            Some(claim) => NextReason::Claimed((today - claim.since.local_day()).num_days().max(0)),
            None => NextReason::Open,
        },
        State::Open | State::Signed | State::CarriedOver => NextReason::Open,
    }
}
