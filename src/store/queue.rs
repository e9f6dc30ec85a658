//! The queue: what waits for one supervisor or for anyone, oldest first, read a window at a time. Must never look at a claim
//! that does not wait.

use rusqlite::{Row, params};

use crate::domain::claim::QueueRow;
use crate::domain::person::Viewer;
use crate::domain::text::Clean;
use crate::domain::value::PersonId;
use crate::domain::when::Timestamp;
use crate::store::claims::{claim_id, clean};
use crate::store::codec::ksb_of;
use crate::store::db::Tx;
use crate::store::error::{StoreError, damaged};

/// Asked of this supervisor, or of anyone in a department that is theirs or not known; all where nobody is named.
const FITS: &str = "waiting > 0 AND (?1 IS NULL OR asked = ?1
    OR (asked IS NULL AND (?2 IS NULL OR department IS NULL OR department = ?2)))";
const ROW: &str = "SELECT claim, claim.id, trainee, person.name, substr(reflection, 1, 200), made,
    (SELECT count(*) FROM claim_evidence AS e WHERE e.claim = claim.claim), (SELECT name FROM person AS p WHERE p.id = asked)
    FROM claim JOIN person ON person.id = trainee WHERE claim = ?1";
const CODES: &str = "SELECT ksb FROM claim_item WHERE claim = ?1 AND waits = 1 ORDER BY ksb";
const DEPARTMENT: &str = "SELECT department FROM person WHERE id = ?1";

/// The places of what waits, oldest first.
#[must_use]
pub fn places_sql() -> String {
    format!("SELECT claim, trainee FROM claim WHERE {FITS} ORDER BY made, claim LIMIT ?3 OFFSET ?4")
}

/// How many wait.
#[must_use]
pub fn count_sql() -> String {
    format!("SELECT count(*) FROM claim WHERE {FITS} AND (?3 IS NULL OR trainee = ?3)")
}

/// Whom a queue is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Of {
    supervisor: Option<PersonId>,
    department: Option<String>,
}

/// The queue of a supervisor; that of everyone where none is named.
pub fn of(tx: &Tx<'_>, supervisor: Option<&PersonId>) -> Result<Of, StoreError> {
    let department = match supervisor {
        Some(id) => tx.prepared(DEPARTMENT)?.query_row([id.as_str()], |row| row.get(0))?,
        None => None,
    };
    Ok(Of { supervisor: supervisor.cloned(), department })
}

/// How many claims wait in a queue.
pub fn count(tx: &Tx<'_>, viewer: &Viewer, of: &Of) -> Result<u64, StoreError> {
    let (who, own) = (of.supervisor.as_ref().map(PersonId::as_str), viewer.own().map(PersonId::as_str));
    let count: i64 = tx.prepared(&count_sql())?.query_row(params![who, of.department, own], |row| row.get(0))?;
    Ok(count.cast_unsigned())
}

/// So many rows of a queue, from `skip` on, that `fits` says yes to; and how many it said yes to in all before the last.
pub fn rows(tx: &Tx<'_>, viewer: &Viewer, of: &Of, (skip, most): (u64, usize)) -> Result<Vec<QueueRow>, StoreError> {
    let who = of.supervisor.as_ref().map(PersonId::as_str);
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut statement = tx.prepared(&places_sql())?;
    let mut rows = statement.query(params![who, of.department, most, skip.cast_signed()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let (claim, trainee): (i64, String) = (row.get(0)?, row.get(1)?);
        if viewer.own().is_none_or(|own| own.as_str() == trainee) {
            found.push(row_of(tx, claim)?);
        }
    }
    Ok(found)
}

fn row_of(tx: &Tx<'_>, claim: i64) -> Result<QueueRow, StoreError> {
    let mut statement = tx.prepared(ROW)?;
    let mut rows = statement.query([claim])?;
    let row = rows.next()?.ok_or_else(|| damaged("a claim is nobody's"))?;
    let mut codes = Vec::new();
    let mut statement = tx.prepared(CODES)?;
    let mut items = statement.query([claim])?;
    while let Some(item) = items.next()? {
        codes.push(ksb_of(item.get(0)?)?);
    }
    Ok(QueueRow {
        claim: claim_id(row, 1)?,
        trainee: row.get::<_, String>(2)?.parse().map_err(damaged)?,
        trainee_name: clean(row, 3)?.ok_or_else(|| damaged("a claim is nobody's"))?,
        codes,
        reflection: first_words(row, 4)?,
        files: row.get(6)?,
        of: clean(row, 7)?,
        made: Timestamp::from_seconds(row.get(5)?),
    })
}

/// The beginning of a text, cut where it may stand as one.
fn first_words(row: &Row<'_>, at: usize) -> Result<Option<Clean>, StoreError> {
    let text: Option<String> = row.get(at)?;
    let line = text.as_deref().and_then(|text| text.trim().lines().next().map(str::trim).map(str::to_owned));
    Ok(line.and_then(|line| Clean::as_signed(&line)))
}
