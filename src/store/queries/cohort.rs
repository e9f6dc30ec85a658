//! Reads all trainees' figures in one pass, and what cohort filters need besides, without a row per trainee in memory.
//!
//! Every table is read once from end to end in trainee order, so there are no lookups.
//!
//! Invariant: queries about records take a viewer.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use rusqlite::{Row, Rows, params};

use crate::codec::{StandardNo, day, day_of, scope_of};
use crate::db::Tx;
use crate::error::{StoreError, damaged};
use crate::index::{pauses, programme_index};
use countersign_core::people::break_in_learning::BreakPeriod;
use countersign_core::people::person::Viewer;
use countersign_core::primitives::ids::PersonId;
use countersign_core::record::ksb_status::StatusContext;
use countersign_core::standard::options::Scope;

const FIGURES: &str = "SELECT trainee, standard, start FROM enrolment
    WHERE ?1 IS NULL OR trainee = (SELECT person FROM person WHERE id = ?1) ORDER BY trainee";
const ENROLLED: &str = "SELECT trainee, standard, start, specialism FROM enrolment
    WHERE ?1 IS NULL OR trainee = (SELECT person FROM person WHERE id = ?1) ORDER BY trainee";
const SIGNED: &str = "SELECT trainee, standard, signed FROM summary ORDER BY trainee, standard";
const PEOPLE: &str = r#"SELECT person, "left", name, department, id, level FROM person ORDER BY person"#;
const WORDS: &str = r#"SELECT person, "left", name, department FROM person ORDER BY person"#;
const LEFT: &str = r#"SELECT person FROM person WHERE "left" = 1"#;
const SEEN_BEFORE: &str = "SELECT trainee, standard FROM state WHERE observed < ?1 AND (state <> 3 OR ?2)";
const COUNTERSIGNED_BEFORE: &str =
    "SELECT trainee, standard FROM state WHERE countersigned < ?1 AND (state <> 3 OR ?2)";
const AGAIN: &str = "SELECT trainee, observed FROM state CROSS JOIN enrolment USING (trainee, standard)
    WHERE observed < ?1 AND (state <> 3 OR ?3)
    AND (?2 IS NULL OR trainee = (SELECT person FROM person WHERE id = ?2)) ORDER BY observed";
const AGAIN_COUNTERSIGNED: &str =
    "SELECT trainee, countersigned FROM state CROSS JOIN enrolment USING (trainee, standard)
    WHERE countersigned < ?1 AND (state <> 3 OR ?3)
    AND (?2 IS NULL OR trainee = (SELECT person FROM person WHERE id = ?2)) ORDER BY countersigned";
const REVIEWS: &str =
    "SELECT trainee, (SELECT last FROM fact INDEXED BY fact_review WHERE fact.trainee = enrolment.trainee
    AND kind = 1 AND withdrawn IS NULL AND doubted IS NULL ORDER BY first DESC, place DESC LIMIT 1) FROM enrolment
    WHERE ?1 IS NULL OR trainee = (SELECT person FROM person WHERE id = ?1)";
const WAITING: &str = "SELECT person FROM claim INDEXED BY claim_waiting JOIN person ON person.id = trainee
    WHERE waiting > 0 AND (?1 IS NULL OR trainee = ?1)";
const STANDARDS: &str = "SELECT standard, reference, version FROM standard
    WHERE EXISTS (SELECT 1 FROM enrolment WHERE enrolment.standard = standard.standard)";

const SCOPES: &str = "SELECT trainee, standard, scope FROM enrolment INDEXED BY enrolment_scope
    WHERE scope IS NOT NULL AND (?1 IS NULL OR trainee = (SELECT person FROM person WHERE id = ?1))";

const ENDS: &str = "SELECT trainee, planned_end FROM enrolment INDEXED BY enrolment_planned_end
    WHERE planned_end IS NOT NULL AND (?1 IS NULL OR trainee = (SELECT person FROM person WHERE id = ?1))";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TraineeNo(pub(crate) i64);

#[derive(Debug, Clone, Copy)]
pub struct Figures<'a> {
    /// The key for reading the rest.
    pub trainee: TraineeNo,
    pub standard: StandardNo,
    /// The first day, as `2026-09-01`.
    pub start: &'a str,
    /// KSBs signed and not lapsed.
    pub signed: u16,
    pub lapsed: u16,
}

/// How much is read about each person, since every column counts with ten thousand people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CohortCache {
    /// Only what text filters search.
    Words,
    All,
}

/// Details of a trainee; empty where unknown or not read.
#[derive(Debug, Clone, Copy)]
pub struct TraineeDetails<'a> {
    pub name: &'a str,
    pub specialism: &'a str,
    pub department: &'a str,
    /// The id, with `CohortCache::All`.
    pub id: &'a str,
    /// The level's slug, with `CohortCache::All`.
    pub level: &'a str,
}

/// Calls `each` with the figures of every current trainee, by row number.
pub fn figures(
    tx: &Tx<'_>,
    viewer: &Viewer,
    measure: &StatusContext,
    each: &mut dyn FnMut(Figures<'_>),
) -> Result<(), StoreError> {
    let left: HashSet<i64> = tx.prepared(LEFT)?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let (mut enrolled, mut summaries) = (tx.prepared(FIGURES)?, tx.prepared(SIGNED)?);
    let mut signed = Signed::new(tx, summaries.query([])?, measure)?;
    let mut enrolled = enrolled.query([own(viewer)])?;
    while let Some(row) = enrolled.next()? {
        if !left.contains(&row.get(0)?) {
            each(signed.figures(row)?);
        }
    }
    Ok(())
}

/// Calls `each` with the figures and details of every current trainee, by row number.
pub fn each(
    tx: &Tx<'_>,
    viewer: &Viewer,
    measure: &StatusContext,
    known: CohortCache,
    each: &mut dyn FnMut(Figures<'_>, TraineeDetails<'_>),
) -> Result<(), StoreError> {
    let (mut enrolled, mut summaries) = (tx.prepared(ENROLLED)?, tx.prepared(SIGNED)?);
    let mut people = tx.prepared(if known == CohortCache::All { PEOPLE } else { WORDS })?;
    let mut signed = Signed::new(tx, summaries.query([])?, measure)?;
    let (mut enrolled, mut people) = (enrolled.query([own(viewer)])?, people.query([])?);
    while let Some(row) = enrolled.next()? {
        let trainee: i64 = row.get(0)?;
        loop {
            let person = people.next()?.ok_or_else(|| damaged("an enrolment has no trainee"))?;
            if person.get::<_, i64>(0)? < trainee {
                continue;
            }
            if !person.get::<_, bool>(1)? {
                let more = |at| if known == CohortCache::All { text(person, at) } else { Ok("") };
                let who = TraineeDetails {
                    name: text(person, 2)?,
                    specialism: text(row, 3)?,
                    department: text(person, 3)?,
                    id: more(4)?,
                    level: more(5)?,
                };
                each(signed.figures(row)?, who);
            }
            break;
        }
    }
    Ok(())
}

/// A merge join of signed KSBs with enrolments.
struct Signed<'s> {
    summaries: Rows<'s>,
    at: Option<((i64, i64), u16)>,
    lapsed: HashMap<(i64, i64), u16>,
}

impl<'s> Signed<'s> {
    fn new(tx: &Tx<'_>, summaries: Rows<'s>, measure: &StatusContext) -> Result<Self, StoreError> {
        let mut signed = Self { summaries, at: None, lapsed: lapsed(tx, measure)? };
        signed.step()?;
        Ok(signed)
    }

    fn step(&mut self) -> Result<(), StoreError> {
        let read = |row: &Row<'_>| Ok::<_, StoreError>(((row.get(0)?, row.get(1)?), row.get(2)?));
        self.at = self.summaries.next()?.map(read).transpose()?;
        Ok(())
    }

    fn figures<'r>(&mut self, row: &'r Row<'_>) -> Result<Figures<'r>, StoreError> {
        let of = (row.get(0)?, row.get(1)?);
        while self.at.is_some_and(|(at, _)| at < of) {
            self.step()?;
        }
        let signed = self.at.filter(|(at, _)| *at == of).map_or(0, |(_, signed)| signed);
        let lapsed = if self.lapsed.is_empty() { 0 } else { self.lapsed.get(&of).copied().unwrap_or(0) };
        Ok(Figures {
            trainee: TraineeNo(of.0),
            standard: StandardNo(of.1),
            start: text(row, 2)?,
            signed: signed.saturating_sub(lapsed),
            lapsed,
        })
    }
}

/// Returns how many KSBs lapsed, for each trainee and standard with any.
fn lapsed(tx: &Tx<'_>, measure: &StatusContext) -> Result<HashMap<(i64, i64), u16>, StoreError> {
    let mut lapsed = HashMap::new();
    let Some(good) = measure.good_from() else { return Ok(lapsed) };
    let mut statement = tx.prepared(if measure.policy.countersign > 0 { COUNTERSIGNED_BEFORE } else { SEEN_BEFORE })?;
    let mut rows = statement.query(params![day(good), measure.policy.carried_over])?;
    while let Some(row) = rows.next()? {
        *lapsed.entry((row.get(0)?, row.get(1)?)).or_default() += 1;
    }
    Ok(lapsed)
}

/// Returns, for each current trainee with a KSB due for reassessment or lapsed, the earliest day one was observed.
pub fn again_first(
    tx: &Tx<'_>,
    viewer: &Viewer,
    measure: &StatusContext,
) -> Result<HashMap<TraineeNo, NaiveDate>, StoreError> {
    let mut found = HashMap::new();
    let Some(calm) = measure.calm_from() else { return Ok(found) };
    let mut statement = tx.prepared(if measure.policy.countersign > 0 { AGAIN_COUNTERSIGNED } else { AGAIN })?;
    let mut rows = statement.query(params![day(calm), own(viewer), measure.policy.carried_over])?;
    while let Some(row) = rows.next()? {
        // Rows come earliest first.
        if let Entry::Vacant(place) = found.entry(TraineeNo(row.get(0)?)) {
            place.insert(day_of(row.get(1)?)?);
        }
    }
    Ok(found)
}

/// Returns the day set for each trainee's next progress review, if one was held.
pub fn next_reviews(tx: &Tx<'_>, viewer: &Viewer) -> Result<HashMap<TraineeNo, NaiveDate>, StoreError> {
    tx.some_rows(REVIEWS, [own(viewer)], |row| {
        let next = row.get::<_, Option<i64>>(1)?;
        next.map(|next| Ok((TraineeNo(row.get(0)?), day_of(next)?))).transpose()
    })
}

pub fn waiting(tx: &Tx<'_>, viewer: &Viewer) -> Result<HashMap<TraineeNo, u32>, StoreError> {
    let mut waiting = HashMap::new();
    tx.rows::<(), ()>(WAITING, [own(viewer)], |row| {
        *waiting.entry(TraineeNo(row.get(0)?)).or_default() += 1;
        Ok(())
    })?;
    Ok(waiting)
}

pub fn pauses(tx: &Tx<'_>, viewer: &Viewer) -> Result<HashMap<TraineeNo, Vec<BreakPeriod>>, StoreError> {
    Ok(pauses::all(tx, viewer)?.into_iter().map(|(number, spans)| (TraineeNo(number), spans)).collect())
}

/// Returns the planned end of every trainee who has one.
pub fn ends(tx: &Tx<'_>, viewer: &Viewer) -> Result<HashMap<TraineeNo, NaiveDate>, StoreError> {
    tx.rows(ENDS, [own(viewer)], |row| Ok((TraineeNo(row.get(0)?), day_of(row.get(1)?)?)))
}

pub fn plans(tx: &Tx<'_>, viewer: &Viewer) -> Result<Vec<(TraineeNo, u64)>, StoreError> {
    Ok(programme_index::plans(tx, viewer)?.into_iter().map(|(trainee, at)| (TraineeNo(trainee), at)).collect())
}

pub fn scopes(tx: &Tx<'_>, viewer: &Viewer) -> Result<Vec<(TraineeNo, StandardNo, Scope)>, StoreError> {
    tx.rows(SCOPES, [own(viewer)], |row| {
        let scope = scope_of(row.get_ref(2)?.as_str_or_null().map_err(damaged)?)?;
        Ok((TraineeNo(row.get(0)?), StandardNo(row.get(1)?), scope))
    })
}

/// Returns the standards that have trainees: number, reference and version.
pub fn standards(tx: &Tx<'_>) -> Result<Vec<(StandardNo, String, String)>, StoreError> {
    tx.rows(STANDARDS, [], |row| Ok((StandardNo(row.get(0)?), row.get(1)?, row.get(2)?)))
}

/// Returns the id of the only trainee the viewer may see, as a query parameter.
pub(crate) fn own(viewer: &Viewer) -> Option<&str> {
    viewer.own().map(PersonId::as_str)
}

fn text<'r>(row: &'r Row<'_>, at: usize) -> Result<&'r str, StoreError> {
    Ok(row.get_ref(at)?.as_str_or_null().map_err(damaged)?.unwrap_or_default())
}
