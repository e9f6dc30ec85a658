//! Answers what Home asks: what is new on a record, open disputes, old claims and what lapses, from indexes.
//!
//! Invariant: queries about records take a viewer.

use rusqlite::params;

use crate::codec::{day, ksb_of, person_of, place, position};
use crate::db::Tx;
use crate::error::{StoreError, damaged};
use crate::index::people::{self, clean};
use crate::index::sign_off_index::shown;
use crate::queries::cohort::{TraineeNo, own};
use chrono::NaiveDate;
use countersign_core::people::person::{PersonRef, Viewer};
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::{KsbCode, PersonId, StandardRef};
use countersign_core::record::ksb_status::{KsbOutcome, StatusContext};

/// Everything on a record and about what is on it, newest first. Looks each up by trainee or target.
const SINCE: &str = "WITH RECURSIVE on_record (place) AS (
    SELECT place FROM sign_off WHERE trainee = (SELECT person FROM person WHERE id = ?1)
    UNION SELECT place FROM fact WHERE trainee = (SELECT person FROM person WHERE id = ?1)
    UNION SELECT note.place FROM on_record JOIN note ON target = on_record.place)
    SELECT place FROM on_record WHERE place >= ?2 ORDER BY place DESC LIMIT ?3";
/// Disputes that count, of what counts and was not signed again since.
const DISPUTES: &str = "SELECT t.id, t.name, n.place, n.target FROM note AS n JOIN sign_off AS s ON s.place = n.target
    JOIN person AS t ON t.person = s.trainee
    WHERE n.kind = 6 AND n.withdrawn IS NULL AND n.doubted IS NULL AND t.\"left\" = 0
    AND s.withdrawn IS NULL AND s.rejected IS NULL AND s.doubted IS NULL
    AND NOT EXISTS (SELECT 1 FROM sign_off AS l WHERE l.trainee = s.trainee AND l.standard = s.standard AND l.ksb = s.ksb
        AND l.place > n.place AND l.withdrawn IS NULL AND l.rejected IS NULL AND l.doubted IS NULL)
    UNION ALL SELECT t.id, t.name, n.place, n.target FROM note AS n JOIN fact AS f ON f.place = n.target
    JOIN person AS t ON t.person = f.trainee
    WHERE n.kind = 6 AND n.withdrawn IS NULL AND n.doubted IS NULL AND t.\"left\" = 0
    AND f.withdrawn IS NULL AND f.doubted IS NULL ORDER BY 3";
const OLD_CLAIMS: &str = "SELECT count(*) FROM claim WHERE waiting > 0 AND made < ?1 AND (?2 IS NULL OR trainee = ?2)";
const SEEN_BEFORE: &str = "SELECT p.id, p.name, s.ksb, s.state, s.observed, s.countersigned FROM state AS s
    CROSS JOIN enrolment AS e USING (trainee, standard) JOIN person AS p ON p.person = e.trainee
    WHERE s.observed < ?1 AND p.\"left\" = 0 AND (?2 IS NULL OR p.id = ?2)";
const COUNTERSIGNED_BEFORE: &str = "SELECT p.id, p.name, s.ksb, s.state, s.observed, s.countersigned FROM state AS s
    CROSS JOIN enrolment AS e USING (trainee, standard) JOIN person AS p ON p.person = e.trainee
    WHERE s.countersigned < ?1 AND p.\"left\" = 0 AND (?2 IS NULL OR p.id = ?2)";
/// Current trainees on one standard with something on a list that was last observed before a day: one look-up each.
const ON_LIST: &str = "SELECT p.id, p.name FROM enrolment AS e JOIN person AS p ON p.person = e.trainee
    WHERE e.standard = (SELECT standard FROM standard WHERE reference = ?1 AND version = ?2) AND p.\"left\" = 0
    AND (?6 IS NULL OR p.id = ?6) AND EXISTS (SELECT 1 FROM state AS s WHERE s.trainee = e.trainee
    AND s.standard = (SELECT standard FROM standard WHERE reference = ?3 AND version = ?4) AND s.observed < ?5)";
const CURRENT: &str = "SELECT count(*) FROM enrolment JOIN person ON person = trainee WHERE \"left\" = 0";

/// A dispute that is open: the trainee, its position and that of what it disputes.
pub type OpenDispute = (PersonRef, u64, u64);

/// Returns the positions from `from` on of what was signed on a trainee's record or about it, newest first, at most `most`.
pub fn since(
    tx: &Tx<'_>,
    viewer: &Viewer,
    trainee: &PersonId,
    (from, most): (u64, usize),
) -> Result<Vec<u64>, StoreError> {
    if !viewer.may_see(trainee) {
        return Ok(Vec::new());
    }
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    tx.rows(SINCE, params![trainee.as_str(), place(from), most], |row| Ok(position(row.get(0)?)))
}

/// Returns the open disputes, oldest first.
pub fn open_disputes(tx: &Tx<'_>, viewer: &Viewer) -> Result<Vec<OpenDispute>, StoreError> {
    tx.some_rows(DISPUTES, [], |row| {
        let found = (person_ref(row)?, position(row.get(2)?), position(row.get(3)?));
        Ok(Some(found).filter(|(trainee, ..)| viewer.may_see(&trainee.id)))
    })
}

/// Returns how many claims made before a time are still waiting.
pub fn claims_before(tx: &Tx<'_>, viewer: &Viewer, made: Timestamp) -> Result<u64, StoreError> {
    let count: i64 = tx.prepared(OLD_CLAIMS)?.query_row(params![made.seconds(), own(viewer)], |row| row.get(0))?;
    Ok(count.cast_unsigned())
}

/// Calls `each` with every KSB of a current trainee's standard that is due for reassessment or lapsed under the policy.
pub fn reassessments(
    tx: &Tx<'_>,
    viewer: &Viewer,
    measure: &StatusContext,
    each: &mut dyn FnMut(PersonRef, KsbCode, KsbOutcome),
) -> Result<(), StoreError> {
    let Some(calm) = measure.calm_from() else { return Ok(()) };
    let mut statement = tx.prepared(if measure.policy.countersign > 0 { COUNTERSIGNED_BEFORE } else { SEEN_BEFORE })?;
    let mut rows = statement.query(params![day(calm), own(viewer)])?;
    while let Some(row) = rows.next()? {
        each(person_ref(row)?, ksb_of(row.get(2)?)?, shown(row, 3)?);
    }
    Ok(())
}

/// Returns the current trainees on a standard with something on a local list that was last observed before a day.
pub fn observed_on_list(
    tx: &Tx<'_>,
    viewer: &Viewer,
    (standard, list): (&StandardRef, &StandardRef),
    before: NaiveDate,
) -> Result<Vec<PersonRef>, StoreError> {
    let given =
        params![standard.reference(), standard.version(), list.reference(), list.version(), day(before), own(viewer)];
    tx.rows(ON_LIST, given, person_ref)
}

/// Returns how many current trainees the department has.
pub fn current_trainees(tx: &Tx<'_>, viewer: &Viewer) -> Result<usize, StoreError> {
    if viewer.own().is_some() {
        return Ok(1);
    }
    let count: i64 = tx.prepared(CURRENT)?.query_row([], |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or_default())
}

/// Returns the keys of these trainees in the cohort, in their order.
pub fn numbers(tx: &Tx<'_>, viewer: &Viewer, trainees: &[&PersonId]) -> Result<Vec<TraineeNo>, StoreError> {
    let mut found = Vec::with_capacity(trainees.len());
    for trainee in trainees.iter().filter(|trainee| viewer.may_see(trainee)) {
        found.extend(people::number(tx, trainee)?.map(TraineeNo));
    }
    Ok(found)
}

fn person_ref(row: &rusqlite::Row<'_>) -> Result<PersonRef, StoreError> {
    Ok(PersonRef { id: person_of(row, 0)?, name: clean(row, 1)?.ok_or_else(|| damaged("a person has no name"))? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Db;

    #[test]
    fn what_is_new_on_a_record_is_looked_up_by_its_trainee_and_never_searched_for_in_the_log() {
        let db = Db::in_memory().unwrap();
        for (sql, scans) in [(SINCE, &["SCAN on_record"][..]), (OLD_CLAIMS, &[]), (SEEN_BEFORE, &[])] {
            let plan = db.read(|tx| -> Result<Vec<String>, StoreError> {
                let mut statement = tx.prepared(&format!("EXPLAIN QUERY PLAN {sql}"))?;
                let given = vec![Some(1); statement.parameter_count()];
                let rows = statement.query_map(rusqlite::params_from_iter(given), |row| row.get::<_, String>(3))?;
                Ok(rows.collect::<Result<_, _>>()?)
            });
            let found: Vec<String> = plan.unwrap().into_iter().filter(|step| step.contains("SCAN")).collect();
            assert!(found.iter().all(|step| scans.iter().any(|scan| step.starts_with(scan))), "{sql}: {found:?}");
        }
    }

    #[test]
    fn the_store_tells_a_trainee_what_is_new_on_their_own_record_alone() {
        let mut db = Db::in_memory().unwrap();
        db.write(|tx| {
            tx.batch(
                "INSERT INTO person VALUES (1, '7f3a', 'A', 1, 0, NULL, NULL, NULL, 0), (2, '8b4c', 'B', 1, 0, NULL, NULL, NULL, 0),
                    (3, '02c1', 'S', 2, 0, NULL, NULL, NULL, 0);
                INSERT INTO sign_off VALUES (10, 1, 1, 101, 1, 0, 3, NULL, NULL, NULL, 0), (11, 2, 1, 101, 1, 0, 3, NULL, NULL, NULL, 0),
                    (12, 1, 1, 102, 1, 0, 3, NULL, NULL, NULL, 0);
                INSERT INTO fact VALUES (13, 1, 1, 0, 0, 3, NULL, NULL);
                INSERT INTO note VALUES (14, 2, 12, 3, NULL, NULL), (15, 6, 11, 2, NULL, NULL), (16, 6, 12, 1, NULL, NULL),
                    (17, 6, 13, 1, 18, NULL), (18, 1, 17, 1, NULL, NULL);
                INSERT INTO sign_off VALUES (19, 2, 1, 101, 1, 0, 3, NULL, NULL, NULL, 0);",
            )
        })
        .unwrap();
        let id = |id: &str| id.parse::<PersonId>().unwrap();
        let new = |viewer: &Viewer, trainee: &str, from, most| {
            db.read(|tx| since(tx, viewer, &id(trainee), (from, most))).unwrap()
        };
        let (department, ada) = (Viewer::Department, Viewer::Own(id("7f3a")));
        assert_eq!(new(&department, "7f3a", 0, 99), [18, 17, 16, 14, 13, 12, 10]);
        assert_eq!(new(&ada, "7f3a", 13, 99), [18, 17, 16, 14, 13]);
        assert_eq!(new(&ada, "7f3a", 0, 2), [18, 17]);
        assert_eq!(new(&ada, "8b4c", 0, 99), [0; 0]);
        let open = |viewer: &Viewer| db.read(|tx| open_disputes(tx, viewer)).unwrap();
        // B's was signed again since; A's own dispute of the review was withdrawn.
        assert_eq!(open(&department).iter().map(|(_, at, of)| (*at, *of)).collect::<Vec<_>>(), [(16, 12)]);
        assert_eq!(open(&Viewer::Own(id("8b4c"))), []);
    }
}
