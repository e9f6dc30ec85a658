//! The cohort as a training officer sees it. Reading alone: one pass for the order, then windows of rows.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::app::error::Error;
use crate::app::service::App;
use crate::domain::cohort::{CohortOrder, CohortRow};
use crate::domain::competence::{Measure, State};
use crate::domain::filter::Filter;
use crate::domain::filter_facts::{Facts, Flags, KsbFact};
use crate::domain::filter_parts::Flag;
use crate::domain::pause::{Span, reached};
use crate::domain::progress::pace;
use crate::domain::review_plan::Call;
use crate::domain::standard::Standard;
use crate::domain::value::{PersonId, StandardRef};
use crate::domain::when::parse_day;
use crate::store::cohort::{self, Glance, StandardNo, TraineeNo};
use crate::store::db::Tx;
use crate::store::error::damaged;
use crate::store::{claims, competence, people, supervision};

/// A cohort in an order: where each trainee is found, a few bytes each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cohort {
    places: Vec<TraineeNo>,
}

impl Cohort {
    /// How many trainees it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether nobody is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }
}

/// Of a trainee: standard, specialism and department, the level, and whether the programme is paused today.
pub(in crate::app) struct About {
    pub(in crate::app) words: String,
    pub(in crate::app) level: String,
    pub(in crate::app) paused: bool,
}

/// A trainee that fits, and where they stand in the order.
struct Found {
    key: i64,
    name: String,
    place: TraineeNo,
    id: String,
    on: StandardNo,
}

/// What is looked up beside a trainee's own figures, by their id.
#[derive(Default)]
struct Asks {
    pauses: HashMap<TraineeNo, Vec<Span>>,
    waiting: HashMap<String, u32>,
    again: HashMap<TraineeNo, NaiveDate>,
    calls: HashMap<String, Call>,
    over: HashMap<String, String>,
}

/// Whether a filter lists a trainee who began on `start` and is so many weeks ahead.
fn fits(
    filter: &Filter,
    one: &Glance<'_>,
    standard: &str,
    (start, weeks): (NaiveDate, i32),
    (asks, today): (&Asks, NaiveDate),
) -> bool {
    let spans = asks.pauses.get(&one.trainee).map(Vec::as_slice).unwrap_or_default();
    let call = asks.calls.get(one.id);
    let flags = [
        (Flag::Behind, weeks < 0),
        (Flag::Ahead, weeks > 0),
        (Flag::Paused, spans.iter().any(|span| span.holds(today))),
        (Flag::Overdue, call.is_some_and(|call| matches!(call, Call::Overdue(_)))),
        (Flag::Due, call.is_some_and(|call| !matches!(call, Call::Later(_)))),
    ];
    filter.fits(&Facts {
        texts: &[one.name, standard, one.specialism, one.department],
        by: asks.over.get(one.id).map(String::as_str).as_slice(),
        day: Some(start),
        level: one.level,
        flags: flags.into_iter().fold(Flags::default(), |flags, (flag, is)| flags.with(flag, is)),
        ..Facts::default()
    })
}

/// A standard as the order needs it.
struct Course {
    standard: Arc<Standard>,
    label: String,
    total: u16,
}

impl App {
    /// The current trainees that fit `filter`, in `order`.
    pub fn cohort(&mut self, filter: &Filter, order: CohortOrder) -> Result<Cohort, Error> {
        let courses = self.courses()?;
        let measure = self.measure()?;
        let today = measure.today;
        // What is asked of KSBs is looked up last, of those alone whom everything else fits.
        let (rest, asks) = (filter.without_ksbs(), self.asked_beside(filter, order, &measure)?);
        let all = rest.is_empty();
        let mut found: Vec<Found> = Vec::new();
        let mut lost = false;
        self.book.db.read(|tx| {
            cohort::each(tx, &self.viewer, &measure, &mut |one| {
                let (Some(course), Some(start)) = (courses.get(&one.standard), parse_day(one.start)) else {
                    lost = true;
                    return;
                };
                let spans = asks.pauses.get(&one.trainee).map(Vec::as_slice).unwrap_or_default();
                let reached = reached(spans, today);
                let weeks = pace(one.signed, course.total, start, course.standard.months(), reached).weeks;
                if all || fits(&rest, &one, &course.label, (start, weeks), (&asks, today)) {
                    let key = match order {
                        CohortOrder::Behind => i64::from(weeks),
                        CohortOrder::Name => 0,
                        CohortOrder::Month => i64::from(start.to_epoch_days()),
                        CohortOrder::Signed => i64::from(one.signed),
                        CohortOrder::Lapses => {
                            asks.again.get(&one.trainee).map_or(i64::MAX, |day| day.to_epoch_days().into())
                        }
                        CohortOrder::Claims => -asks.waiting.get(one.id).copied().map_or(0, i64::from),
                    };
                    let name = if order == CohortOrder::Name { one.name.to_lowercase() } else { String::new() };
                    let id = if filter.asks_ksbs() { one.id.to_owned() } else { String::new() };
                    found.push(Found { key, name, place: one.trainee, id, on: one.standard });
                }
            })
        })?;
        if lost {
            return Err(damaged("an enrolment is on no standard, or starts on no day").into());
        }
        if filter.asks_ksbs() {
            let fits = self.book.db.read(|tx| {
                let course = |one: &Found| courses.get(&one.on).map(|course| &*course.standard);
                let fits = |one: &Found| match course(one) {
                    Some(standard) => self.has_ksb(tx, filter, &one.id.parse()?, standard, &measure),
                    None => Ok(false),
                };
                found.iter().map(fits).collect::<Result<Vec<bool>, Error>>()
            })?;
            let mut fits = fits.into_iter();
            found.retain(|_| fits.next() == Some(true));
        }
        // Names are looked at only where the order is by them: of ten thousand trainees most have one of a few figures.
        let names =
            |a: &Found, b: &Found| if order == CohortOrder::Name { a.name.cmp(&b.name) } else { Ordering::Equal };
        found.sort_unstable_by(|a, b| a.key.cmp(&b.key).then_with(|| names(a, b)).then_with(|| a.place.cmp(&b.place)));
        Ok(Cohort { places: found.into_iter().map(|one| one.place).collect() })
    }

    /// Whether a trainee has a KSB that the filter asks for.
    fn has_ksb(
        &self,
        tx: &Tx<'_>,
        filter: &Filter,
        trainee: &PersonId,
        standard: &Standard,
        measure: &Measure,
    ) -> Result<bool, Error> {
        let known = competence::states(tx, &self.viewer, trainee, standard.reference(), measure)?;
        let claims = claims::waiting_on(tx, &self.viewer, trainee, standard.reference())?;
        Ok(standard.ksbs().iter().any(|ksb| {
            let nothing = if claims.contains_key(&ksb.code) { State::Claimed } else { State::Open };
            let state = known.get(&ksb.code).copied().unwrap_or(nothing);
            filter.fits_one_of(&KsbFact { code: ksb.code, state, duties: &ksb.duties })
        }))
    }

    /// What a filter and an order ask beside a trainee's own figures. Nobody else waits for it.
    fn asked_beside(&self, filter: &Filter, order: CohortOrder, measure: &Measure) -> Result<Asks, Error> {
        let mut asks = Asks { pauses: self.book.db.read(|tx| cohort::pauses(tx, &self.viewer))?, ..Asks::default() };
        if order == CohortOrder::Claims {
            asks.waiting = self.book.db.read(|tx| claims::counts(tx, &self.viewer))?;
        }
        if order == CohortOrder::Lapses {
            asks.again = self.book.db.read(|tx| cohort::again_first(tx, &self.viewer, measure))?;
        }
        if filter.asks(Flag::Overdue) || filter.asks(Flag::Due) {
            asks.calls = self.review_calls()?.into_iter().map(|row| (row.id.to_string(), row.call)).collect();
        }
        if filter.asks_by() {
            asks.over = self.who_is_over()?;
        }
        Ok(asks)
    }

    /// What a filter can ask of every current trainee, by id.
    pub(in crate::app) fn about_everyone(&mut self) -> Result<HashMap<String, About>, Error> {
        let (courses, measure) = (self.courses()?, self.measure()?);
        self.book.db.read(|tx| {
            let (mut about, breaks) = (HashMap::new(), cohort::pauses(tx, &self.viewer)?);
            cohort::each(tx, &self.viewer, &measure, &mut |one| {
                let label = courses.get(&one.standard).map_or("", |course| course.label.as_str());
                let spans = breaks.get(&one.trainee).map(Vec::as_slice).unwrap_or_default();
                let words = format!("{label}\n{}\n{}", one.specialism, one.department);
                let paused = spans.iter().any(|span| span.holds(measure.today));
                about.insert(one.id.to_owned(), About { words, level: one.level.to_owned(), paused });
            })?;
            Ok(about)
        })
    }

    /// Each trainee's supervisors: their names and ids, in one text.
    pub(in crate::app) fn who_is_over(&self) -> Result<HashMap<String, String>, Error> {
        self.book.db.read(|tx| {
            let (mut over, mut names) = (HashMap::<String, String>::new(), HashMap::<PersonId, String>::new());
            for (supervisor, trainee) in supervision::all(tx, &self.viewer)? {
                if !names.contains_key(&supervisor) {
                    let name = people::person(tx, &supervisor)?.map(|one| one.name.to_string()).unwrap_or_default();
                    names.insert(supervisor.clone(), format!("{name} {supervisor}\n"));
                }
                let one = over.entry(trainee.to_string()).or_default();
                one.push_str(names.get(&supervisor).map_or("", String::as_str));
            }
            Ok(over)
        })
    }

    /// So many rows of a cohort, from `skip` on.
    pub fn cohort_rows(&mut self, of: &Cohort, skip: usize, rows: usize) -> Result<Vec<CohortRow>, Error> {
        let measure = self.measure()?;
        let today = measure.today;
        let mut found = Vec::new();
        for place in of.places.iter().skip(skip).take(rows) {
            let Some(whole) = self.book.db.read(|tx| cohort::whole(tx, &self.viewer, *place, &measure))? else {
                continue;
            };
            let standard = self.book.standard(&whole.card.standard)?;
            let standard = standard.ok_or_else(|| damaged(format!("{} is not there", whole.card.standard)))?;
            let mut card = whole.card;
            let mut duties = whole.duties;
            card.total = count(&standard);
            let lapsed = || whole.again.iter().filter(|again| again.state == State::Lapsed);
            card.signed -= u16::try_from(lapsed().count()).unwrap_or(card.signed).min(card.signed);
            for ksb in lapsed().filter_map(|again| standard.ksb(again.code)) {
                for (duty, signed) in standard.duties().iter().zip(&mut duties) {
                    *signed -= u16::from(ksb.duties.contains(&duty.no) && *signed > 0);
                }
            }
            let review_overdue = self.review_overdue(&card.id, card.start, today)?;
            let row = CohortRow::new(card, whole.level, &duties, (whole.not_yet, whole.claims), &standard, today);
            found.push(CohortRow { review_overdue, again: whole.again, ..row });
        }
        Ok(found)
    }

    fn courses(&mut self) -> Result<HashMap<StandardNo, Course>, Error> {
        let mut courses = HashMap::new();
        for (number, reference, version) in self.book.db.read(cohort::standards)? {
            let of = StandardRef::new(&reference, &version).map_err(damaged)?;
            let standard = self.book.standard(&of)?.ok_or_else(|| damaged(format!("{of} is not there")))?;
            let total = count(&standard);
            courses.insert(number, Course { standard, label: of.to_string(), total });
        }
        Ok(courses)
    }
}

fn count(standard: &Standard) -> u16 {
    u16::try_from(standard.ksbs().len()).unwrap_or(u16::MAX)
}
