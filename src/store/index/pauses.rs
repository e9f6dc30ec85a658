//! Indexes trainees' breaks in learning.

use std::collections::HashMap;

use rusqlite::{Row, Rows, params};

use crate::codec::place;
use crate::db::{Tx, WriteTx};
use crate::error::{StoreError, damaged};
use countersign_core::people::break_in_learning::BreakPeriod;
use countersign_core::people::person::Viewer;
use countersign_core::primitives::date::parse_day;
use countersign_core::primitives::ids::PersonId;
use countersign_core::statement::kinds::enrolment::Pause;

const PUT: &str = "INSERT INTO pause (trainee, first, back, place) SELECT person, ?2, ?3, ?4 FROM person WHERE id = ?1
    ON CONFLICT (trainee, first) DO UPDATE SET back = ?3, place = ?4";
const OF: &str = "SELECT first, back FROM pause JOIN person ON person = trainee WHERE id = ?1 ORDER BY first";
const OF_NUMBER: &str = "SELECT first, back FROM pause WHERE trainee = ?1 ORDER BY first";
const ALL: &str = "SELECT first, back, trainee, id FROM pause JOIN person ON person = trainee ORDER BY trainee, first";
const PLACES: &str = "SELECT first, back, id, pause.place FROM pause JOIN person ON person = trainee";

/// Indexes a break, replacing one with the same first day.
pub(crate) fn put(tx: &WriteTx<'_>, pause: &Pause, at: u64) -> Result<(), StoreError> {
    let (first, back) = (pause.span.from.to_string(), pause.span.back.map(|back| back.to_string()));
    let put = tx.prepared(PUT)?.execute(params![pause.trainee.id.as_str(), first, back, place(at)])?;
    if put == 1 { Ok(()) } else { Err(damaged("a break in learning has no trainee")) }
}

/// Returns a trainee's breaks, by first day.
pub fn of(tx: &Tx<'_>, trainee: &PersonId) -> Result<Vec<BreakPeriod>, StoreError> {
    let mut statement = tx.prepared(OF)?;
    spans(statement.query([trainee.as_str()])?)
}

/// Returns the breaks of a trainee by row number; the caller has checked that the viewer may see them.
pub(crate) fn of_number(tx: &Tx<'_>, trainee: i64) -> Result<Vec<BreakPeriod>, StoreError> {
    let mut statement = tx.prepared(OF_NUMBER)?;
    spans(statement.query([trainee])?)
}

/// Returns the breaks of all trainees whom the viewer may see, by row number.
pub(crate) fn all(tx: &Tx<'_>, viewer: &Viewer) -> Result<HashMap<i64, Vec<BreakPeriod>>, StoreError> {
    let mut statement = tx.prepared(ALL)?;
    let mut rows = statement.query([])?;
    let mut found: HashMap<i64, Vec<BreakPeriod>> = HashMap::new();
    while let Some(row) = rows.next()? {
        let id = row.get_ref(3)?.as_str().map_err(damaged)?.parse().map_err(damaged)?;
        if viewer.may_see(&id) {
            found.entry(row.get(2)?).or_default().push(span(row)?);
        }
    }
    Ok(found)
}

/// Returns every break with the position of its statement.
pub fn places(tx: &Tx<'_>) -> Result<HashMap<(PersonId, BreakPeriod), u64>, StoreError> {
    tx.rows(PLACES, [], |row| {
        let id = row.get_ref(2)?.as_str().map_err(damaged)?.parse().map_err(damaged)?;
        Ok(((id, span(row)?), crate::codec::position(row.get(3)?)))
    })
}

fn spans(mut rows: Rows<'_>) -> Result<Vec<BreakPeriod>, StoreError> {
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(span(row)?);
    }
    Ok(found)
}

fn span(row: &Row<'_>) -> Result<BreakPeriod, StoreError> {
    let day = |at: usize| -> Result<Option<chrono::NaiveDate>, StoreError> {
        let text = row.get_ref(at)?.as_str_or_null().map_err(damaged)?;
        text.map(|text| parse_day(text).ok_or_else(|| damaged("a day is none"))).transpose()
    };
    Ok(BreakPeriod { from: day(0)?.ok_or_else(|| damaged("a pause has no first day"))?, back: day(1)? })
}
