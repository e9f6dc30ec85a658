//! All trainees at once: one pass over their figures for an order or a filter, whole rows for a window. Must never hold a
//! row for each trainee, nor be read without a viewer.

use std::collections::HashMap;

use chrono::NaiveDate;
use rusqlite::{OptionalExtension as _, Row, params};

use crate::domain::cohort::Again;
use crate::domain::competence::Measure;
use crate::domain::pause::Span;
use crate::domain::person::Viewer;
use crate::domain::text::Clean;
use crate::domain::value::PersonId;
use crate::domain::view::TraineeCard;
use crate::store::codec::{day, day_of};
use crate::store::competence::again;
use crate::store::db::Tx;
use crate::store::error::{StoreError, damaged};
use crate::store::pauses;
use crate::store::people::{card_of, clean};

const EACH: &str = r#"SELECT trainee, enrolment.standard, start, coalesce(signed, 0) - CASE WHEN ?1 IS NULL THEN 0 ELSE
    (SELECT count(*) FROM state AS s WHERE s.trainee = enrolment.trainee AND s.standard = enrolment.standard
    AND CASE ?2 WHEN 0 THEN observed ELSE countersigned END < ?1) END, id, name,
    coalesce(specialism, ''), coalesce(department, ''), coalesce(level, '')
    FROM enrolment CROSS JOIN person ON person = trainee
    LEFT JOIN summary USING (trainee, standard) WHERE "left" = 0"#;
const AGAIN: &str = r#"SELECT trainee, min(CASE ?2 WHEN 0 THEN observed ELSE countersigned END) AS first
    FROM enrolment JOIN state USING (trainee, standard) JOIN person ON person = trainee
    WHERE "left" = 0 AND (?3 IS NULL OR id = ?3)
    GROUP BY trainee HAVING first < ?1"#;
const STANDARDS: &str = "SELECT standard, reference, version FROM standard";
const ROW: &str = "SELECT id, name, reference, version, specialism, start, coalesce(signed, 0), level, duties,
    (SELECT count(*) FROM state WHERE state.trainee = enrolment.trainee AND state.standard = enrolment.standard
    AND state = 2), (SELECT count(*) FROM claim WHERE claim.trainee = person.id AND waiting > 0) FROM enrolment JOIN person ON person = trainee JOIN standard USING (standard)
    LEFT JOIN summary USING (trainee, standard) WHERE enrolment.trainee = ?1";

/// Where a trainee is found again, in this file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TraineeNo(i64);

/// A standard's number in this file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StandardNo(i64);

/// What is read of every trainee.
#[derive(Debug, Clone, Copy)]
pub struct Glance<'a> {
    /// Where the rest is found.
    pub trainee: TraineeNo,
    /// On which standard.
    pub standard: StandardNo,
    /// The first day, as `2026-09-01`.
    pub start: &'a str,
    /// KSBs signed.
    pub signed: u16,
    /// Their id.
    pub id: &'a str,
    /// Their name.
    pub name: &'a str,
    /// Empty where there is none.
    pub specialism: &'a str,
    /// Empty where there is none.
    pub department: &'a str,
    /// Empty where there is none.
    pub level: &'a str,
}

/// Calls `each` for every current trainee, in no order that means anything.
pub fn each(
    tx: &Tx<'_>,
    viewer: &Viewer,
    measure: &Measure,
    each: &mut dyn FnMut(Glance<'_>),
) -> Result<(), StoreError> {
    let mut statement = tx.prepared(EACH)?;
    let mut rows = statement.query(params![measure.good_from().map(day), measure.policy.countersign])?;
    while let Some(row) = rows.next()? {
        if let Viewer::Own(own) = viewer
            && text(row, 4)? != own.as_str()
        {
            continue;
        }
        each(Glance {
            trainee: TraineeNo(row.get(0)?),
            standard: StandardNo(row.get(1)?),
            start: text(row, 2)?,
            signed: row.get(3)?,
            id: text(row, 4)?,
            name: text(row, 5)?,
            specialism: text(row, 6)?,
            department: text(row, 7)?,
            level: text(row, 8)?,
        });
    }
    Ok(())
}

/// For each current trainee who has a KSB to be shown again soon, or lapsed: the first day seen of these.
pub fn again_first(
    tx: &Tx<'_>,
    viewer: &Viewer,
    measure: &Measure,
) -> Result<HashMap<TraineeNo, NaiveDate>, StoreError> {
    let Some(calm) = measure.calm_from() else { return Ok(HashMap::new()) };
    let mut statement = tx.prepared(AGAIN)?;
    let own = viewer.own().map(PersonId::as_str);
    let mut rows = statement.query(params![day(calm), measure.policy.countersign, own])?;
    let mut found = HashMap::new();
    while let Some(row) = rows.next()? {
        found.insert(TraineeNo(row.get(0)?), day_of(row.get(1)?)?);
    }
    Ok(found)
}

/// The pauses of everyone whom a viewer may see.
pub fn pauses(tx: &Tx<'_>, viewer: &Viewer) -> Result<HashMap<TraineeNo, Vec<Span>>, StoreError> {
    Ok(pauses::all(tx, viewer)?.into_iter().map(|(number, spans)| (TraineeNo(number), spans)).collect())
}

/// The standards by their numbers, as reference and version.
pub fn standards(tx: &Tx<'_>) -> Result<Vec<(StandardNo, String, String)>, StoreError> {
    let mut statement = tx.prepared(STANDARDS)?;
    let rows = statement.query_map([], |row| Ok((StandardNo(row.get(0)?), row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A trainee of the cohort, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// At a glance; `total` is left at 0, for the standard knows it.
    pub card: TraineeCard,
    /// Their level, as its slug.
    pub level: Option<Clean>,
    /// KSBs signed for each duty, in the standard's order; empty where none is signed.
    pub duties: Vec<u16>,
    /// KSBs whose newest outcome is *not achieved*.
    pub not_yet: u16,
    /// Claims that wait for an answer.
    pub claims: u16,
    /// KSBs to be shown again, RENEW and LAPSED, the earliest first.
    pub again: Vec<Again>,
}

/// The whole row of a trainee, if they are still there.
pub fn whole(tx: &Tx<'_>, viewer: &Viewer, trainee: TraineeNo, measure: &Measure) -> Result<Option<Whole>, StoreError> {
    let read = |row: &Row<'_>| {
        Ok((|| {
            let duties: Option<Vec<u8>> = row.get(8)?;
            let duties = duties.unwrap_or_default();
            let duties = duties.chunks_exact(2).map(|two| u16::from_be_bytes([two[0], two[1]])).collect();
            let (card, level) = (card_of(row)?, clean(row, 7)?);
            Ok::<_, StoreError>(Whole {
                card,
                level,
                duties,
                not_yet: row.get(9)?,
                claims: row.get(10)?,
                again: Vec::new(),
            })
        })())
    };
    let found = tx.prepared(ROW)?.query_row([trainee.0], read).optional()?.transpose()?;
    let Some(mut whole) = found.filter(|whole| viewer.may_see(&whole.card.id)) else { return Ok(None) };
    whole.card.pauses = pauses::of(tx, &whole.card.id)?;
    if measure.good_from().is_some() {
        whole.again = again(tx, viewer, &whole.card.id, &whole.card.standard, measure)?;
    }
    Ok(Some(whole))
}

fn text<'r>(row: &'r Row<'_>, at: usize) -> Result<&'r str, StoreError> {
    row.get_ref(at)?.as_str().map_err(damaged)
}
