//! Finds sign-offs that need a second check: those to countersign, rejected by a sample, or drawn for one.
//!
//! Invariant: queries about records take a viewer.

use std::collections::{BTreeSet, HashMap};

use rusqlite::params;

use crate::codec::{id_of, ksb_of, person_of, place, position};
use crate::db::{Tx, WriteTx};
use crate::error::{StoreError, damaged};
use countersign_core::people::person::Viewer;
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::{KsbCode, PersonId, StatementId};
use countersign_core::primitives::text::SafeText;
use countersign_core::record::quality_assurance::SampleShare;
use countersign_core::statement::kinds::sample::Draw;

const DEPARTMENT: &str = "SELECT department FROM person WHERE id = ?1";
/// KSBs achieved with a single signature, by trainee.
const ONCE: &str = "SELECT t.id, state.trainee, state.standard, state.ksb FROM person AS t
    JOIN enrolment ON enrolment.trainee = t.person
    JOIN state ON state.trainee = t.person AND state.standard = enrolment.standard
    WHERE t.\"left\" = 0 AND state.state = 1 AND state.countersigned IS NULL AND (?1 IS NULL OR t.id <> ?1)
    AND (?2 IS NULL OR t.department IS NULL OR t.department = ?2) AND (?3 IS NULL OR t.id = ?3)";
/// The newest live sign-off by someone other than ?4, since the last *not achieved*.
const NEWEST: &str = "SELECT place FROM sign_off AS s WHERE trainee = ?1 AND standard = ?2 AND ksb = ?3 AND outcome = 1
    AND withdrawn IS NULL AND rejected IS NULL AND doubted IS NULL
    AND (?4 IS NULL OR signer <> (SELECT person FROM person WHERE id = ?4))
    AND place > (SELECT coalesce(max(place), -1) FROM sign_off AS n WHERE n.trainee = ?1 AND n.standard = ?2 AND n.ksb = ?3
        AND n.outcome = 0 AND n.withdrawn IS NULL AND n.rejected IS NULL AND n.doubted IS NULL)
    ORDER BY place DESC LIMIT 1";
/// Rejected sign-offs with nothing signed on the KSB since. Names the index, because the order asked for makes SQLite read
/// every sign-off.
const REJECTED: &str = "SELECT t.id, s.place, s.rejected FROM sign_off AS s INDEXED BY sign_off_rejected
    JOIN person AS t ON t.person = s.trainee
    JOIN enrolment ON enrolment.trainee = s.trainee AND enrolment.standard = s.standard
    WHERE s.rejected IS NOT NULL AND s.withdrawn IS NULL AND t.\"left\" = 0
    AND (?1 IS NULL OR s.signer = (SELECT person FROM person WHERE id = ?1))
    AND NOT EXISTS (SELECT 1 FROM sign_off AS n WHERE n.trainee = s.trainee AND n.standard = s.standard AND n.ksb = s.ksb
        AND n.place > s.place AND n.withdrawn IS NULL AND n.rejected IS NULL AND n.doubted IS NULL)
    ORDER BY s.place";
/// KSBs of one trainee with a rejected sign-off, signed again or not.
const REOPENED: &str = "SELECT DISTINCT ksb FROM sign_off WHERE trainee = (SELECT person FROM person WHERE id = ?1)
    AND rejected IS NOT NULL AND withdrawn IS NULL";
/// Drawn sign-offs that still count and that the verifier has not sampled since.
const DRAWN: &str = "SELECT t.id, s.place, verifier, seed, number,
        (SELECT count(*) FROM drawn AS d WHERE d.draw = draw.draw), size, words, made
    FROM draw JOIN drawn USING (draw) JOIN sign_off AS s USING (place) JOIN person AS t ON t.person = s.trainee
    WHERE (?1 IS NULL OR verifier = ?1) AND s.withdrawn IS NULL AND s.rejected IS NULL
    AND NOT EXISTS (SELECT 1 FROM note WHERE target = s.place AND kind IN (3, 4) AND note.place >= size
        AND note.person = (SELECT person FROM person WHERE id = verifier))
    ORDER BY draw.draw, number";
/// The population of a draw: live and unsampled at that log size, and neither signed by nor about the verifier.
const AMONG: &str = "SELECT t.id, s.place, coalesce(imported.id, entry.id) FROM sign_off AS s
    JOIN person AS t ON t.person = s.trainee JOIN entry ON entry.place = s.place LEFT JOIN imported ON imported.place = s.place
    WHERE s.place < ?1 AND (withdrawn IS NULL OR withdrawn >= ?1) AND (rejected IS NULL OR rejected >= ?1)
    AND (doubted IS NULL OR doubted >= ?1) AND t.id <> ?2
    AND s.signer IS NOT (SELECT person FROM person WHERE id = ?2)
    AND NOT EXISTS (SELECT 1 FROM note WHERE target = s.place AND kind IN (3, 4) AND note.place < ?1)";
/// Samples that count, the newest first.
const SAMPLES: &str = "SELECT t.id, note.place, note.target FROM note JOIN sign_off AS s ON s.place = note.target
    JOIN person AS t ON t.person = s.trainee
    WHERE note.kind IN (3, 4) AND note.withdrawn IS NULL AND note.doubted IS NULL ORDER BY note.place DESC LIMIT ?1";
/// Sign-offs that are not withdrawn, by signer.
const SIGNED: &str = "SELECT signer, name, count(*) FROM sign_off JOIN person ON person = signer
    WHERE withdrawn IS NULL AND doubted IS NULL GROUP BY signer ORDER BY count(*) DESC, name";
/// Those of them that were sampled, by signer.
const SAMPLED: &str = "SELECT signer, count(DISTINCT target) FROM note JOIN sign_off AS s ON s.place = note.target
    WHERE note.kind IN (3, 4) AND note.withdrawn IS NULL AND note.doubted IS NULL
    AND s.withdrawn IS NULL AND s.doubted IS NULL GROUP BY signer";
const PUT: &str = "INSERT INTO draw (verifier, seed, size, words, made) VALUES (?1, ?2, ?3, ?4, ?5) RETURNING draw";
const PUT_ONE: &str = "INSERT INTO drawn (draw, number, place) VALUES (?1, ?2, ?3)";

/// Returns the positions of sign-offs that this person can countersign: by someone else and in their department, oldest
/// first.
pub fn awaiting_countersignature(tx: &Tx<'_>, viewer: &Viewer, who: Option<&PersonId>) -> Result<Vec<u64>, StoreError> {
    awaiting_countersignature_for(tx, viewer, who, None)
}

/// Returns the same for one trainee, if one is given.
pub fn awaiting_countersignature_for(
    tx: &Tx<'_>,
    viewer: &Viewer,
    who: Option<&PersonId>,
    trainee: Option<&PersonId>,
) -> Result<Vec<u64>, StoreError> {
    let department: Option<String> = match who {
        Some(id) if trainee.is_none() => tx.prepared(DEPARTMENT)?.query_row([id.as_str()], |row| row.get(0))?,
        _ => None,
    };
    let who = who.map(PersonId::as_str);
    let (mut once, mut newest) = (tx.prepared(ONCE)?, tx.prepared(NEWEST)?);
    let mut rows = once.query(params![who, department, trainee.map(PersonId::as_str)])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        if !viewer.may_see(&person_of(row, 0)?) {
            continue;
        }
        let item: [i64; 3] = [row.get(1)?, row.get(2)?, row.get(3)?];
        let mut of = newest.query(params![item[0], item[1], item[2], who])?;
        if let Some(row) = of.next()? {
            found.push(position(row.get(0)?));
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// Returns the positions of rejected sign-offs with nothing signed since, each with that of the sample; for one signer, or
/// all.
pub fn rejected(tx: &Tx<'_>, viewer: &Viewer, signer: Option<&PersonId>) -> Result<Vec<(u64, u64)>, StoreError> {
    tx.some_rows(REJECTED, [signer.map(PersonId::as_str)], |row| {
        let at = (position(row.get(1)?), position(row.get(2)?));
        Ok(viewer.may_see(&person_of(row, 0)?).then_some(at))
    })
}

/// Returns the codes for which a sample rejected a sign-off of this trainee, signed again or not.
pub fn reopened(tx: &Tx<'_>, viewer: &Viewer, trainee: &PersonId) -> Result<BTreeSet<KsbCode>, StoreError> {
    if !viewer.may_see(trainee) {
        return Ok(BTreeSet::new());
    }
    tx.rows(REOPENED, [trainee.as_str()], |row| ksb_of(row.get(0)?))
}

/// A drawn sign-off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// Its position.
    pub at: u64,
    pub draw: Draw,
    pub verifier: PersonId,
    /// What it was drawn from, as a filter of the log.
    pub from: String,
    pub made: Timestamp,
}

/// Returns drawn sign-offs not sampled yet, for one verifier or all.
pub fn drawn(tx: &Tx<'_>, viewer: &Viewer, verifier: Option<&PersonId>) -> Result<Vec<Drawn>, StoreError> {
    tx.some_rows(DRAWN, [verifier.map(PersonId::as_str)], |row| {
        if !viewer.may_see(&person_of(row, 0)?) {
            return Ok(None);
        }
        let (seed, number, of, at) = (row.get::<_, i64>(3)?, row.get(4)?, row.get(5)?, position(row.get(6)?));
        let draw = Draw { seed: seed.cast_unsigned(), number, of, at: Some(at) };
        Ok(Some(Drawn {
            at: position(row.get(1)?),
            draw,
            verifier: person_of(row, 2)?,
            from: row.get(7)?,
            made: Timestamp::from_seconds(row.get(8)?),
        }))
    })
}

/// Calls `each` with the statement id and position of every sign-off in the population of a draw.
pub fn among(
    tx: &Tx<'_>,
    viewer: &Viewer,
    (size, verifier): (u64, &PersonId),
    each: &mut dyn FnMut(StatementId, u64),
) -> Result<(), StoreError> {
    tx.rows(AMONG, params![place(size), verifier.as_str()], |row| {
        if viewer.may_see(&person_of(row, 0)?) {
            each(id_of(row.get_ref(2)?.as_blob().map_err(damaged)?)?, position(row.get(1)?));
        }
        Ok(())
    })
}

/// A sample that counts: its position, and that of the sign-off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SampleAt {
    pub at: u64,
    pub of: u64,
}

/// Returns the newest samples that count.
pub fn samples(tx: &Tx<'_>, viewer: &Viewer, most: u32) -> Result<Vec<SampleAt>, StoreError> {
    tx.some_rows(SAMPLES, [most], |row| {
        let sample = SampleAt { at: position(row.get(1)?), of: position(row.get(2)?) };
        Ok(viewer.may_see(&person_of(row, 0)?).then_some(sample))
    })
}

/// Returns how much of each supervisor's work was sampled; nothing for a trainee.
pub fn shares(tx: &Tx<'_>, viewer: &Viewer) -> Result<Vec<SampleShare>, StoreError> {
    if viewer.own().is_some() {
        return Ok(Vec::new());
    }
    let sampled: Vec<(i64, u32)> = tx.rows(SAMPLED, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let sampled: HashMap<i64, u32> = sampled.into_iter().collect();
    tx.rows(SIGNED, [], |row| {
        let sampled = sampled.get(&row.get(0)?).copied().unwrap_or(0);
        let name: String = row.get(1)?;
        Ok(SampleShare { name: SafeText::line(&name).map_err(damaged)?, sampled, of: row.get(2)? })
    })
}

pub fn put_draw(
    tx: &WriteTx<'_>,
    verifier: &PersonId,
    (seed, size, words): (u64, u64, &str),
    made: i64,
    places: &[u64],
) -> Result<(), StoreError> {
    let values = params![verifier.as_str(), seed.cast_signed(), place(size), words, made];
    let draw: i64 = tx.prepared(PUT)?.query_row(values, |row| row.get(0))?;
    for (number, at) in (1_i64..).zip(places) {
        tx.run(PUT_ONE, [draw, number, place(*at)])?;
    }
    Ok(())
}
