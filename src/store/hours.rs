//! Stores the off-the-job hours that trainees entered, until a statement confirms them.
//!
//! Invariant: queries about records take a viewer.

use rusqlite::{Row, params};

use crate::codec::{day, day_of, person_of};
use crate::db::{Tx, WriteTx};
use crate::error::{StoreError, damaged};
use countersign_core::people::person::Viewer;
use countersign_core::primitives::ids::{PersonId, StatementId};
use countersign_core::primitives::text::SafeText;
use countersign_core::programme::hours::{HourEntry, QuarterHours};

const PUT: &str =
    "INSERT INTO claimed_hour (entry, trainee, day, quarters, what, codes) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
const REMOVE: &str = "DELETE FROM claimed_hour WHERE entry = ?1 AND trainee = ?2";
const IS_THERE: &str = "SELECT 1 FROM claimed_hour WHERE entry = ?1";
const WAITING: &str = "SELECT entry, day, quarters, what, codes FROM claimed_hour WHERE trainee = ?1
    AND NOT EXISTS (SELECT 1 FROM hour JOIN fact USING (place) WHERE hour.entry = claimed_hour.entry
    AND withdrawn IS NULL AND doubted IS NULL) ORDER BY day, entry";
const EVERYONE: &str = "SELECT trainee, count(*), min(day) FROM claimed_hour
    WHERE NOT EXISTS (SELECT 1 FROM hour JOIN fact USING (place) WHERE hour.entry = claimed_hour.entry
    AND withdrawn IS NULL AND doubted IS NULL) GROUP BY trainee ORDER BY min(day)";

pub fn put(tx: &WriteTx<'_>, trainee: &PersonId, entry: &HourEntry) -> Result<(), StoreError> {
    let codes: Vec<String> = entry.codes.iter().map(ToString::to_string).collect();
    tx.run(
        PUT,
        params![
            entry.id.0.as_bytes().as_slice(),
            trainee.as_str(),
            day(entry.day),
            entry.hours.0,
            entry.what.as_str(),
            codes.join(" ")
        ],
    )
}

pub fn remove(tx: &WriteTx<'_>, trainee: &PersonId, id: StatementId) -> Result<bool, StoreError> {
    Ok(tx.prepared(REMOVE)?.execute(params![id.0.as_bytes().as_slice(), trainee.as_str()])? > 0)
}

pub fn waiting(tx: &Tx<'_>, viewer: &Viewer, trainee: &PersonId) -> Result<Vec<HourEntry>, StoreError> {
    if !viewer.may_see(trainee) {
        return Ok(Vec::new());
    }
    tx.rows(WAITING, [trainee.as_str()], entry)
}

/// Returns each trainee with unconfirmed entries, their number and the oldest day; longest waiting first.
pub fn all_waiting(tx: &Tx<'_>, viewer: &Viewer) -> Result<Vec<(PersonId, u32, chrono::NaiveDate)>, StoreError> {
    tx.some_rows(EVERYONE, [], |row| {
        let whose = person_of(row, 0)?;
        if viewer.may_see(&whose) { Ok(Some((whose, row.get(1)?, day_of(row.get(2)?)?))) } else { Ok(None) }
    })
}

fn entry(row: &Row<'_>) -> Result<HourEntry, StoreError> {
    let id = uuid::Uuid::from_slice(row.get_ref(0)?.as_blob().map_err(damaged)?).map_err(damaged)?;
    let codes = row.get_ref(4)?.as_str().map_err(damaged)?;
    Ok(HourEntry {
        id: StatementId(id),
        day: day_of(row.get(1)?)?,
        hours: QuarterHours(row.get(2)?),
        what: SafeText::line(row.get_ref(3)?.as_str().map_err(damaged)?).map_err(damaged)?,
        codes: codes.split_whitespace().map(str::parse).collect::<Result<_, _>>().map_err(damaged)?,
    })
}

/// Returns whether hours that a trainee entered are still there.
pub fn is_there(tx: &Tx<'_>, entry: StatementId) -> Result<bool, StoreError> {
    Ok(tx.prepared(IS_THERE)?.exists([entry.0.as_bytes()])?)
}
