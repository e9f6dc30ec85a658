//! Reads what is ahead of one trainee: the next review, open actions, what is to be shown again and the gateway.

use chrono::{Days, NaiveDate};

use crate::app::App;
use crate::error::Error;
use crate::people::{person, supervision};
use crate::programme::reviews;
use crate::programme::rules::{programme_rules, review_rule};
use crate::record::records;
use countersign_core::people::person::{Person, PersonRef, Role};
use countersign_core::primitives::ids::{KsbCode, PersonId, StatementId};
use countersign_core::programme::review_plan::{ReviewDue, review_plan};
use countersign_core::record::ksb_status::{RENEW_DAYS, State, StatusContext};
use countersign_core::record::view::{Record, TraineeRecord, deciding};
use countersign_store::index::sign_off_index;

/// How many days ahead a reassessment is told.
pub(crate) const AHEAD_DAYS: u64 = 92;

/// What is ahead of one trainee.
pub(crate) struct Outlook {
    pub trainee: PersonRef,
    pub record: TraineeRecord,
    /// The number of the next review, from 1.
    pub review: usize,
    pub review_by: NaiveDate,
    pub call: ReviewDue,
    /// The days of the reviews that count, the oldest first.
    pub held: Vec<NaiveDate>,
    /// Reviews that somebody who attended has not signed.
    pub unsigned: Vec<UnsignedReview>,
    pub actions: Vec<DatedAction>,
    /// What is to be shown again within [`AHEAD_DAYS`], or has lapsed.
    pub lapses: Vec<Lapse>,
    pub gateway: NaiveDate,
}

pub(crate) struct UnsignedReview {
    pub id: StatementId,
    pub held: NaiveDate,
    pub missing: Vec<PersonId>,
}

/// An open action. What is to be done stays in the record.
pub(crate) struct DatedAction {
    /// The statement that agreed it and, for a review, its number there from 1.
    pub id: String,
    /// The KSB; `None` for one agreed in a review.
    pub code: Option<KsbCode>,
    /// The day of the review or sign-off.
    pub agreed: NaiveDate,
    pub by: NaiveDate,
    pub owner: Option<PersonId>,
}

pub(crate) struct Lapse {
    pub code: KsbCode,
    pub text: String,
    /// The last day on which it counts.
    pub due: NaiveDate,
}

impl Outlook {
    /// Returns whether an action is this trainee's own to do.
    pub fn is_own(&self, action: &DatedAction) -> bool {
        action.code.is_some() || action.owner.as_ref().is_none_or(|owner| *owner == self.trainee.id)
    }
}

/// Returns the outlook of a person's own record; `None` if they are not a trainee who is enrolled.
pub(crate) fn own_outlook(app: &App, who: &Person) -> Result<Option<Outlook>, Error> {
    let enrolled = who.may_act_as(Role::Trainee) && person::enrolment(app, &who.id)?.is_some();
    if enrolled { outlook(app, &who.id).map(Some) } else { Ok(None) }
}

/// Returns the outlook of each enrolled trainee that a person supervises, by name.
pub(crate) fn outlooks_under(app: &App, who: &Person) -> Result<Vec<Outlook>, Error> {
    let mut found = Vec::new();
    if !who.may_act_as(Role::Supervisor) && !who.may_act_as(Role::TrainingOfficer) {
        return Ok(found);
    }
    for trainee in supervision::trainees_under(app, &who.id)? {
        if person::enrolment(app, &trainee.id)?.is_some() {
            found.push(outlook(app, &trainee.id)?);
        }
    }
    Ok(found)
}

fn outlook(app: &App, trainee: &PersonId) -> Result<Outlook, Error> {
    let (today, measure) = (app.today(), app.measure()?);
    let record = records::trainee_record(app, trainee)?;
    let recorded = reviews::reviews(app, trainee)?;
    let rule = review_rule(programme_rules()?, &record.standard, record.trainee.start)?;
    let plan = review_plan(record.trainee.start, &recorded, Vec::new(), rule, today);
    let live: Vec<_> = recorded.iter().rev().filter(|one| !one.withdrawn && !one.in_review).collect();
    let mut actions = Vec::new();
    if let Some(newest) = live.last() {
        for (at, action) in newest.review.actions.iter().enumerate() {
            actions.push(DatedAction {
                id: format!("{}-{}", newest.id, at + 1),
                code: None,
                agreed: newest.review.held,
                by: action.by,
                owner: action.owner.as_ref().map(|owner| owner.id.clone()),
            });
        }
    }
    for (ksb, state) in record.all() {
        if state != State::NotYet {
            continue;
        }
        let all = records::records(app, trainee, ksb.code, usize::MAX)?;
        if let Some(Record { id, signed, action: Some(action), .. }) = deciding(&all, &record.policy) {
            let (id, agreed) = (id.to_string(), signed.local_day());
            actions.push(DatedAction { id, code: Some(ksb.code), agreed, by: action.by, owner: None });
        }
    }
    actions.sort_by(|a, b| (a.by, &a.id).cmp(&(b.by, &b.id)));
    let unsigned = plan.unsigned.into_iter().map(|one| UnsignedReview {
        id: one.id,
        held: one.held,
        missing: one.missing.into_iter().map(|there| there.who.id).collect(),
    });
    Ok(Outlook {
        trainee: PersonRef { id: record.trainee.id.clone(), name: record.trainee.name.clone() },
        review: live.len() + 1,
        review_by: plan.due,
        call: plan.call,
        held: live.iter().map(|one| one.review.held).collect(),
        unsigned: unsigned.collect(),
        actions,
        lapses: lapses(app, &record, &measure)?,
        gateway: record.trainee.gateway(record.standard.months(), today),
        record,
    })
}

/// Returns what has lapsed or is to be shown again within [`AHEAD_DAYS`], by day.
fn lapses(app: &App, record: &TraineeRecord, measure: &StatusContext) -> Result<Vec<Lapse>, Error> {
    let last = measure.today.checked_add_days(Days::new(AHEAD_DAYS)).unwrap_or(measure.today);
    // From a later day, what is due later counts as due soon.
    let later = last.checked_sub_days(Days::new(RENEW_DAYS)).unwrap_or(last);
    let ahead = StatusContext { today: later, ..*measure };
    let (trainee, of) = (&record.trainee.id, record.standard.reference());
    let again = app.log.db.read(|tx| sign_off_index::again(tx, &app.viewer, trainee, of, &ahead))?;
    let mut found: Vec<Lapse> = again
        .into_iter()
        .filter_map(|again| {
            let ksb = record.standard.ksb(again.code)?;
            Some(Lapse { code: again.code, text: ksb.text.clone(), due: again.due })
        })
        .collect();
    for local in &record.local {
        if let Some(due) = local.due.filter(|due| *due <= last) {
            found.push(Lapse { code: local.ksb.code, text: local.ksb.text.clone(), due });
        }
    }
    found.sort_by_key(|lapse| (lapse.due, lapse.code));
    Ok(found)
}
