//! Loads what the cohort's filters, orders and sums need besides each trainee's own figures.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::app::App;
use crate::cohort::course::Course;
use crate::error::Error;
use crate::people::supervision::supervisor_names;
use crate::programme::hours::{HoursSubject, hours_targets};
use crate::programme::rules::programme_rules;
use crate::programme::signed_plan::{self, planned_of, recognised_at};
use countersign_core::filter::Filter;
use countersign_core::filter::row::{FilterRow, Flags};
use countersign_core::filter::term::FilterFlag;
use countersign_core::people::break_in_learning::{BreakPeriod, reached};
use countersign_core::people::paid_hours::PaidHours;
use countersign_core::programme::cohort::{CohortHours, CohortOrder};
use countersign_core::programme::funding_rules::ProgrammeRules;
use countersign_core::programme::hours::QuarterHours;
use countersign_core::programme::pace::{Pace, months_to, pace};
use countersign_core::programme::review_plan::{ReviewDue, call, due_after};
use countersign_core::programme::training_plan::SignedPlan;
use countersign_core::record::ksb_status::StatusContext;
use countersign_core::standard::Standard;
use countersign_core::statement::kinds::recognition::Recognised;
use countersign_store::db::Tx;
use countersign_store::queries::cohort::{self, Figures, TraineeDetails, TraineeNo};
use countersign_store::queries::cohort_standing;

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CohortInput {
    Claims,
    Lapses,
    Reviews,
    Hours,
    Supervisors,
}

impl CohortInput {
    /// Returns the needs of a filter and an order.
    pub fn of(filter: &Filter, order: CohortOrder) -> Vec<Self> {
        [
            (Self::Claims, order == CohortOrder::Claims),
            (Self::Lapses, order == CohortOrder::Lapses),
            (Self::Reviews, filter.asks(FilterFlag::Overdue) || filter.asks(FilterFlag::Due)),
            (Self::Hours, order == CohortOrder::Hours || filter.asks(FilterFlag::Hours)),
            (Self::Supervisors, filter.asks_by()),
        ]
        .into_iter()
        .filter_map(|(need, is)| is.then_some(need))
        .collect()
    }
}

/// What was loaded; empty where it is not needed.
pub(crate) struct CohortInputs {
    rules: &'static ProgrammeRules,
    today: NaiveDate,
    pauses: HashMap<TraineeNo, Vec<BreakPeriod>>,
    ends: HashMap<TraineeNo, NaiveDate>,
    plans: HashMap<TraineeNo, Arc<SignedPlan>>,
    waiting: HashMap<TraineeNo, u32>,
    again: HashMap<TraineeNo, NaiveDate>,
    reviews: Option<HashMap<TraineeNo, NaiveDate>>,
    hours: Option<HoursInputs>,
    over: HashMap<String, String>,
}

/// What every trainee's hours are computed from.
struct HoursInputs {
    confirmed: HashMap<TraineeNo, QuarterHours>,
    weekly: HashMap<TraineeNo, PaidHours>,
    recognised: HashMap<TraineeNo, Arc<Recognised>>,
}

/// A trainee's place in the cohort.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TraineeMeasures {
    pub start: NaiveDate,
    pub pace: Pace,
    /// Without those that wait; empty if hours were not loaded.
    pub hours: CohortHours,
    /// How close the next review is, if reviews were loaded.
    pub review: Option<ReviewDue>,
}

impl CohortInputs {
    pub fn load(app: &App, needs: &[CohortInput], measure: &StatusContext) -> Result<Self, Error> {
        let (rules, viewer, plans) = (programme_rules()?, &app.viewer, signed_plan::plans(app)?);
        app.log.db.read(|tx| {
            Ok::<_, Error>(Self {
                rules,
                today: measure.today,
                pauses: cohort::pauses(tx, viewer)?,
                ends: cohort::ends(tx, viewer)?,
                plans,
                waiting: if needs.contains(&CohortInput::Claims) {
                    cohort::waiting(tx, viewer)?
                } else {
                    HashMap::new()
                },
                again: if needs.contains(&CohortInput::Lapses) {
                    cohort::again_first(tx, viewer, measure)?
                } else {
                    HashMap::new()
                },
                reviews: needs.contains(&CohortInput::Reviews).then(|| cohort::next_reviews(tx, viewer)).transpose()?,
                hours: needs.contains(&CohortInput::Hours).then(|| HoursInputs::load(app, tx)).transpose()?,
                over: if needs.contains(&CohortInput::Supervisors) {
                    supervisor_names(tx, viewer)?
                } else {
                    HashMap::new()
                },
            })
        })
    }

    fn spans(&self, trainee: TraineeNo) -> &[BreakPeriod] {
        if self.pauses.is_empty() { &[] } else { self.pauses.get(&trainee).map_or(&[], Vec::as_slice) }
    }

    pub fn paused(&self, trainee: TraineeNo) -> bool {
        self.spans(trainee).iter().any(|span| span.holds(self.today))
    }

    /// Returns the place of a trainee who began on `start` and answers for `part` of a standard.
    pub fn standing(
        &self,
        (one, start): (&Figures<'_>, NaiveDate),
        part: &Standard,
        total: u16,
        course: &Course,
    ) -> TraineeMeasures {
        let spans = self.spans(one.trainee);
        let end = if self.ends.is_empty() { None } else { self.ends.get(&one.trainee).copied() };
        let months = months_to(start, end, spans, course.standard.months(), self.today);
        let even = pace(one.signed, total, start, months, reached(spans, self.today));
        let plan = if self.plans.is_empty() { None } else { self.plans.get(&one.trainee) };
        let plan = plan.filter(|plan| plan.holds_on(course.standard.reference()));
        let pace = even.against(plan.and_then(|plan| planned_of(plan, part, spans, self.today)), total, months);
        let hours = self.hours.as_ref().map(|hours| {
            let recognised = hours.recognised.get(&one.trainee).map(Arc::as_ref);
            let subject = HoursSubject {
                start,
                end,
                spans,
                standard: &course.standard,
                weekly: hours.weekly.get(&one.trainee).copied(),
                recognised: recognised.filter(|prior| prior.holds_on(course.standard.reference())),
                plan: plan.map(Arc::as_ref),
                today: self.today,
            };
            hours_targets(self.rules, &subject, hours.confirmed.get(&one.trainee).copied().unwrap_or_default())
        });
        let review = self.call(one.trainee, course.standard.programme(), start);
        TraineeMeasures { start, pace, hours: hours.unwrap_or_default(), review }
    }

    /// Returns how close the next progress review is, if review data was loaded.
    fn call(&self, trainee: TraineeNo, programme: Option<&str>, start: NaiveDate) -> Option<ReviewDue> {
        let (reviews, rule) = (self.reviews.as_ref()?, self.rules.reviews_for(programme, start)?);
        let due = reviews.get(&trainee).copied().unwrap_or_else(|| due_after(start, None, rule));
        Some(call(due, rule, self.today))
    }

    /// Returns whether a filter matches a trainee.
    pub fn fits(
        &self,
        filter: &Filter,
        of: TraineeNo,
        (who, option): (&TraineeDetails<'_>, &str),
        course: &Course,
        standing: &TraineeMeasures,
    ) -> bool {
        let (ahead, review) = (standing.pace.ahead, standing.review);
        let flags = [
            (FilterFlag::Behind, ahead < 0),
            (FilterFlag::Ahead, ahead > 0),
            (FilterFlag::Paused, self.paused(of)),
            (FilterFlag::Overdue, review.is_some_and(|call| matches!(call, ReviewDue::Overdue(_)))),
            (FilterFlag::Due, review.is_some_and(|call| !matches!(call, ReviewDue::Later(_)))),
            (FilterFlag::Hours, standing.hours.is_short()),
        ];
        filter.fits(&FilterRow {
            texts: &[who.name, &course.label, who.specialism, option, who.department],
            by: self.over.get(who.id).map(String::as_str).as_slice(),
            day: Some(standing.start),
            level: who.level,
            flags: flags.into_iter().fold(Flags::default(), |flags, (flag, is)| flags.with(flag, is)),
            ..FilterRow::default()
        })
    }

    /// Returns the sort key of a trainee: lower comes first.
    pub fn key(&self, order: CohortOrder, one: &Figures<'_>, standing: &TraineeMeasures) -> i64 {
        match order {
            // Among those behind by as many weeks, who is behind by more KSBs comes first.
            CohortOrder::Behind => (i64::from(standing.pace.weeks) << 32) + i64::from(standing.pace.ahead),
            CohortOrder::Hours => -i64::from(standing.hours.short()),
            CohortOrder::Name => 0,
            CohortOrder::Month => i64::from(standing.start.to_epoch_days()),
            CohortOrder::Signed => i64::from(one.signed),
            CohortOrder::Lapses => self.again.get(&one.trainee).map_or(i64::MAX, |day| day.to_epoch_days().into()),
            CohortOrder::Claims => -self.waiting.get(&one.trainee).copied().map_or(0, i64::from),
        }
    }
}

impl HoursInputs {
    fn load(app: &App, tx: &Tx<'_>) -> Result<Self, Error> {
        let mut recognised = HashMap::new();
        for (trainee, at) in cohort_standing::recognitions(tx, &app.viewer)? {
            recognised.insert(trainee, recognised_at(app, tx, at)?);
        }
        Ok(Self {
            confirmed: cohort_standing::confirmed_hours(tx, &app.viewer)?,
            weekly: cohort_standing::weekly(tx, &app.viewer)?,
            recognised,
        })
    }
}
