//! The notes and facts read in bulk, to hold them against the log, and what follows from them against what is indexed.
//! Must never write.

use std::collections::HashMap;
use std::ops::Range;

use chrono::NaiveDate;

use crate::domain::value::Digest;
use crate::store::codec::{day_of, place, position};
use crate::store::db::Tx;
use crate::store::error::StoreError;
use crate::store::facts::FactKind;
use crate::store::log::{key_number, signed_by};
use crate::store::notes::{NoteKind, present};

const NOTES: &str = "SELECT place, kind, target, person, withdrawn, doubted FROM note
    WHERE place >= ?1 AND place < ?2 ORDER BY place";
const FACTS: &str = "SELECT place, kind, trainee, first, last, signer, withdrawn, doubted FROM fact
    WHERE place >= ?1 AND place < ?2 ORDER BY place";
const COUNTS: &str = "SELECT (SELECT count(*) FROM note), (SELECT count(*) FROM fact)";
const AGREE: &str = "SELECT t FROM (SELECT target AS t, min(CASE kind WHEN 1 THEN place END) AS w,
    min(CASE kind WHEN 4 THEN place END) AS r, sum(kind = 2 AND withdrawn IS NULL AND doubted IS NULL) AS c
    FROM note GROUP BY target) AS said
    WHERE NOT EXISTS (SELECT 1 FROM sign_off AS s WHERE s.place = t AND s.withdrawn IS w AND s.rejected IS r
        AND s.countersigned = c)
    AND NOT EXISTS (SELECT 1 FROM note AS n WHERE n.place = t AND n.withdrawn IS w AND r IS NULL AND c = 0)
    AND NOT EXISTS (SELECT 1 FROM fact AS v WHERE v.place = t AND v.withdrawn IS w AND r IS NULL AND c = 0)";
const MARKED: &str = "SELECT count(DISTINCT target) FROM note
    WHERE kind IN (1, 4) OR (kind = 2 AND withdrawn IS NULL AND doubted IS NULL)";
const DOUBTED: &str = "SELECT (SELECT doubted FROM sign_off WHERE place = ?1) IN (?2)
    OR (SELECT doubted FROM note WHERE place = ?1) IN (?2) OR (SELECT doubted FROM fact WHERE place = ?1) IN (?2)";

/// A note's index row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoteRow {
    /// Its position.
    pub position: u64,
    /// What kind.
    pub kind: NoteKind,
    /// The position of what it is about.
    pub target: u64,
    /// Who said it, as a number.
    pub person: i64,
    /// Whether it is withdrawn.
    pub marked: bool,
    /// Whether its key was in other hands.
    pub doubted: bool,
}

/// A fact's index row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FactEntry {
    /// Its position.
    pub position: u64,
    /// What kind.
    pub kind: FactKind,
    /// Of whom, as a number.
    pub trainee: i64,
    /// Its first day and its last.
    pub days: (NaiveDate, NaiveDate),
    /// By whom, as a number.
    pub signer: i64,
    /// Whether it is withdrawn.
    pub marked: bool,
    /// Whether its key was in other hands.
    pub doubted: bool,
}

/// The notes of a range of positions, in order.
pub fn note_rows(tx: &Tx<'_>, range: Range<u64>) -> Result<Vec<NoteRow>, StoreError> {
    let mut statement = tx.prepared(NOTES)?;
    let mut rows = statement.query([place(range.start), place(range.end)])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(NoteRow {
            position: position(row.get(0)?),
            kind: NoteKind::of(row.get(1)?)?,
            target: position(row.get(2)?),
            person: row.get(3)?,
            marked: row.get::<_, Option<i64>>(4)?.is_some(),
            doubted: row.get::<_, Option<i64>>(5)?.is_some(),
        });
    }
    Ok(found)
}

/// The facts of a range of positions, in order.
pub fn fact_rows(tx: &Tx<'_>, range: Range<u64>) -> Result<Vec<FactEntry>, StoreError> {
    let mut statement = tx.prepared(FACTS)?;
    let mut rows = statement.query([place(range.start), place(range.end)])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(FactEntry {
            position: position(row.get(0)?),
            kind: FactKind::of(row.get(1)?)?,
            trainee: row.get(2)?,
            days: (day_of(row.get(3)?)?, day_of(row.get(4)?)?),
            signer: row.get(5)?,
            marked: row.get::<_, Option<i64>>(6)?.is_some(),
            doubted: row.get::<_, Option<i64>>(7)?.is_some(),
        });
    }
    Ok(found)
}

/// How many notes and facts there are.
pub fn counts(tx: &Tx<'_>) -> Result<(u64, u64), StoreError> {
    let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?));
    let (notes, facts) = tx.prepared(COUNTS)?.query_row([], read)?;
    Ok((notes.cast_unsigned(), facts.cast_unsigned()))
}

/// Calls `fault` with each position whose row says otherwise than its notes, and gives how many rows should be marked as
/// withdrawn, rejected or countersigned.
pub fn check_marks(tx: &Tx<'_>, fault: &mut dyn FnMut(u64)) -> Result<u64, StoreError> {
    let mut statement = tx.prepared(AGREE)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        fault(position(row.get(0)?));
    }
    Ok(tx.prepared(MARKED)?.query_row([], |row| row.get::<_, i64>(0))?.cast_unsigned())
}

/// The same for what keys signed while they were in other hands: each key, the first position in doubt, and the position of
/// the statement that says so, in the order of the log. Gives how many rows should be marked.
pub fn check_doubts(
    tx: &Tx<'_>,
    compromises: &[(Digest, u64, u64)],
    fault: &mut dyn FnMut(u64),
) -> Result<u64, StoreError> {
    let mut expected: HashMap<u64, u64> = HashMap::new();
    for (key, from, by) in compromises {
        let Some(number) = key_number(tx, key)? else { continue };
        for at in signed_by(tx, number, *from..*by)? {
            if present(tx, at)? {
                expected.entry(at).or_insert(*by);
            }
        }
    }
    for (at, by) in &expected {
        let holds: Option<bool> = tx.prepared(DOUBTED)?.query_row([place(*at), place(*by)], |row| row.get(0))?;
        if holds != Some(true) {
            fault(*at);
        }
    }
    Ok(expected.len() as u64)
}
