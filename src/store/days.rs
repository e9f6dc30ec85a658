//! The days of sign-offs that were signed while a clock was ahead, put right once a `clock` statement has put the time back.
//! Must never change what was signed: only the index, from which it follows when something lapses.

use rusqlite::params;

use crate::domain::rules::latest_day;
use crate::domain::when::Timestamp;
use crate::store::codec::{day, place, position};
use crate::store::db::{Tx, WriteTx};
use crate::store::error::StoreError;

const PUT_RIGHT: &str = "UPDATE sign_off SET observed = ?3 WHERE observed > ?2 AND place < ?1 RETURNING place";
const AHEAD: &str = "SELECT EXISTS (SELECT 1 FROM sign_off WHERE observed > ?2 AND place < ?1)";

/// Lets what lies in the future of a corrected time count from the day of the correction: it was seen no later. Gives the
/// positions of these sign-offs.
pub(in crate::store) fn put_right(tx: &WriteTx<'_>, at: u64, signed: Timestamp) -> Result<Vec<u64>, StoreError> {
    let mut statement = tx.prepared(PUT_RIGHT)?;
    let with = params![place(at), day(latest_day(signed)), day(signed.day())];
    let places: Vec<i64> = statement.query_map(with, |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(places.into_iter().map(position).collect())
}

/// Says whether a sign-off before a `clock` statement still counts from a day in the future of it.
pub fn is_ahead(tx: &Tx<'_>, at: u64, signed: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.prepared(AHEAD)?.query_row(params![place(at), day(latest_day(signed))], |row| row.get(0))?)
}
