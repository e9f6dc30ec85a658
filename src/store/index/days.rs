//! Corrects the indexed observation days of what was signed while a clock was ahead; the statements stay unchanged.

use chrono::NaiveDate;
use rusqlite::params;

use crate::codec::{Item, day, place, position};
use crate::db::WriteTx;
use crate::error::StoreError;
use crate::index::carried_index;
use countersign_core::primitives::date::Timestamp;
use countersign_core::rules::latest_day;

const PUT_RIGHT: &str = "UPDATE sign_off SET observed = ?3 WHERE observed > ?2 AND place < ?1 RETURNING place";

/// Returns the observation day of a sign-off imported at this time: a day in the future becomes the day of the import.
pub(crate) fn put_back(observed: NaiveDate, imported: Timestamp) -> NaiveDate {
    if observed > latest_day(imported) { imported.day() } else { observed }
}

/// Moves observation days later than a corrected time to the day of the correction; returns the positions of these
/// sign-offs, and the carried-over items that it concerns.
pub(crate) fn put_right(tx: &WriteTx<'_>, at: u64, signed: Timestamp) -> Result<(Vec<u64>, Vec<Item>), StoreError> {
    let mut statement = tx.prepared(PUT_RIGHT)?;
    let with = params![place(at), day(latest_day(signed)), day(signed.day())];
    let places: Vec<i64> = statement.query_map(with, |row| row.get(0))?.collect::<Result<_, _>>()?;
    let carried = carried_index::put_right(tx, at, latest_day(signed), signed.day())?;
    Ok((places.into_iter().map(position).collect(), carried))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_back_was_seen_no_later_than_the_day_on_which_it_was_put_back() {
        let imported: Timestamp = "2026-11-28T12:00:00Z".parse().unwrap();
        for days in -400..400 {
            let observed = imported.plus(days * 86_400).day();
            let counts = put_back(observed, imported);
            assert_eq!(counts, if observed > latest_day(imported) { imported.day() } else { observed }, "{days}");
            assert!(counts <= latest_day(imported) && counts <= observed, "{days}");
        }
        assert_eq!(put_back(imported.plus(4000 * 86_400).day(), imported), imported.day());
    }
}
