//! Builds the cohort view: one pass to filter and sort trainees, then pages of rows.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::app::App;
use crate::cohort::course::{AnsweredPart, Course, Courses, MatchedTrainee, Parts};
use crate::cohort::inputs::{CohortInput, CohortInputs};
use crate::cohort::ksb_filter;
use crate::error::Error;
use crate::programme::hours::{HoursSubject, hours_targets};
use crate::programme::rules::{programme_rules, review_rule};
use crate::programme::signed_plan::{self, planned_of};
use countersign_core::filter::Filter;
use countersign_core::primitives::date::parse_day;
use countersign_core::primitives::fold::folded;
use countersign_core::primitives::ids::StandardRef;
use countersign_core::programme::cohort::{CohortOrder, CohortRow};
use countersign_core::programme::cohort_summary::CohortSummary;
use countersign_core::programme::funding_rules::ProgrammeRules;
use countersign_core::programme::review_plan::{ReviewDue, call, due_after};
use countersign_core::record::ksb_status::{State, StatusContext};
use countersign_core::standard::Standard;
use countersign_store::codec::StandardNo;
use countersign_store::error::damaged;
use countersign_store::queries::cohort::TraineeNo;
use countersign_store::queries::cohort::{self, CohortCache, Figures, TraineeDetails};
use countersign_store::queries::cohort_detail::{CohortDetail, whole};
use countersign_store::queries::cohort_standing;

/// A filtered and sorted cohort, as row numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cohort {
    places: Vec<TraineeNo>,
    groups: Vec<CohortGroup>,
}

/// The trainees of one standard in a grouped cohort.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CohortGroup {
    pub standard: StandardRef,
    /// The index of its first row in the list.
    pub first: usize,
    /// Trainees that match the filter; none if the order runs over all standards.
    pub rows: usize,
    /// All its current trainees.
    pub of: usize,
}

impl Cohort {
    /// Returns the cohort of these trainees, in this order.
    pub(crate) fn of(places: Vec<TraineeNo>) -> Self {
        Self { places, groups: Vec::new() }
    }

    /// Returns the row numbers of the trainees, in order.
    pub(crate) fn trainees(&self) -> &[TraineeNo] {
        &self.places
    }

    /// Returns the number of trainees.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Returns the groups of a grouped cohort, in the order of its rows; one may be without a row.
    pub fn groups(&self) -> &[CohortGroup] {
        &self.groups
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

/// Returns the current trainees that match `filter`, in `order`.
pub fn cohort(app: &App, filter: &Filter, order: CohortOrder) -> Result<Cohort, Error> {
    let found = matched(app, filter, order, &courses(app)?, None)?;
    Ok(Cohort { places: found.into_iter().map(|one| one.place).collect(), groups: Vec::new() })
}

/// Returns the current trainees that match `filter`, by standard and then in `order`, unless that runs over all standards.
/// The standard with most trainees comes first.
pub fn grouped(app: &App, filter: &Filter, order: CohortOrder) -> Result<Cohort, Error> {
    let courses = courses(app)?;
    let mut counts = HashMap::new();
    let mut found = matched(app, filter, order, &courses, Some(&mut counts))?;
    let mut standards: Vec<(StandardNo, usize, &Course)> =
        courses.iter().filter_map(|(number, course)| Some((*number, counts.get(number).copied()?, course))).collect();
    standards.sort_by(|a, b| (b.1, &a.2.label).cmp(&(a.1, &b.2.label)));
    let turns: HashMap<StandardNo, usize> =
        standards.iter().zip(0..).map(|((number, ..), turn)| (*number, turn)).collect();
    if order.is_by_standard() {
        // Stable sort: the order holds within each standard.
        found.sort_by_key(|one| turns.get(&one.on).copied().unwrap_or(usize::MAX));
    }
    let mut groups: Vec<CohortGroup> = Vec::new();
    for (number, of, course) in standards {
        let first = groups.last().map_or(0, |group| group.first + group.rows);
        let together = found.get(first..).filter(|_| order.is_by_standard()).unwrap_or_default();
        let rows = together.iter().take_while(|one| one.on == number).count();
        groups.push(CohortGroup { standard: course.standard.reference().clone(), first, rows, of });
    }
    Ok(Cohort { places: found.into_iter().map(|one| one.place).collect(), groups })
}

/// Returns the trainees that match a filter, in order, and counts how many trainees each standard has.
fn matched(
    app: &App,
    filter: &Filter,
    order: CohortOrder,
    courses: &Courses,
    mut counts: Option<&mut HashMap<StandardNo, usize>>,
) -> Result<Vec<MatchedTrainee>, Error> {
    let (parts, measure) = (parts(app)?, app.measure()?);
    // KSB conditions cost most, so they are checked last and only for trainees who pass the rest.
    let (rest, asks) = (filter.without_ksbs(), CohortInputs::load(app, &CohortInput::of(filter, order), &measure)?);
    let by_name = order == CohortOrder::Name;
    let (mut found, mut names, mut lost) = (Vec::new(), Vec::new(), false);
    let mut take = |one: Figures<'_>, who: Option<TraineeDetails<'_>>| {
        let (Some(course), Some(start)) = (courses.get(&one.standard), parse_day(one.start)) else {
            lost = true;
            return;
        };
        if let Some(counts) = &mut counts {
            *counts.entry(one.standard).or_default() += 1;
        }
        let part = if parts.is_empty() { None } else { parts.get(&one.trainee) };
        let total = part.map_or(course.total, |part| count(&part.standard));
        let answered_for = part.map_or(&course.standard, |part| &part.standard);
        let standing = asks.standing((&one, start), answered_for, total, course);
        let option = part.map_or("", |part| part.option.as_str());
        if who.is_none_or(|who| rest.is_empty() || asks.fits(&rest, one.trainee, (&who, option), course, &standing)) {
            found.push(MatchedTrainee { key: asks.key(order, &one, &standing), place: one.trainee, on: one.standard });
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
        return Err(lost_enrolment());
    }
    if by_name {
        let mut turns: Vec<usize> = (0..found.len()).collect();
        turns.sort_unstable_by(|a, b| (&names[*a], found[*a].place).cmp(&(&names[*b], found[*b].place)));
        for (turn, at) in (0..).zip(turns) {
            found[at].key = turn;
        }
    }
    if filter.asks_ksbs() {
        ksb_filter::keep_with_ksbs(app, &mut found, filter, (courses, &parts), &measure)?;
    }
    // Stable sort: rows arrive by trainee number and keep that order within equal keys.
    found.sort_by_key(|one| one.key);
    Ok(found)
}

/// Sums up all current trainees whom the viewer may see.
pub fn summary(app: &App) -> Result<CohortSummary, Error> {
    let (courses, parts, measure) = (courses(app)?, parts(app)?, app.measure()?);
    let asks = CohortInputs::load(app, &[CohortInput::Reviews, CohortInput::Hours], &measure)?;
    let (mut sum, mut lost, mut oldest) = (CohortSummary::default(), false, None::<NaiveDate>);
    app.log.db.read(|tx| {
        let claims = cohort_standing::claims(tx, &app.viewer)?;
        cohort::figures(tx, &app.viewer, &measure, &mut |one| {
            let (Some(course), Some(start)) = (courses.get(&one.standard), parse_day(one.start)) else {
                lost = true;
                return;
            };
            let part = parts.get(&one.trainee);
            let answered_for = part.map_or(&course.standard, |part| &part.standard);
            let standing = asks.standing((&one, start), answered_for, count(answered_for), course);
            sum.trainees += 1;
            sum.behind += u32::from(standing.pace.ahead < 0);
            sum.reviews_late += u32::from(matches!(standing.review, Some(ReviewDue::Overdue(_))));
            sum.lapsed += u32::from(one.lapsed);
            sum.with_lapsed += u32::from(one.lapsed > 0);
            sum.hours_short += u32::from(standing.hours.is_short());
            sum.paused += u32::from(asks.paused(one.trainee));
            if let Some((waiting, made)) = claims.get(&one.trainee) {
                sum.claims += waiting;
                oldest = Some(oldest.map_or(made.local_day(), |oldest| oldest.min(made.local_day())));
            }
        })
    })?;
    if lost {
        return Err(lost_enrolment());
    }
    let days = oldest.map(|day| u32::try_from((measure.today - day).num_days()).unwrap_or(0));
    Ok(CohortSummary { oldest_claim: days, ..sum })
}

fn lost_enrolment() -> Error {
    damaged("an enrolment is on no standard, or starts on no day").into()
}

/// Returns what a filter can match on for every current trainee, by id.
pub(crate) fn trainee_index(app: &App) -> Result<HashMap<String, CohortSubject>, Error> {
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

/// Returns a page of cohort rows, from `skip` on, without what `detailed` adds.
pub fn cohort_rows(app: &App, of: &Cohort, skip: usize, rows: usize) -> Result<Vec<CohortRow>, Error> {
    let (measure, rules) = (app.measure()?, programme_rules()?);
    let wholes = app.log.db.read(|tx| {
        let window = of.places.iter().skip(skip).take(rows);
        window.filter_map(|place| whole(tx, &app.viewer, *place, &measure).transpose()).collect::<Result<Vec<_>, _>>()
    })?;
    wholes.into_iter().map(|whole| row_of(app, whole, rules, &measure)).collect()
}

fn row_of(
    app: &App,
    mut whole: CohortDetail,
    rules: &ProgrammeRules,
    measure: &StatusContext,
) -> Result<CohortRow, Error> {
    let today = measure.today;
    let standard = app.log.standard(&whole.card.standard)?;
    let standard = standard.ok_or_else(|| damaged(format!("{} is not there", whole.card.standard)))?;
    let rule = review_rule(rules, &standard, whole.card.start)?;
    let due = whole.next_review.unwrap_or_else(|| due_after(whole.card.start, None, rule));
    let part = app.log.standard_in(&whole.card.standard, &whole.card.scope)?;
    let part = part.unwrap_or_else(|| Arc::clone(&standard));
    let plan = whole.plan.map(|at| signed_plan::plan_at(app, at)).transpose()?;
    let plan = plan.filter(|plan| plan.holds_on(&whole.card.standard));
    let prior =
        whole.recognition.map(|at| app.log.db.read(|tx| signed_plan::recognised_at(app, tx, at))).transpose()?;
    let prior = prior.filter(|prior| prior.holds_on(&whole.card.standard));
    whole.card.planned = plan.as_ref().and_then(|plan| planned_of(plan, &part, &whole.card.pauses, today));
    let subject = HoursSubject {
        start: whole.card.start,
        end: whole.card.end,
        spans: &whole.card.pauses,
        standard: &standard,
        weekly: whole.weekly,
        recognised: prior.as_deref(),
        plan: plan.as_deref(),
        today,
    };
    let hours = hours_targets(rules, &subject, whole.confirmed);
    let supervisors = std::mem::take(&mut whole.supervisors);
    let row = row(whole, &standard, &part, due, today);
    Ok(CohortRow { hours, supervisors, review: Some((due, call(due, rule, today))), ..row })
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
