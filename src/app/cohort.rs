//! The cohort as a training officer sees it. Reading alone: one pass for the order, then windows of rows.

use std::collections::HashMap;
use std::sync::Arc;

use crate::app::error::Error;
use crate::app::service::App;
use crate::domain::cohort::{CohortFilter, CohortGlance, CohortOrder, CohortRow};
use crate::domain::competence::State;
use crate::domain::pause::reached;
use crate::domain::progress::pace;
use crate::domain::standard::Standard;
use crate::domain::value::StandardRef;
use crate::domain::when::parse_day;
use crate::store::claims;
use crate::store::cohort::{self, StandardNo, TraineeNo};
use crate::store::error::damaged;

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

/// A standard as the order needs it.
struct Course {
    standard: Arc<Standard>,
    label: String,
    total: u16,
}

impl App {
    /// The current trainees that fit `filter`, in `order`.
    pub fn cohort(&mut self, filter: &CohortFilter, order: CohortOrder) -> Result<Cohort, Error> {
        let courses = self.courses()?;
        let measure = self.measure()?;
        let today = measure.today;
        // Only where the order is by them: nobody else waits for it.
        let waiting = match order {
            CohortOrder::Claims => self.book.db.read(|tx| claims::counts(tx, &self.viewer))?,
            _ => HashMap::new(),
        };
        let again = match order {
            CohortOrder::Lapses => self.book.db.read(|tx| cohort::again_first(tx, &self.viewer, &measure))?,
            _ => HashMap::new(),
        };
        let pauses = self.book.db.read(|tx| cohort::pauses(tx, &self.viewer))?;
        let mut found: Vec<(i64, String, TraineeNo)> = Vec::new();
        let mut lost = false;
        self.book.db.read(|tx| {
            cohort::each(tx, &self.viewer, &measure, &mut |one| {
                let (Some(course), Some(start)) = (courses.get(&one.standard), parse_day(one.start)) else {
                    lost = true;
                    return;
                };
                let spans = pauses.get(&one.trainee).map(Vec::as_slice).unwrap_or_default();
                let reached = reached(spans, today);
                let weeks = pace(one.signed, course.total, start, course.standard.months(), reached).weeks;
                let glance = CohortGlance {
                    name: one.name,
                    standard: &course.label,
                    specialism: one.specialism,
                    department: one.department,
                    level: one.level,
                    weeks,
                    paused: spans.iter().any(|span| span.holds(today)),
                };
                if filter.fits(&glance) {
                    let key = match order {
                        CohortOrder::Behind => i64::from(weeks),
                        CohortOrder::Name => 0,
                        CohortOrder::Month => i64::from(start.to_epoch_days()),
                        CohortOrder::Signed => i64::from(one.signed),
                        CohortOrder::Lapses => again.get(&one.trainee).map_or(i64::MAX, |d| d.to_epoch_days().into()),
                        CohortOrder::Claims => -waiting.get(one.id).copied().map_or(0, i64::from),
                    };
                    let name = if order == CohortOrder::Name { one.name.to_lowercase() } else { String::new() };
                    found.push((key, name, one.trainee));
                }
            })
        })?;
        if lost {
            return Err(damaged("an enrolment is on no standard, or starts on no day").into());
        }
        found.sort_unstable();
        Ok(Cohort { places: found.into_iter().map(|(_, _, place)| place).collect() })
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
