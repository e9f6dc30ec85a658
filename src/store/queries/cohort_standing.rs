//! Reads what a row of the cohort says besides its figures: since when KSBs count, hours, disputes and late actions.
//!
//! Invariant: queries about records take a viewer.

use std::collections::HashMap;

use chrono::NaiveDate;
use rusqlite::params;

use crate::codec::{day_of, ksb_of, outcome_of, position};
use crate::db::Tx;
use crate::error::StoreError;
use crate::index::programme_index::FactKind;
use crate::queries::cohort::{TraineeNo, own};
use countersign_core::people::paid_hours::PaidHours;
use countersign_core::people::person::Viewer;
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::{KsbCode, PersonId, StandardRef};
use countersign_core::programme::cohort::Disputed;
use countersign_core::programme::hours::QuarterHours;
use countersign_core::record::ksb_status::{CountedRun, CountedSignOff, KsbOutcome, StatusContext};

const SIGNED: &str = "SELECT ksb, outcome, observed, countersigned FROM sign_off
    WHERE trainee = (SELECT person FROM person WHERE id = ?1)
    AND standard = (SELECT standard FROM standard WHERE reference = ?2 AND version = ?3)
    AND withdrawn IS NULL AND rejected IS NULL AND doubted IS NULL ORDER BY ksb, observed, place";
/// Of this log and others. Of one day, those that were signed later come later: ids sort by time.
const SIGNED_ANYWHERE: &str = "SELECT ksb, outcome, observed, countersigned, id FROM sign_off JOIN entry USING (place)
    WHERE trainee = (SELECT person FROM person WHERE id = ?1)
    AND standard = (SELECT standard FROM standard WHERE reference = ?2 AND version = ?3)
    AND withdrawn IS NULL AND rejected IS NULL AND doubted IS NULL
    UNION ALL SELECT ksb, outcome, observed, countersigned, id FROM elsewhere
    WHERE trainee = (SELECT person FROM person WHERE id = ?1)
    AND standard = (SELECT standard FROM standard WHERE reference = ?2 AND version = ?3)
    AND withdrawn IS NULL AND rejected IS NULL AND doubted IS NULL ORDER BY ksb, observed, id";
const CARRIED: &str = "SELECT ksb, observed FROM state WHERE trainee = (SELECT person FROM person WHERE id = ?1)
    AND standard = (SELECT standard FROM standard WHERE reference = ?2 AND version = ?3) AND state = 3";
const NOT_YET: &str = "SELECT ksb, (SELECT place FROM sign_off WHERE sign_off.trainee = state.trainee
    AND sign_off.standard = state.standard AND sign_off.ksb = state.ksb AND outcome = 0 AND withdrawn IS NULL
    AND rejected IS NULL AND doubted IS NULL ORDER BY sign_off.observed DESC, place DESC LIMIT 1) FROM state
    WHERE trainee = (SELECT person FROM person WHERE id = ?1)
    AND standard = (SELECT standard FROM standard WHERE reference = ?2 AND version = ?3) AND state = 2 ORDER BY ksb";
const DISPUTED: &str = "SELECT DISTINCT s.ksb FROM sign_off AS s CROSS JOIN note ON note.target = s.place
    WHERE s.trainee = (SELECT person FROM person WHERE id = ?1) AND note.kind = 6
    AND s.standard IN (SELECT standard FROM enrolment WHERE trainee = s.trainee UNION ALL SELECT standard FROM list)
    AND s.withdrawn IS NULL AND s.rejected IS NULL AND s.doubted IS NULL AND note.withdrawn IS NULL AND note.doubted IS NULL
    AND NOT EXISTS (SELECT 1 FROM sign_off AS later WHERE later.trainee = s.trainee AND later.standard = s.standard
    AND later.ksb = s.ksb AND later.place > s.place
    AND later.withdrawn IS NULL AND later.rejected IS NULL AND later.doubted IS NULL) ORDER BY s.ksb";
const DISPUTED_FACTS: &str = "SELECT f.kind, f.first FROM fact AS f CROSS JOIN note ON note.target = f.place
    WHERE f.trainee = (SELECT person FROM person WHERE id = ?1) AND note.kind = 6
    AND f.withdrawn IS NULL AND f.doubted IS NULL AND note.withdrawn IS NULL AND note.doubted IS NULL
    AND (f.kind <> 1 OR NOT EXISTS (SELECT 1 FROM fact AS later WHERE later.trainee = f.trainee AND later.kind = 1
    AND later.first > f.first AND later.withdrawn IS NULL AND later.doubted IS NULL)) ORDER BY f.first, f.place";
const REVIEW: &str = "SELECT place FROM fact INDEXED BY fact_review
    WHERE trainee = (SELECT person FROM person WHERE id = ?1) AND kind = 1 AND withdrawn IS NULL AND doubted IS NULL
    ORDER BY first DESC, place DESC LIMIT 1";
const OLDEST_CLAIM: &str = "SELECT min(made) FROM claim INDEXED BY claim_waits WHERE trainee = ?1 AND waiting > 0";
const CLAIMS: &str = "SELECT person, made FROM claim INDEXED BY claim_waiting JOIN person ON person.id = trainee
    WHERE waiting > 0 AND (?1 IS NULL OR trainee = ?1) ORDER BY made";
const HOURS: &str = "SELECT trainee, sum(quarters) FROM hour
    WHERE ?1 IS NULL OR trainee = (SELECT person FROM person WHERE id = ?1) GROUP BY trainee";
/// Few hours are ever withdrawn, so subtracting them is cheaper than looking up each entry's statement.
const LOST_HOURS: &str = "SELECT hour.trainee, sum(quarters) FROM fact CROSS JOIN hour USING (place)
    WHERE kind = 2 AND (withdrawn IS NOT NULL OR doubted IS NOT NULL) GROUP BY hour.trainee";
const WEEKLY: &str = "SELECT trainee, weekly FROM enrolment WHERE weekly IS NOT NULL
    AND (?1 IS NULL OR trainee = (SELECT person FROM person WHERE id = ?1))";
const RECOGNISED: &str = "SELECT fact.trainee, fact.place FROM enrolment CROSS JOIN fact
    ON fact.trainee = enrolment.trainee AND kind = 6 AND withdrawn IS NULL AND doubted IS NULL
    WHERE ?1 IS NULL OR fact.trainee = (SELECT person FROM person WHERE id = ?1) ORDER BY fact.trainee, first, fact.place";

/// Returns the day from which each KSB of a trainee counts that counts today, in order; those that `asked` refuses are left
/// out. What is carried over counts from the day on which it was seen.
pub fn counted_days(
    tx: &Tx<'_>,
    viewer: &Viewer,
    (trainee, on): (&PersonId, &StandardRef),
    measure: &StatusContext,
    asked: &dyn Fn(KsbCode) -> bool,
) -> Result<Vec<NaiveDate>, StoreError> {
    let mut days = Vec::new();
    if !viewer.may_see(trainee) {
        return Ok(days);
    }
    let mut statement = tx.prepared(if measure.policy.imported > 0 { SIGNED_ANYWHERE } else { SIGNED })?;
    let mut rows = statement.query([trainee.as_str(), on.reference(), on.version()])?;
    let (mut code, mut run) = (None, CountedRun::default());
    let mut end = |code: Option<i64>, run: CountedRun| {
        let Some((code, since)) = code.zip(run.since(measure)) else { return Ok(()) };
        days.extend(asked(ksb_of(code)?).then_some(since));
        Ok::<_, StoreError>(())
    };
    while let Some(row) = rows.next()? {
        let of = Some(row.get(0)?);
        if of != code {
            end(code, std::mem::take(&mut run))?;
            code = of;
        }
        let countersigned = row.get::<_, i64>(3)? > 0;
        run = run.with(CountedSignOff {
            outcome: outcome_of(row.get(1)?)?,
            observed: day_of(row.get(2)?)?,
            countersigned,
        });
    }
    end(code, run)?;
    if measure.policy.carried_over > 0 {
        let mut statement = tx.prepared(CARRIED)?;
        let mut rows = statement.query([trainee.as_str(), on.reference(), on.version()])?;
        while let Some(row) = rows.next()? {
            let (code, seen) = (ksb_of(row.get(0)?)?, day_of(row.get(1)?)?);
            let counts = KsbOutcome::CarriedOver { seen }.state(measure).counts(&measure.policy);
            days.extend((counts && asked(code)).then_some(seen));
        }
    }
    days.sort_unstable();
    Ok(days)
}

/// Returns a trainee's KSBs not yet achieved, with the position of the sign-off that says so.
pub fn not_yet(
    tx: &Tx<'_>,
    viewer: &Viewer,
    trainee: &PersonId,
    on: &StandardRef,
) -> Result<Vec<(KsbCode, u64)>, StoreError> {
    if !viewer.may_see(trainee) {
        return Ok(Vec::new());
    }
    tx.some_rows(NOT_YET, [trainee.as_str(), on.reference(), on.version()], |row| {
        let at = row.get::<_, Option<i64>>(1)?.map(position);
        at.map(|at| Ok((ksb_of(row.get(0)?)?, at))).transpose()
    })
}

/// Returns what a trainee disputes: each record that counts and has no later one in its place.
pub fn disputes(tx: &Tx<'_>, viewer: &Viewer, trainee: &PersonId) -> Result<Vec<Disputed>, StoreError> {
    if !viewer.may_see(trainee) {
        return Ok(Vec::new());
    }
    let mut found: Vec<Disputed> =
        tx.rows(DISPUTED, [trainee.as_str()], |row| Ok(Disputed::Ksb(ksb_of(row.get(0)?)?)))?;
    found.extend(tx.rows::<_, Vec<_>>(DISPUTED_FACTS, [trainee.as_str()], |row| {
        Ok(Disputed::Other(FactKind::of(row.get(0)?)?.kind(), day_of(row.get(1)?)?))
    })?);
    Ok(found)
}

/// Returns the position of a trainee's newest review that counts.
pub fn newest_review(tx: &Tx<'_>, viewer: &Viewer, trainee: &PersonId) -> Result<Option<u64>, StoreError> {
    if !viewer.may_see(trainee) {
        return Ok(None);
    }
    tx.row(REVIEW, [trainee.as_str()], |row| Ok(position(row.get(0)?)))
}

/// Returns when the oldest claim of a trainee that waits was made.
pub fn oldest_claim(tx: &Tx<'_>, viewer: &Viewer, trainee: &PersonId) -> Result<Option<Timestamp>, StoreError> {
    if !viewer.may_see(trainee) {
        return Ok(None);
    }
    let made = tx.row(OLDEST_CLAIM, [trainee.as_str()], |row| Ok(row.get::<_, Option<i64>>(0)?))?;
    Ok(made.flatten().map(Timestamp::from_seconds))
}

/// Returns each trainee's waiting claims: how many, and when the oldest was made.
pub fn claims(tx: &Tx<'_>, viewer: &Viewer) -> Result<HashMap<TraineeNo, (u32, Timestamp)>, StoreError> {
    let mut found: HashMap<TraineeNo, (u32, Timestamp)> = HashMap::new();
    tx.rows::<(), ()>(CLAIMS, [own(viewer)], |row| {
        // Rows come oldest first.
        let made = Timestamp::from_seconds(row.get(1)?);
        found.entry(TraineeNo(row.get(0)?)).or_insert((0, made)).0 += 1;
        Ok(())
    })?;
    Ok(found)
}

/// Returns every trainee's confirmed hours that count.
pub fn confirmed_hours(tx: &Tx<'_>, viewer: &Viewer) -> Result<HashMap<TraineeNo, QuarterHours>, StoreError> {
    let mut found: HashMap<TraineeNo, QuarterHours> =
        tx.rows(HOURS, [own(viewer)], |row| Ok((TraineeNo(row.get(0)?), QuarterHours(row.get(1)?))))?;
    for (trainee, lost) in
        tx.rows::<_, Vec<_>>(LOST_HOURS, [], |row| Ok((TraineeNo(row.get(0)?), QuarterHours(row.get(1)?))))?
    {
        if let Some(hours) = found.get_mut(&trainee) {
            *hours = hours.less(lost);
        }
    }
    Ok(found)
}

/// Returns the paid hours of every trainee whose hours are known.
pub fn weekly(tx: &Tx<'_>, viewer: &Viewer) -> Result<HashMap<TraineeNo, PaidHours>, StoreError> {
    tx.some_rows(WEEKLY, params![own(viewer)], |row| {
        let paid = PaidHours::hundredths(row.get(1)?);
        paid.map(|paid| Ok((TraineeNo(row.get(0)?), paid))).transpose()
    })
}

/// Returns the position of every trainee's newest recognition of prior learning that counts.
pub fn recognitions(tx: &Tx<'_>, viewer: &Viewer) -> Result<HashMap<TraineeNo, u64>, StoreError> {
    // Rows come oldest first, so the newest replaces the others.
    tx.rows(RECOGNISED, [own(viewer)], |row| Ok((TraineeNo(row.get(0)?), position(row.get(1)?))))
}
