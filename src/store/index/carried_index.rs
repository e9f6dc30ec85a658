//! Indexes what earlier records say, item by item; the statement itself is a fact.
//!
//! Invariant: queries about records take a viewer, except those that signing and replay use.

use std::collections::HashMap;

use chrono::NaiveDate;
use rusqlite::params;

use crate::codec::{Item, day, day_of, ksb, ksb_of, place};
use crate::db::{Tx, WriteTx};
use crate::error::StoreError;
use countersign_core::people::person::Viewer;
use countersign_core::primitives::ids::{KsbCode, PersonId, StandardRef};

const ADD: &str = "INSERT INTO carried (place, trainee, standard, ksb, seen) VALUES (?1, ?2, ?3, ?4, ?5)";
const REMOVE: &str = "DELETE FROM carried WHERE place = ?1";
const AT: &str = "SELECT trainee, standard, ksb FROM carried WHERE place = ?1 ORDER BY standard, ksb";
const LATEST: &str = "SELECT max(seen) FROM carried CROSS JOIN fact USING (place) WHERE carried.trainee = ?1
    AND standard = ?2 AND ksb = ?3 AND withdrawn IS NULL AND doubted IS NULL";
const LATEST_OF: &str = "SELECT ksb, max(seen) FROM carried CROSS JOIN fact USING (place)
    WHERE carried.trainee = (SELECT person FROM person WHERE id = ?1)
    AND standard = (SELECT standard FROM standard WHERE reference = ?2 AND version = ?3)
    AND withdrawn IS NULL AND doubted IS NULL GROUP BY ksb";
const ITEMS: &str = "SELECT DISTINCT ksb FROM carried WHERE trainee = ?1 AND standard = ?2 ORDER BY ksb";
const PUT_RIGHT: &str = "UPDATE carried SET seen = ?3 WHERE seen > ?2 AND place < ?1
    RETURNING trainee, standard, ksb";

/// Indexes an item on a trainee's record, by row numbers, with the day on which it was seen.
pub(crate) fn add(tx: &WriteTx<'_>, at: u64, (trainee, on, code): Item, seen: NaiveDate) -> Result<(), StoreError> {
    tx.prepared(ADD)?.execute(params![place(at), trainee, on, ksb(code), day(seen)])?;
    Ok(())
}

/// Removes the items of the statement at a place.
pub(crate) fn remove(tx: &WriteTx<'_>, at: i64) -> Result<(), StoreError> {
    tx.prepared(REMOVE)?.execute([at])?;
    Ok(())
}

/// Returns the items of the statement at a position; none if it is of another kind.
pub(crate) fn items_at(tx: &Tx<'_>, at: u64) -> Result<Vec<Item>, StoreError> {
    tx.rows(AT, [place(at)], |row| Ok((row.get(0)?, row.get(1)?, ksb_of(row.get(2)?)?)))
}

/// Returns the items that a trainee has on a standard, whether they count or not.
pub(crate) fn items(tx: &Tx<'_>, (trainee, on): (i64, i64)) -> Result<Vec<Item>, StoreError> {
    tx.rows(ITEMS, [trainee, on], |row| Ok((trainee, on, ksb_of(row.get(0)?)?)))
}

/// Returns the latest day on which an item was seen by an earlier record that is neither withdrawn nor in review.
pub(crate) fn latest(tx: &Tx<'_>, (trainee, on, code): Item) -> Result<Option<NaiveDate>, StoreError> {
    let found = tx.row(LATEST, [trainee, on, ksb(code)], |row| Ok(row.get::<_, Option<i64>>(0)?))?;
    found.flatten().map(day_of).transpose()
}

/// Returns the latest day of each item of a trainee on a standard or list, as `latest` does.
pub fn latest_of(
    tx: &Tx<'_>,
    viewer: &Viewer,
    trainee: &PersonId,
    on: &StandardRef,
) -> Result<HashMap<KsbCode, NaiveDate>, StoreError> {
    if !viewer.may_see(trainee) {
        return Ok(HashMap::new());
    }
    tx.rows(LATEST_OF, [trainee.as_str(), on.reference(), on.version()], |row| {
        Ok((ksb_of(row.get(0)?)?, day_of(row.get(1)?)?))
    })
}

/// Moves days later than a corrected time to the day of the correction; returns the items.
pub(crate) fn put_right(tx: &WriteTx<'_>, at: u64, latest: NaiveDate, to: NaiveDate) -> Result<Vec<Item>, StoreError> {
    tx.rows(PUT_RIGHT, params![place(at), day(latest), day(to)], |row| {
        Ok((row.get(0)?, row.get(1)?, ksb_of(row.get(2)?)?))
    })
}
