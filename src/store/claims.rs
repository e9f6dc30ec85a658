//! Stores trainees' claims, and which sign-offs answered them.
//!
//! Invariant: queries take a viewer, except those that signing and replay use.

use std::collections::BTreeMap;

use rusqlite::{Params, Row, params};

use crate::codec::{id_of, ksb, ksb_of, outcome_of, place, position};
use crate::db::{Tx, WriteTx};
use crate::error::{StoreError, damaged};
use crate::evidence::{file_of, number};
use countersign_core::people::person::Viewer;
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::{ClaimId, Digest, KsbCode, KsbKind, PersonId, StandardRef};
use countersign_core::primitives::text::SafeText;
use countersign_core::record::claim::{Answered, Claim, ClaimItem, PendingClaim};
use countersign_core::statement::kinds::sign_off::Outcome;

const ADD: &str =
    "INSERT INTO claim (id, trainee, reference, version, reflection, asked, department, made, size, again, waiting)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, (SELECT department FROM person WHERE id = ?2), ?7,
    coalesce((SELECT size FROM head WHERE log = 0), 0), (SELECT claim FROM claim WHERE id = ?8), ?9) RETURNING claim";
const ADD_ITEM: &str = "INSERT INTO claim_item (claim, ksb, trainee, waits) VALUES (?1, ?2, ?3, 1)";
const ADD_EVIDENCE: &str = "INSERT INTO claim_evidence (claim, evidence) VALUES (?1, ?2)";
const WITHDRAW: &str = "UPDATE claim SET withdrawn = ?2, waiting = 0
    WHERE id = ?1 AND waiting > 0 RETURNING claim";
const WITHDRAW_ITEMS: &str = "UPDATE claim_item SET waits = 0 WHERE claim = ?1 AND waits = 1";
const WAITING_ON: &str = "SELECT ksb, id, made, (SELECT name FROM person WHERE id = asked) FROM claim_item
    JOIN claim USING (claim) WHERE claim_item.trainee = ?1 AND waits = 1 AND reference = ?2 AND version = ?3";
pub(crate) const COLUMNS: &str = "SELECT claim, claim.id, trainee, person.name, reference, version, reflection, asked,
    (SELECT name FROM person AS p WHERE p.id = asked), made, withdrawn,
    (SELECT id FROM claim AS before WHERE before.claim = claim.again) FROM claim JOIN person ON person.id = trainee";
const ITEMS: &str = "SELECT claim_item.ksb, waits, answered, entry.id, outcome FROM claim_item
    LEFT JOIN entry ON entry.place = answered LEFT JOIN sign_off ON sign_off.place = answered
    WHERE claim = ?1 ORDER BY claim_item.ksb";
/// In the order in which the book got them.
const FILES: &str = "SELECT digest, size, kind, name, added, erased, (SELECT count(*) FROM claim_evidence AS c
    JOIN claim AS other USING (claim) WHERE c.evidence = e.evidence AND other.trainee = ?2)
    FROM claim_evidence AS e JOIN evidence USING (evidence)
    LEFT JOIN holding ON holding.evidence = e.evidence AND holding.trainee = ?2 WHERE claim = ?1 ORDER BY e.evidence";
/// The KSBs whose answer was erased, each with the position of the newest erasure.
const ERASED_ANSWERS: &str = "SELECT ksb, max(statement) FROM claim_item JOIN claim USING (claim)
    JOIN erased ON place = answered WHERE claim_item.trainee = ?1 AND reference = ?2 AND version = ?3 GROUP BY ksb";
const WAITS: &str = "SELECT 1 FROM claim_item WHERE trainee = ?1 AND ksb = ?2 AND waits = 1 LIMIT 1";
const ITEM_WAITS: &str =
    "SELECT 1 FROM claim JOIN claim_item USING (claim) WHERE claim.id = ?1 AND ksb = ?2 AND waits = 1";
const WAITING_FOR: &str =
    "SELECT id FROM claim_item JOIN claim USING (claim) WHERE claim_item.trainee = ?1 AND ksb = ?2
    AND waits = 1 AND ?3 IN ('', reference || ' ' || version) ORDER BY made, claim LIMIT 1";
/// Answers the waiting claims of a KSB on a standard, if they were made before the sign-off. Looks each claim up by key: a
/// join over all claims would run for every sign-off.
const ANSWER: &str = "UPDATE claim_item SET waits = 0, answered = ?4 WHERE trainee = ?1 AND ksb = ?2 AND waits = 1
    AND EXISTS (SELECT 1 FROM claim AS c WHERE c.claim = claim_item.claim
    AND ?3 IN ('', reference || ' ' || version) AND size <= ?5) RETURNING claim";
const LEAVE: &str = "UPDATE claim_item SET waits = 0, answered = ?2 WHERE trainee = ?1 AND waits = 1
    AND claim IN (SELECT claim FROM claim WHERE trainee = ?1 AND size <= ?3) RETURNING claim";
/// Reopens what a withdrawn sign-off answered, unless the trainee withdrew or replaced the claim or has left.
const REOPEN: &str = "UPDATE claim_item SET waits = 1, answered = NULL WHERE answered = ?1
    AND claim IN (SELECT claim FROM claim WHERE withdrawn IS NULL)
    AND trainee NOT IN (SELECT id FROM person WHERE \"left\" = 1)
    AND NOT EXISTS (SELECT 1 FROM claim AS c JOIN claim_item AS i ON i.claim = c.claim
    WHERE c.again = claim_item.claim AND i.ksb = claim_item.ksb AND c.size <= ?2) RETURNING claim";
const RECOUNT: &str =
    "UPDATE claim SET waiting = (SELECT count(*) FROM claim_item AS i WHERE i.claim = claim.claim AND waits = 1)
    WHERE claim = ?1";
/// What an erased statement answered stays answered, as nothing is left that names the claim.
const RESET: &str = "UPDATE claim_item SET answered = NULL, waits = 1
    WHERE claim IN (SELECT claim FROM claim WHERE withdrawn IS NULL)
    AND (answered IS NULL OR answered NOT IN (SELECT place FROM erased));
    UPDATE claim SET waiting = (SELECT count(*) FROM claim_item AS i WHERE i.claim = claim.claim AND waits = 1);";
/// Deletes the reflection once everything that answered the claim is erased.
const FORGET: &str = "UPDATE claim SET reflection = NULL WHERE id = ?2
    AND NOT EXISTS (SELECT 1 FROM claim_item AS i WHERE i.claim = claim.claim AND (waits = 1 OR
    (answered IS NOT NULL AND answered <> ?1 AND answered NOT IN (SELECT place FROM erased))))";
const ANSWERED_BY: &str = "SELECT DISTINCT id FROM claim_item JOIN claim USING (claim) WHERE answered = ?1";
/// Whether any statement names a claim, including an imported one, which answered nothing.
const NAMED: &str = "SELECT EXISTS (SELECT 1 FROM entry WHERE instr(text, ?1) > 0)
    OR EXISTS (SELECT 1 FROM imported WHERE instr(text, ?1) > 0)";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredClaim {
    pub id: ClaimId,
    pub trainee: PersonId,
    pub standard: StandardRef,
    /// The KSBs, each once.
    pub codes: Vec<KsbCode>,
    pub reflection: Option<SafeText>,
    pub evidence: Vec<Digest>,
    /// The supervisor asked; `None` asks anyone.
    pub of: Option<PersonId>,
    pub made: Timestamp,
    pub again: Option<ClaimId>,
}

/// Stores a claim; returns whether the viewer may.
pub fn make(tx: &WriteTx<'_>, viewer: &Viewer, claim: &StoredClaim) -> Result<bool, StoreError> {
    if !viewer.may_see(&claim.trainee) {
        return Ok(false);
    }
    let (trainee, standard) = (claim.trainee.as_str(), &claim.standard);
    let number_of: i64 = tx.prepared(ADD)?.query_row(
        params![
            claim.id.0.as_bytes(),
            trainee,
            standard.reference(),
            standard.version(),
            claim.reflection.as_ref().map(SafeText::as_str),
            claim.of.as_ref().map(PersonId::as_str),
            claim.made.seconds(),
            claim.again.map(|id| *id.0.as_bytes()),
            i64::try_from(claim.codes.len()).unwrap_or(i64::MAX),
        ],
        |row| row.get(0),
    )?;
    for code in &claim.codes {
        tx.run(ADD_ITEM, params![number_of, ksb(*code), trainee])?;
    }
    for digest in &claim.evidence {
        let Some(evidence) = number(tx, viewer, &claim.trainee, digest)? else { return Ok(false) };
        tx.run(ADD_EVIDENCE, [number_of, evidence])?;
    }
    Ok(true)
}

/// Withdraws a waiting claim; returns whether there was one.
pub fn withdraw(tx: &WriteTx<'_>, viewer: &Viewer, of: ClaimId, at: Timestamp) -> Result<bool, StoreError> {
    if claim(tx, viewer, of)?.is_none() {
        return Ok(false);
    }
    let found: Option<i64> = tx.row(WITHDRAW, params![of.0.as_bytes(), at.seconds()], |row| Ok(row.get(0)?))?;
    let Some(number) = found else { return Ok(false) };
    tx.run(WITHDRAW_ITEMS, [number])?;
    Ok(true)
}

/// Returns the KSBs of a trainee that wait on a standard, each with its claim.
pub fn waiting_on(
    tx: &Tx<'_>,
    viewer: &Viewer,
    trainee: &PersonId,
    on: &StandardRef,
) -> Result<BTreeMap<KsbCode, PendingClaim>, StoreError> {
    if !viewer.may_see(trainee) {
        return Ok(BTreeMap::new());
    }
    tx.rows(WAITING_ON, [trainee.as_str(), on.reference(), on.version()], |row| {
        let asked =
            PendingClaim { claim: claim_id(row, 1)?, since: Timestamp::from_seconds(row.get(2)?), of: clean(row, 3)? };
        Ok((ksb_of(row.get(0)?)?, asked))
    })
}

/// Returns the KSBs of a trainee on a standard whose answer was erased, each with the position of the newest erasure.
pub fn erased_answers(
    tx: &Tx<'_>,
    viewer: &Viewer,
    trainee: &PersonId,
    on: &StandardRef,
) -> Result<Vec<(KsbCode, u64)>, StoreError> {
    if !viewer.may_see(trainee) {
        return Ok(Vec::new());
    }
    tx.rows(ERASED_ANSWERS, [trainee.as_str(), on.reference(), on.version()], |row| {
        Ok((ksb_of(row.get(0)?)?, position(row.get(1)?)))
    })
}

pub fn claim(tx: &Tx<'_>, viewer: &Viewer, id: ClaimId) -> Result<Option<Claim>, StoreError> {
    let claim = tx.row(&format!("{COLUMNS} WHERE claim.id = ?1"), [id.0.as_bytes()], |row| claim_of(tx, row))?;
    Ok(claim.filter(|claim| viewer.may_see(&claim.trainee)))
}

/// Returns a trainee's claims, newest first.
pub fn of_trainee(tx: &Tx<'_>, viewer: &Viewer, trainee: &PersonId) -> Result<Vec<Claim>, StoreError> {
    if !viewer.may_see(trainee) {
        return Ok(Vec::new());
    }
    tx.rows(&format!("{COLUMNS} WHERE trainee = ?1 ORDER BY made DESC, claim DESC"), [trainee.as_str()], |row| {
        claim_of(tx, row)
    })
}

fn claim_of(tx: &Tx<'_>, row: &Row<'_>) -> Result<Claim, StoreError> {
    let (number, trainee): (i64, String) = (row.get(0)?, row.get(2)?);
    let asked: Option<String> = row.get(7)?;
    let of = match (asked, clean(row, 8)?) {
        (Some(id), Some(name)) => Some((id.parse().map_err(damaged)?, name)),
        _ => None,
    };
    let reference = StandardRef::new(&row.get::<_, String>(4)?, &row.get::<_, String>(5)?).map_err(damaged)?;
    let again: Option<Vec<u8>> = row.get(11)?;
    let evidence = tx.rows(FILES, params![number, trainee], file_of)?;
    Ok(Claim {
        id: claim_id(row, 1)?,
        trainee_name: clean(row, 3)?.ok_or_else(|| damaged("a claim belongs to no trainee"))?,
        trainee: trainee.parse().map_err(damaged)?,
        standard: reference,
        items: items(tx, number)?,
        reflection: clean(row, 6)?,
        evidence,
        of,
        made: Timestamp::from_seconds(row.get(9)?),
        withdrawn: row.get::<_, Option<i64>>(10)?.map(Timestamp::from_seconds),
        again: again.map(|id| id_of(&id).map(|id| ClaimId(id.0))).transpose()?,
    })
}

fn items(tx: &Tx<'_>, number: i64) -> Result<Vec<ClaimItem>, StoreError> {
    tx.rows(ITEMS, [number], |row| {
        let answered = match (row.get::<_, Option<i64>>(2)?, row.get::<_, Option<Vec<u8>>>(3)?) {
            (Some(_), Some(by)) => {
                let outcome: Option<Outcome> = row.get::<_, Option<i64>>(4)?.map(outcome_of).transpose()?;
                Some(Answered { by: id_of(&by)?, outcome })
            }
            _ => None,
        };
        Ok(ClaimItem { code: ksb_of(row.get(0)?)?, answered })
    })
}

/// Marks waiting claims of a KSB as answered by a sign-off.
pub(crate) fn answer(
    tx: &WriteTx<'_>,
    trainee: &PersonId,
    on: &StandardRef,
    code: KsbCode,
    at: u64,
) -> Result<(), StoreError> {
    // Most sign-offs answer nothing, and an `UPDATE … RETURNING` builds two temporary tables each time.
    if !tx.prepared(WAITS)?.exists(params![trainee.as_str(), ksb(code)])? {
        return Ok(());
    }
    let on = claimed_on(on, code);
    recounted(tx, ANSWER, params![trainee.as_str(), ksb(code), on, place(at), at.cast_signed()])
}

/// Runs an update that returns claims, and counts again how much of each waits.
fn recounted(tx: &WriteTx<'_>, sql: &str, params: impl Params) -> Result<(), StoreError> {
    let claims: Vec<i64> = tx.rows(sql, params, |row| Ok(row.get(0)?))?;
    claims.into_iter().try_for_each(|claim| tx.run(RECOUNT, [claim]))
}

/// Returns the oldest claim that a sign-off of a KSB would answer.
pub fn waiting_for(
    tx: &Tx<'_>,
    trainee: &PersonId,
    on: &StandardRef,
    code: KsbCode,
) -> Result<Option<ClaimId>, StoreError> {
    if !tx.prepared(WAITS)?.exists(params![trainee.as_str(), ksb(code)])? {
        return Ok(None);
    }
    tx.row(WAITING_FOR, params![trainee.as_str(), ksb(code), claimed_on(on, code)], |row| claim_id(row, 0))
}

/// Returns whether a KSB of a claim waits for an answer.
pub fn waits(tx: &Tx<'_>, id: ClaimId, code: KsbCode) -> Result<bool, StoreError> {
    Ok(tx.prepared(ITEM_WAITS)?.exists(params![id.0.as_bytes(), ksb(code)])?)
}

/// Returns the standard that a KSB is claimed on; empty for a local competence, which any version of its list can answer.
fn claimed_on(on: &StandardRef, code: KsbCode) -> String {
    if code.kind == KsbKind::Local { String::new() } else { on.to_string() }
}

pub(crate) fn leave(tx: &WriteTx<'_>, trainee: &PersonId, at: u64) -> Result<(), StoreError> {
    recounted(tx, LEAVE, params![trainee.as_str(), place(at), at.cast_signed()])
}

/// Reopens what the sign-off at `of` answered; the statement at `at` withdraws it.
pub(crate) fn reopen(tx: &WriteTx<'_>, of: u64, at: u64) -> Result<(), StoreError> {
    recounted(tx, REOPEN, params![place(of), at.cast_signed()])
}

/// Resets all claims to unanswered, before the log is indexed again.
pub(crate) fn reset(tx: &WriteTx<'_>) -> Result<(), StoreError> {
    tx.batch(RESET)
}

/// Deletes the reflections of claims that nothing but the erased statement at `of` still answered.
pub(crate) fn forget(tx: &WriteTx<'_>, of: u64) -> Result<(), StoreError> {
    let answered: Vec<ClaimId> = tx.rows(ANSWERED_BY, [place(of)], |row| claim_id(row, 0))?;
    for id in answered {
        if !tx.prepared(NAMED)?.query_row([format!("\nclaim {id}\n")], |row| row.get::<_, bool>(0))? {
            tx.run(FORGET, params![place(of), id.0.as_bytes()])?;
        }
    }
    Ok(())
}

pub(crate) fn claim_id(row: &Row<'_>, at: usize) -> Result<ClaimId, StoreError> {
    id_of(row.get_ref(at)?.as_blob().map_err(damaged)?).map(|id| ClaimId(id.0))
}

pub(crate) fn clean(row: &Row<'_>, at: usize) -> Result<Option<SafeText>, StoreError> {
    let text: Option<String> = row.get(at)?;
    text.map(|text| SafeText::as_signed(&text).ok_or_else(|| damaged("a text contains what no text may"))).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Db;
    use crate::evidence;
    use crate::queries::cohort;
    use countersign_core::record::evidence::{FileInfo, FileKind};

    const PEOPLE: &str = "INSERT INTO person VALUES (1, '7f3a', 'A. Trainee', 1, 0, NULL, NULL, NULL, 0),
        (2, '8b4c', 'B. Trainee', 1, 0, NULL, NULL, NULL, 0);";

    fn new(trainee: &PersonId, evidence: Digest) -> StoredClaim {
        StoredClaim {
            id: ClaimId(uuid::Uuid::from_bytes([7; 16])),
            trainee: trainee.clone(),
            standard: "ST0413 1.1".parse().unwrap(),
            codes: vec!["S26".parse().unwrap()],
            reflection: None,
            evidence: vec![evidence],
            of: None,
            made: Timestamp::from_seconds(1),
            again: None,
        }
    }

    #[test]
    fn the_store_lets_a_trainee_claim_and_read_for_themselves_alone() {
        let (ada, bea): (PersonId, PersonId) = ("7f3a".parse().unwrap(), "8b4c".parse().unwrap());
        let (own, other) = (Viewer::Own(ada.clone()), Viewer::Own(bea));
        let looked = FileInfo { digest: Digest::of(b"%PDF-"), size: 5, kind: FileKind::Pdf, ending: "pdf" };
        let mut db = Db::in_memory().unwrap();
        let name = countersign_core::primitives::file_name::FileName::parse("a.pdf").unwrap();
        let at = Timestamp::from_seconds(1);
        let made = db.write(|tx| {
            tx.batch(PEOPLE)?;
            let file = evidence::put(tx, &looked, &mut b"%PDF-".as_slice())?;
            let held = [&other, &own].map(|viewer| evidence::hold(tx, viewer, &ada, file, (&name, at)));
            let claim = new(&ada, looked.digest);
            let made = [make(tx, &other, &claim)?, make(tx, &own, &claim)?, withdraw(tx, &other, claim.id, at)?];
            Ok::<_, StoreError>((held.map(Result::unwrap), made))
        });
        assert_eq!(made.unwrap(), ([false, true], [false, true, false]));
        let on = "ST0413 1.1".parse().unwrap();
        let seen = |viewer: &Viewer| {
            db.read(|tx| {
                Ok::<_, StoreError>([
                    usize::from(claim(tx, viewer, new(&ada, looked.digest).id)?.is_some()),
                    of_trainee(tx, viewer, &ada)?.len(),
                    waiting_on(tx, viewer, &ada, &on)?.len(),
                    cohort::waiting(tx, viewer)?.len(),
                    evidence::files(tx, viewer, &ada)?.len(),
                    evidence::find(tx, viewer, &looked.digest.hex()[..8])?.len(),
                    usize::from(evidence::read(tx, viewer, &ada, &looked.digest, &mut |_| Ok(()))?),
                ])
            })
            .unwrap()
        };
        for (viewer, sees) in [(&other, 0), (&own, 1), (&Viewer::Department, 1)] {
            assert_eq!(seen(viewer), [sees; 7], "{viewer:?}");
        }
    }

    #[test]
    fn what_a_sign_off_answers_is_looked_up_and_never_searched_for() {
        let db = Db::in_memory().unwrap();
        let scans = |sql: &str| {
            let plan = db.read(|tx| {
                let mut statement = tx.prepared(&format!("EXPLAIN QUERY PLAN {sql}"))?;
                let given: Vec<Option<i64>> = vec![None; statement.parameter_count()];
                let rows = statement.query_map(rusqlite::params_from_iter(given), |row| row.get::<_, String>(3))?;
                Ok::<_, StoreError>(rows.collect::<Result<Vec<_>, _>>()?)
            });
            plan.unwrap().into_iter().filter(|step| step.contains("SCAN")).collect::<Vec<_>>()
        };
        for sql in [WAITS, ANSWER, LEAVE, WITHDRAW_ITEMS, RECOUNT, WAITING_ON] {
            assert_eq!(scans(sql), Vec::<String>::new(), "{sql}");
        }
        assert!(!scans("SELECT sum(waiting) FROM claim").is_empty());
    }

    #[test]
    fn bytes_that_are_not_those_that_were_looked_at_are_not_kept() {
        let looked = FileInfo { digest: Digest::of(b"%PDF-"), size: 5, kind: FileKind::Pdf, ending: "pdf" };
        let mut db = Db::in_memory().unwrap();
        let put = db.write(|tx| evidence::put(tx, &looked, &mut b"%PDF!".as_slice()));
        assert!(put.is_err());
        assert!(!db.read(|tx| evidence::is_here(tx, &looked.digest)).unwrap());
    }
}
