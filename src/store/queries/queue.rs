//! Reads the queue of waiting claims, for one supervisor or anyone, oldest first and a page at a time.

use rusqlite::{Row, Statement, params};

use crate::claims::{claim_id, clean};
use crate::codec::{ksb_of, person_of};
use crate::db::Tx;
use crate::error::{StoreError, damaged};
use countersign_core::people::person::Viewer;
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::{KsbCode, PersonId};
use countersign_core::primitives::text::SafeText;
use countersign_core::record::claim::QueueRow;

/// Asked of this supervisor, or of anyone where the departments match or one is unknown; all claims if ?1 is null.
const FITS: &str = "waiting > 0 AND (?1 IS NULL OR asked = ?1
    OR (asked IS NULL AND (?2 IS NULL OR claim.department IS NULL OR claim.department = ?2)))";
const ROW: &str = "SELECT claim, claim.id, trainee, person.name, substr(reflection, 1, 200), made,
    (SELECT count(*) FROM claim_evidence AS e WHERE e.claim = claim.claim), (SELECT name FROM person AS p WHERE p.id = asked)
    FROM claim JOIN person ON person.id = trainee WHERE claim = ?1";
const CODES: &str =
    "SELECT ksb FROM claim_item WHERE claim = ?1 AND waits = 1 AND (?2 IS NULL OR trainee = ?2) ORDER BY ksb";
const DEPARTMENT: &str = "SELECT department FROM person WHERE id = ?1";

/// Returns the query for a page of waiting claims, oldest first.
pub fn places_sql() -> String {
    format!("SELECT claim, trainee FROM claim WHERE {FITS} ORDER BY made, claim LIMIT ?3 OFFSET ?4")
}

/// Returns the query for what filters need of all waiting claims, oldest first.
fn each_sql() -> String {
    format!(
        "SELECT claim, trainee, person.name, substr(reflection, 1, 200), made,
        (SELECT name FROM person AS p WHERE p.id = asked), level FROM claim INDEXED BY claim_waiting
        JOIN person ON person.id = trainee WHERE {FITS} ORDER BY made, claim"
    )
}

pub fn count_sql() -> String {
    format!("SELECT count(*) FROM claim WHERE {FITS} AND (?3 IS NULL OR trainee = ?3)")
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueScope {
    supervisor: Option<PersonId>,
    department: Option<String>,
}

/// Returns the queue of a supervisor; everyone's without one.
pub fn of(tx: &Tx<'_>, supervisor: Option<&PersonId>) -> Result<QueueScope, StoreError> {
    let department = match supervisor {
        Some(id) => tx.prepared(DEPARTMENT)?.query_row([id.as_str()], |row| row.get(0))?,
        None => None,
    };
    Ok(QueueScope { supervisor: supervisor.cloned(), department })
}

pub fn count(tx: &Tx<'_>, viewer: &Viewer, of: &QueueScope) -> Result<u64, StoreError> {
    let (who, own) = (of.supervisor.as_ref().map(PersonId::as_str), viewer.own().map(PersonId::as_str));
    let count: i64 = tx.prepared(&count_sql())?.query_row(params![who, of.department, own], |row| row.get(0))?;
    Ok(count.cast_unsigned())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClaimNo(i64);

/// What a filter needs of a waiting claim; empty where unknown.
#[derive(Debug, Clone, Copy)]
pub struct Waiting<'a> {
    /// The key for reading the rest.
    pub claim: ClaimNo,
    pub trainee: &'a str,
    pub trainee_name: &'a str,
    pub level: &'a str,
    /// The supervisor asked; `None` for anyone.
    pub of: Option<&'a str>,
    pub says: &'a str,
    pub made: Timestamp,
}

/// Calls `each` with every waiting claim in a queue, oldest first.
pub fn each(
    tx: &Tx<'_>,
    viewer: &Viewer,
    of: &QueueScope,
    each: &mut dyn FnMut(Waiting<'_>),
) -> Result<(), StoreError> {
    let who = of.supervisor.as_ref().map(PersonId::as_str);
    tx.rows(&each_sql(), params![who, of.department], |row| {
        let text = |at: usize| row.get_ref(at)?.as_str_or_null().map_err(damaged);
        let trainee = text(1)?.unwrap_or_default();
        if viewer.own().is_none_or(|own| own.as_str() == trainee) {
            each(Waiting {
                claim: ClaimNo(row.get(0)?),
                trainee,
                trainee_name: text(2)?.unwrap_or_default(),
                level: text(6)?.unwrap_or_default(),
                of: text(5)?,
                says: first_line(text(3)?.unwrap_or_default()),
                made: Timestamp::from_seconds(row.get(4)?),
            });
        }
        Ok(())
    })
}

pub fn codes(tx: &Tx<'_>, viewer: &Viewer, claims: &[ClaimNo]) -> Result<Vec<Vec<KsbCode>>, StoreError> {
    let mut statement = tx.prepared(CODES)?;
    let own = viewer.own().map(PersonId::as_str);
    claims.iter().map(|claim| codes_of(&mut statement, claim.0, own)).collect()
}

/// Returns the full rows of those of these claims that the viewer may see.
pub fn rows_of(tx: &Tx<'_>, viewer: &Viewer, claims: &[ClaimNo]) -> Result<Vec<QueueRow>, StoreError> {
    let rows = claims.iter().map(|claim| row_of(tx, claim.0)).collect::<Result<Vec<_>, _>>()?;
    Ok(rows.into_iter().filter(|row| viewer.may_see(&row.trainee)).collect())
}

pub fn rows(
    tx: &Tx<'_>,
    viewer: &Viewer,
    of: &QueueScope,
    (skip, most): (u64, usize),
) -> Result<Vec<QueueRow>, StoreError> {
    let who = of.supervisor.as_ref().map(PersonId::as_str);
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    tx.some_rows(&places_sql(), params![who, of.department, most, skip.cast_signed()], |row| {
        let (claim, trainee): (i64, String) = (row.get(0)?, row.get(1)?);
        viewer.own().is_none_or(|own| own.as_str() == trainee).then(|| row_of(tx, claim)).transpose()
    })
}

fn row_of(tx: &Tx<'_>, claim: i64) -> Result<QueueRow, StoreError> {
    let found = tx.row(ROW, [claim], |row| {
        Ok(QueueRow {
            claim: claim_id(row, 1)?,
            trainee: person_of(row, 2)?,
            trainee_name: clean(row, 3)?.ok_or_else(|| damaged("a claim belongs to no trainee"))?,
            codes: codes_of(&mut *tx.prepared(CODES)?, claim, None)?,
            reflection: first_words(row, 4)?,
            files: row.get(6)?,
            of: clean(row, 7)?,
            made: Timestamp::from_seconds(row.get(5)?),
        })
    })?;
    found.ok_or_else(|| damaged("a claim belongs to no trainee"))
}

fn codes_of(statement: &mut Statement<'_>, claim: i64, own: Option<&str>) -> Result<Vec<KsbCode>, StoreError> {
    statement.query_and_then(params![claim, own], |item| ksb_of(item.get(0)?))?.collect()
}

/// Returns the first line of a truncated text, if it is valid.
fn first_words(row: &Row<'_>, at: usize) -> Result<Option<SafeText>, StoreError> {
    let text = row.get_ref(at)?.as_str_or_null().map_err(damaged)?;
    Ok(text.and_then(|text| SafeText::as_signed(first_line(text))))
}

fn first_line(text: &str) -> &str {
    text.trim().lines().next().map_or("", str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Db;

    const MADE: &str = "
        INSERT INTO person VALUES (1, '7f3a', 'A. Trainee', 1, 0, 'lab', NULL, NULL, 0), (2, '02c1', 'S', 2, 0, 'lab', NULL, NULL, 0),
            (3, '03d2', 'T', 2, 0, 'clinic', NULL, NULL, 0);
        WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 8000)
        INSERT INTO claim SELECT n, randomblob(16), '7f3a', 'ST0413', '1.1', 'said ' || n, CASE n % 3 WHEN 0 THEN '02c1' END,
            CASE n % 2 WHEN 0 THEN 'lab' END, n / 3, 0, NULL, NULL, n <= 5000 FROM n;
        INSERT INTO claim_item SELECT claim, claim, '7f3a', waiting, NULL FROM claim;";

    fn filled() -> Db {
        let mut db = Db::in_memory().unwrap();
        db.write(|tx| tx.batch(MADE)).unwrap();
        db
    }

    #[test]
    fn a_window_of_five_thousand_that_wait_is_read_in_order_from_their_index_alone() {
        let db = filled();
        for sql in [places_sql(), count_sql()] {
            let plan = db.read(|tx| -> Result<Vec<String>, StoreError> {
                let mut statement = tx.prepared(&format!("EXPLAIN QUERY PLAN {sql}"))?;
                let nothing = vec![None::<String>; statement.parameter_count()];
                let rows = statement.query_map(rusqlite::params_from_iter(nothing), |row| row.get(3))?;
                Ok(rows.collect::<Result<_, _>>()?)
            });
            assert_eq!(plan.unwrap(), ["SCAN claim USING COVERING INDEX claim_waiting"], "{sql}");
        }
        let plan = db.read(|tx| -> Result<Vec<String>, StoreError> {
            let mut plan = Vec::new();
            for sql in [ROW, CODES, DEPARTMENT] {
                let mut statement = tx.prepared(&format!("EXPLAIN QUERY PLAN {sql}"))?;
                let given = vec![Some(1); statement.parameter_count()];
                let rows = statement.query_map(rusqlite::params_from_iter(given), |row| row.get::<_, String>(3))?;
                plan.extend(rows.collect::<Result<Vec<_>, _>>()?);
            }
            Ok(plan)
        });
        let plan = plan.unwrap();
        assert!(!plan.is_empty() && plan.iter().all(|step| !step.starts_with("SCAN")), "{plan:?}");
    }

    #[test]
    fn windows_of_a_queue_are_the_whole_of_it_in_the_order_in_which_it_was_claimed() {
        let db = filled();
        let id = |id: &str| id.parse::<PersonId>().unwrap();
        for (who, wanted) in [(None, 5_000), (Some("02c1"), 5_000), (Some("03d2"), 1_667)] {
            let who = who.map(id);
            let viewer = Viewer::Department;
            let read = |skip, most| {
                db.read(|tx| {
                    let of = of(tx, who.as_ref())?;
                    Ok::<_, StoreError>((rows(tx, &viewer, &of, (skip, most))?, count(tx, &viewer, &of)?))
                })
                .unwrap()
            };
            let (all, count) = read(0, usize::MAX);
            assert_eq!((all.len(), count), (wanted, wanted as u64), "{who:?}");
            assert!(all.windows(2).all(|two| (two[0].made, two[0].codes[0]) < (two[1].made, two[1].codes[0])));
            assert_eq!(read(1_000, 40).0, all[1_000..1_040]);
        }
        let own = Viewer::Own(id("8b4c"));
        let seen = db.read(|tx| {
            let of = of(tx, None)?;
            Ok::<_, StoreError>((rows(tx, &own, &of, (0, 50))?.len(), count(tx, &own, &of)?))
        });
        assert_eq!(seen.unwrap(), (0, 0));
    }
}
