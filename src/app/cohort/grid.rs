//! Builds the cohort view: one pass to filter and sort trainees, then pages of rows.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::app::App;
use crate::cohort::course::{AnsweredPart, Course, Courses, MatchedTrainee, Parts};
use crate::cohort::ksb_filter;
use crate::error::Error;
use crate::people::supervision::supervisor_names;
use crate::programme::rules::{programme_rules, review_rule};
use crate::programme::signed_plan::{self, planned_of};
use countersign_core::filter::Filter;
use countersign_core::filter::row::{FilterRow, Flags};
use countersign_core::filter::term::FilterFlag;
use countersign_core::people::break_in_learning::{BreakPeriod, reached};
use countersign_core::primitives::date::parse_day;
use countersign_core::primitives::fold::folded;
use countersign_core::primitives::ids::StandardRef;
use countersign_core::programme::cohort::{CohortOrder, CohortRow};
use countersign_core::programme::funding_rules::ProgrammeRules;
use countersign_core::programme::pace::{months_to, pace};
use countersign_core::programme::review_plan::{ReviewDue, call, due_after};
use countersign_core::programme::training_plan::SignedPlan;
use countersign_core::record::ksb_status::{State, StatusContext};
use countersign_core::standard::Standard;
use countersign_store::error::damaged;
use countersign_store::queries::cohort::{self, CohortCache, Figures, TraineeDetails, TraineeNo};
use countersign_store::queries::cohort_detail::{CohortDetail, whole};

/// A filtered and sorted cohort, as row numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cohort {
    places: Vec<TraineeNo>,
}

impl Cohort {
    /// Returns the cohort of these trainees, in this order.
    pub(crate) fn of(places: Vec<TraineeNo>) -> Self {
        Self { places }
    }

    /// Returns the number of trainees.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Returns whether the cohort has no trainees.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }
}

/// A trainee's searchable text (standard, specialism, department), level, and whether the programme is paused today.
pub(crate) struct CohortSubject {
    pub(crate) words: String,
    pub(crate) level: String,
    pub(crate) paused: bool,
}

/// Data besides a trainee's own figures, loaded only if the filter or the order needs it.
struct FilterInputs {
    rules: &'static ProgrammeRules,
    today: NaiveDate,
    pauses: HashMap<TraineeNo, Vec<BreakPeriod>>,
    ends: HashMap<TraineeNo, NaiveDate>,
    plans: HashMap<TraineeNo, Arc<SignedPlan>>,
    waiting: HashMap<TraineeNo, u32>,
    again: HashMap<TraineeNo, NaiveDate>,
    reviews: Option<HashMap<TraineeNo, NaiveDate>>,
    over: HashMap<String, String>,
}

impl FilterInputs {
    fn spans(&self, trainee: TraineeNo) -> &[BreakPeriod] {
        if self.pauses.is_empty() { &[] } else { self.pauses.get(&trainee).map_or(&[], Vec::as_slice) }
    }

    /// Returns how many weeks a trainee who began on `start` is ahead; negative if behind.
    fn weeks(&self, (one, start): (&Figures<'_>, NaiveDate), part: &Standard, total: u16, course: &Course) -> i32 {
        let spans = self.spans(one.trainee);
        let end = if self.ends.is_empty() { None } else { self.ends.get(&one.trainee).copied() };
        let months = months_to(start, end, spans, course.standard.months(), self.today);
        let pace = pace(one.signed, total, start, months, reached(spans, self.today));
        let plan = if self.plans.is_empty() { None } else { self.plans.get(&one.trainee) };
        let plan = plan.filter(|plan| plan.holds_on(course.standard.reference()));
        pace.against(plan.and_then(|plan| planned_of(plan, part, spans, self.today)), total, months).weeks
    }

    /// Returns how close the next progress review is, if review data was loaded.
    fn call(&self, trainee: TraineeNo, programme: Option<&str>, start: NaiveDate) -> Option<ReviewDue> {
        let (reviews, rule) = (self.reviews.as_ref()?, self.rules.reviews_for(programme, start)?);
        let due = reviews.get(&trainee).copied().unwrap_or_else(|| due_after(start, None, rule));
        Some(call(due, rule, self.today))
    }

    /// Returns whether a filter matches a trainee who began on `start` and is so many weeks ahead.
    fn fits(
        &self,
        filter: &Filter,
        of: TraineeNo,
        (who, option): (&TraineeDetails<'_>, &str),
        course: &Course,
        (start, weeks): (NaiveDate, i32),
    ) -> bool {
        let call = self.call(of, course.standard.programme(), start);
        let flags = [
            (FilterFlag::Behind, weeks < 0),
            (FilterFlag::Ahead, weeks > 0),
            (FilterFlag::Paused, self.spans(of).iter().any(|span| span.holds(self.today))),
            (FilterFlag::Overdue, call.is_some_and(|call| matches!(call, ReviewDue::Overdue(_)))),
            (FilterFlag::Due, call.is_some_and(|call| !matches!(call, ReviewDue::Later(_)))),
        ];
        filter.fits(&FilterRow {
            texts: &[who.name, &course.label, who.specialism, option, who.department],
            by: self.over.get(who.id).map(String::as_str).as_slice(),
            day: Some(start),
            level: who.level,
            flags: flags.into_iter().fold(Flags::default(), |flags, (flag, is)| flags.with(flag, is)),
            ..FilterRow::default()
        })
    }

    fn key(&self, order: CohortOrder, one: &Figures<'_>, (start, weeks): (NaiveDate, i32)) -> i64 {
        match order {
            CohortOrder::Behind => i64::from(weeks),
            CohortOrder::Name => 0,
            CohortOrder::Month => i64::from(start.to_epoch_days()),
            CohortOrder::Signed => i64::from(one.signed),
            CohortOrder::Lapses => self.again.get(&one.trainee).map_or(i64::MAX, |day| day.to_epoch_days().into()),
            CohortOrder::Claims => -self.waiting.get(&one.trainee).copied().map_or(0, i64::from),
        }
    }
}

/// Returns the current trainees that match `filter`, in `order`.
pub fn cohort(app: &App, filter: &Filter, order: CohortOrder) -> Result<Cohort, Error> {
    let courses = courses(app)?;
    let (parts, measure) = (parts(app)?, app.measure()?);
    // KSB conditions cost most, so they are checked last and only for trainees who pass the rest.
    let (rest, asks) = (filter.without_ksbs(), load_filter_inputs(app, filter, order, &measure)?);
    let by_name = order == CohortOrder::Name;
    let (mut found, mut names, mut lost) = (Vec::new(), Vec::new(), false);
    let mut take = |one: Figures<'_>, who: Option<TraineeDetails<'_>>| {
        let (Some(course), Some(start)) = (courses.get(&one.standard), parse_day(one.start)) else {
            lost = true;
            return;
        };
        let part = if parts.is_empty() { None } else { parts.get(&one.trainee) };
        let total = part.map_or(course.total, |part| count(&part.standard));
        let answered_for = part.map_or(&course.standard, |part| &part.standard);
        let weeks = asks.weeks((&one, start), answered_for, total, course);
        let stands = (start, weeks);
        let option = part.map_or("", |part| part.option.as_str());
        if who.is_none_or(|who| rest.is_empty() || asks.fits(&rest, one.trainee, (&who, option), course, stands)) {
            found.push(MatchedTrainee { key: asks.key(order, &one, stands), place: one.trainee, on: one.standard });
            names.extend(who.filter(|_| by_name).map(|who| folded(who.name).into_owned()));
        }
    };
    app.log.db.read(|tx| {
        if rest.is_empty() && !by_name {
            cohort::figures(tx, &app.viewer, &measure, &mut |one| take(one, None))
        } else {
            let known = if filter.asks_by() || filter.asks_level() { CohortCache::All } else { CohortCache::Words };
            cohort::each(tx, &app.viewer, &measure, known, &mut |one, who| take(one, Some(who)))
        }
    })?;
    if lost {
        return Err(damaged("an enrolment is on no standard, or starts on no day").into());
    }
    if by_name {
        let mut turns: Vec<usize> = (0..found.len()).collect();
        turns.sort_unstable_by(|a, b| (&names[*a], found[*a].place).cmp(&(&names[*b], found[*b].place)));
        for (turn, at) in (0..).zip(turns) {
            found[at].key = turn;
        }
    }
    if filter.asks_ksbs() {
        ksb_filter::keep_with_ksbs(app, &mut found, filter, (&courses, &parts), &measure)?;
    }
    // Stable sort: rows arrive by trainee number and keep that order within equal keys.
    found.sort_by_key(|one| one.key);
    Ok(Cohort { places: found.into_iter().map(|one| one.place).collect() })
}

/// Loads the data that a filter and an order need besides a trainee's own figures.
fn load_filter_inputs(
    app: &App,
    filter: &Filter,
    order: CohortOrder,
    measure: &StatusContext,
) -> Result<FilterInputs, Error> {
    let plans = signed_plan::plans(app)?;
    let (rules, viewer) = (programme_rules()?, &app.viewer);
    let reviews = filter.asks(FilterFlag::Overdue) || filter.asks(FilterFlag::Due);
    app.log.db.read(|tx| {
        Ok(FilterInputs {
            rules,
            today: measure.today,
            pauses: cohort::pauses(tx, viewer)?,
            ends: cohort::ends(tx, viewer)?,
            plans,
            waiting: if order == CohortOrder::Claims { cohort::waiting(tx, viewer)? } else { HashMap::new() },
            again: if order == CohortOrder::Lapses {
                cohort::again_first(tx, viewer, measure)?
            } else {
                HashMap::new()
            },
            reviews: reviews.then(|| cohort::next_reviews(tx, viewer)).transpose()?,
            over: if filter.asks_by() { supervisor_names(tx, viewer)? } else { HashMap::new() },
        })
    })
}

/// Returns what a filter can match on for every current trainee, by id.
pub(crate) fn about_everyone(app: &App) -> Result<HashMap<String, CohortSubject>, Error> {
    let (courses, parts, measure) = (courses(app)?, parts(app)?, app.measure()?);
    app.log.db.read(|tx| {
        let (mut about, breaks) = (HashMap::new(), cohort::pauses(tx, &app.viewer)?);
        cohort::each(tx, &app.viewer, &measure, CohortCache::All, &mut |one, who| {
            let label = courses.get(&one.standard).map_or("", |course| course.label.as_str());
            let spans = breaks.get(&one.trainee).map(Vec::as_slice).unwrap_or_default();
            let option = parts.get(&one.trainee).map_or("", |part| part.option.as_str());
            let words = format!("{label}\n{}\n{option}\n{}", who.specialism, who.department);
            let paused = spans.iter().any(|span| span.holds(measure.today));
            about.insert(who.id.to_owned(), CohortSubject { words, level: who.level.to_owned(), paused });
        })?;
        Ok(about)
    })
}

/// Returns a page of cohort rows, from `skip` on.
pub fn cohort_rows(app: &App, of: &Cohort, skip: usize, rows: usize) -> Result<Vec<CohortRow>, Error> {
    let (measure, rules) = (app.measure()?, programme_rules()?);
    let wholes = app.log.db.read(|tx| {
        let window = of.places.iter().skip(skip).take(rows);
        window.filter_map(|place| whole(tx, &app.viewer, *place, &measure).transpose()).collect::<Result<Vec<_>, _>>()
    })?;
    let mut found = Vec::with_capacity(wholes.len());
    for whole in wholes {
        let standard = app.log.standard(&whole.card.standard)?;
        let standard = standard.ok_or_else(|| damaged(format!("{} is not there", whole.card.standard)))?;
        let rule = review_rule(rules, &standard, whole.card.start)?;
        let review = whole.next_review.unwrap_or_else(|| due_after(whole.card.start, None, rule));
        let part = app.log.standard_in(&whole.card.standard, &whole.card.scope)?;
        let part = part.unwrap_or_else(|| Arc::clone(&standard));
        let mut whole = whole;
        whole.card.planned = signed_plan::planned_ksbs(app, &whole.card.id, &part, &whole.card.pauses)?;
        found.push(row(whole, &standard, &part, review, measure.today));
    }
    Ok(found)
}

/// Returns the trainees with a partial scope, each with the part that applies.
pub(crate) fn parts(app: &App) -> Result<Parts, Error> {
    let scopes = app.log.db.read(|tx| cohort::scopes(tx, &app.viewer))?;
    if scopes.is_empty() {
        return Ok(Parts::new());
    }
    let mut numbers = HashMap::new();
    for (number, reference, version) in app.log.db.read(cohort::standards)? {
        numbers.insert(number, StandardRef::new(&reference, &version).map_err(damaged)?);
    }
    let mut parts = Parts::with_capacity(scopes.len());
    for (trainee, on, scope) in scopes {
        let of = numbers.get(&on).ok_or_else(|| damaged("an enrolment is on no standard"))?;
        let part = app.log.standard_in(of, &scope)?.ok_or_else(|| damaged(format!("{of} is not there")))?;
        let option = scope.option.map_or_else(String::new, |option| option.to_string());
        parts.insert(trainee, AnsweredPart { standard: part, option });
    }
    Ok(parts)
}

/// Returns the standards that have trainees.
pub(crate) fn courses(app: &App) -> Result<Courses, Error> {
    let mut courses = HashMap::new();
    for (number, reference, version) in app.log.db.read(cohort::standards)? {
        let of = StandardRef::new(&reference, &version).map_err(damaged)?;
        let standard = app.log.standard(&of)?.ok_or_else(|| damaged(format!("{of} is not there")))?;
        let total = count(&standard);
        courses.insert(number, Course { standard, label: of.to_string(), total });
    }
    Ok(courses)
}

/// Builds a row as of today: lapsed KSBs no longer count as signed. `part` is what applies to the trainee.
fn row(
    mut whole: CohortDetail,
    standard: &Standard,
    part: &Standard,
    review: NaiveDate,
    today: NaiveDate,
) -> CohortRow {
    whole.card.total = count(part);
    let lapsed = || whole.again.iter().filter(|again| again.state == State::Lapsed);
    whole.card.signed -= u16::try_from(lapsed().count()).unwrap_or(whole.card.signed).min(whole.card.signed);
    for ksb in lapsed().filter_map(|again| standard.ksb(again.code)) {
        for (duty, signed) in standard.duties().iter().zip(&mut whole.duties) {
            *signed -= u16::from(ksb.duties.contains(&duty.no) && *signed > 0);
        }
    }
    let figures = (whole.not_yet, whole.claims);
    let mut row = CohortRow::new(whole.card, whole.level, &whole.duties, figures, standard, today);
    // Duties keep their columns, so that rows of one standard line up; those of another option stay empty.
    for (duty, figure) in standard.duties().iter().zip(&mut row.duties) {
        let total = u16::try_from(part.of_duty(duty.no).count()).unwrap_or(u16::MAX);
        *figure = (figure.0.min(total), total);
    }
    let review_overdue = u32::try_from((today - review).num_days()).unwrap_or(0);
    CohortRow { review_overdue, again: whole.again, ..row }
}

fn count(standard: &Standard) -> u16 {
    u16::try_from(standard.ksbs().len()).unwrap_or(u16::MAX)
}
