//! Stores what bundles brought, and reads it with what the hub brought: statements of other departments' logs with their proofs, and the standards' texts.
//!
//! Invariant: queries take a viewer, except those that receiving and verifying use.

use std::collections::BTreeSet;

use rusqlite::{Row, params};

use crate::codec::{digest_of, id_of, place, position, text_of};
use crate::db::{Tx, WriteTx};
use crate::error::{StoreError, damaged};
use crate::{evidence, touches};
use countersign_core::people::person::Viewer;
use countersign_core::primitives::ids::{Digest, LogOrigin, PersonId, StatementId};
use countersign_core::primitives::key::PublicKey;
use countersign_core::standard::Standard;
use countersign_core::standard::local_text;
use countersign_core::statement::Body;
use countersign_core::statement::decode::decode;
use countersign_core::statement::kinds::received::ErasedElsewhere;

/// What bundles brought.
const BY_BUNDLES: &str =
    "SELECT trainee, origin, position, id, leaf, key, signature, text, proof, vkey, received, erased FROM held";
/// What bundles or the hub brought, each statement once.
const COLUMNS: &str = "SELECT * FROM
    (SELECT trainee, origin, position, id, leaf, key, signature, text, proof, vkey, received, erased FROM held UNION ALL
    SELECT trainee, origin, position, id, leaf, key, signature, text, proof, vkey, rotation, erased FROM pulled
    WHERE NOT EXISTS (SELECT 1 FROM held WHERE held.trainee = pulled.trainee AND held.origin = pulled.origin
        AND held.position = pulled.position))";
/// What was known at a position of this log: each statement once, from a bundle or the hub, whichever had come.
const UNTIL: &str = "SELECT * FROM
    (SELECT trainee, origin, position, id, leaf, key, signature, text, proof, vkey, received, erased FROM held
    WHERE received <= ?2 UNION ALL
    SELECT trainee, origin, position, id, leaf, key, signature, text, proof, vkey, rotation, erased FROM pulled
    WHERE rotation <= ?2 AND NOT EXISTS (SELECT 1 FROM held WHERE held.trainee = pulled.trainee
        AND held.origin = pulled.origin AND held.position = pulled.position AND received <= ?2))
    WHERE trainee = ?1 ORDER BY origin, position";
const ADD: &str = "INSERT INTO held (trainee, origin, position, id, leaf, key, signature, text, proof, vkey, received)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
const RENEW: &str =
    "UPDATE held SET proof = ?4, vkey = ?5 WHERE trainee = ?1 AND origin = ?2 AND position = ?3 AND proof <> ?4";
const BLANK: &str = "UPDATE held SET text = '', signature = zeroblob(64), erased = ?4
    WHERE trainee = ?1 AND origin = ?2 AND position = ?3 AND erased IS NULL";
const TAKE_BACK: &str = "DELETE FROM held WHERE trainee = ?1 AND origin = ?2 AND received < ?3";
const DROP_TEXT: &str = "DELETE FROM held_text WHERE digest = ?1";
const ALL_TEXTS: &str =
    "SELECT text FROM held WHERE erased IS NULL UNION ALL SELECT text FROM pulled WHERE erased IS NULL";
const NAMED_FOR: &str = "SELECT trainee, origin FROM held WHERE instr(text, ?1) > 0
    UNION ALL SELECT trainee, origin FROM pulled WHERE instr(text, ?1) > 0";
const TRAINEES: &str = "SELECT trainee FROM held UNION SELECT trainee FROM pulled ORDER BY trainee";
const ADD_TEXT: &str = "INSERT INTO held_text (digest, canonical) VALUES (?1, ?2)";
const TEXT: &str = "SELECT canonical FROM held_text WHERE digest = ?1";
const TEXTS: &str = "SELECT digest FROM held_text";
/// The trainee with whom an earlier bundle brought a log's id of a trainee, and the newest size of that log.
const RECEIVED: &str = "SELECT person.id, there, max(size) FROM received JOIN person ON person = trainee
    WHERE origin = ?1 AND (there = ?2 OR person.id = ?3) GROUP BY person.id, there";
const NAMES: &str = "SELECT EXISTS (SELECT 1 FROM entry WHERE instr(text, ?1) > 0)
    OR EXISTS (SELECT 1 FROM imported WHERE instr(text, ?1) > 0)
    OR EXISTS (SELECT 1 FROM claim_evidence JOIN evidence USING (evidence) WHERE 'sha256:' || lower(hex(digest)) || ' ' = ?1)";
const NAMED_HERE: &str = "SELECT origin, position FROM held WHERE instr(text, ?1) > 0
    UNION ALL SELECT origin, position FROM pulled WHERE instr(text, ?1) > 0";
const ERASED_BY: &str = "SELECT origin, position, trainee, erased FROM held WHERE erased IS NOT NULL ORDER BY 1, 2, 3";

/// A statement of another log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The trainee's id in this log.
    pub trainee: PersonId,
    pub origin: LogOrigin,
    /// In its own log, from 0.
    pub position: u64,
    pub id: StatementId,
    pub leaf: Digest,
    pub key: PublicKey,
    pub signature: [u8; 64],
    /// Empty once erased.
    pub text: String,
    /// The proof that its own log has it, with a signed checkpoint of that log (tlog-proof).
    pub proof: String,
    /// The verifier key of its own log.
    pub vkey: String,
    /// The position of the statement of the bundle that brought it first, or of the rotation for which the hub did.
    pub received: u64,
    /// The position of the statement by which its text was deleted here, or at the hub by its own log.
    pub erased: Option<u64>,
}

/// Which person of this log an earlier bundle was for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierBundle {
    pub trainee: PersonId,
    /// The trainee's id in the other log.
    pub there: PersonId,
    /// The entries that the other log had.
    pub size: u64,
}

pub(crate) fn held_of(row: &Row<'_>) -> Result<Held, StoreError> {
    let text = |column| row.get_ref(column)?.as_str().map_err(damaged);
    Ok(Held {
        trainee: text(0)?.parse().map_err(damaged)?,
        origin: text(1)?.parse().map_err(damaged)?,
        position: row.get::<_, i64>(2)?.cast_unsigned(),
        id: id_of(row.get_ref(3)?.as_blob().map_err(damaged)?)?,
        leaf: digest_of(row.get_ref(4)?.as_blob().map_err(damaged)?)?,
        key: text(5)?.parse().map_err(damaged)?,
        signature: row.get(6)?,
        text: text_of(row, 7)?,
        proof: text_of(row, 8)?,
        vkey: text_of(row, 9)?,
        received: position(row.get(10)?),
        erased: row.get::<_, Option<i64>>(11)?.map(position),
    })
}

/// Stores a statement; if it is stored already, only its proof may be newer. `by` is the position of the statement that
/// records the bundle.
pub fn put(tx: &WriteTx<'_>, held: &Held, by: u64) -> Result<(), StoreError> {
    let (trainee, origin, at) = (held.trainee.as_str(), held.origin.as_str(), held.position.cast_signed());
    let sql = format!("{BY_BUNDLES} WHERE trainee = ?1 AND origin = ?2 AND position = ?3");
    match tx.row(&sql, params![trainee, origin, at], held_of)? {
        Some(known) if known.leaf != held.leaf => Err(damaged("another statement is at the same place of its log")),
        Some(_) => tx.run(RENEW, params![trainee, origin, at, held.proof, held.vkey]),
        None => tx.run(
            ADD,
            params![
                trainee,
                origin,
                at,
                held.id.0.as_bytes(),
                held.leaf.0,
                held.key.to_string(),
                held.signature,
                held.text,
                held.proof,
                held.vkey,
                place(by)
            ],
        ),
    }
}

/// Deletes the text of a statement that its own log erased. `by` is the position of the statement that records it.
pub fn blank(tx: &WriteTx<'_>, trainee: &PersonId, of: &ErasedElsewhere, by: u64) -> Result<(), StoreError> {
    tx.run(BLANK, params![trainee.as_str(), of.origin.as_str(), of.position.cast_signed(), place(by)])?;
    touches::drop_unnamed(tx)
}

/// Evidence that what is taken back named, and that nothing else names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnnamedEvidence {
    /// Files of this trainee that others need or have handed in too.
    pub of_others: Vec<Digest>,
    /// Files that nobody needs.
    pub of_nobody: Vec<Digest>,
}

/// Returns the evidence that goes when what came from these logs for a trainee is taken back.
pub fn unnamed_without(
    tx: &Tx<'_>,
    trainee: &PersonId,
    origins: &BTreeSet<LogOrigin>,
) -> Result<UnnamedEvidence, StoreError> {
    let mut candidates = BTreeSet::new();
    for held in by_bundles(tx, trainee)?.iter().filter(|held| origins.contains(&held.origin)) {
        if let Ok(Body::SignOff(sign_off)) = decode(&held.text).map(|statement| statement.body) {
            candidates.extend(sign_off.evidence.iter().map(|file| file.digest.0));
        }
    }
    let mut unnamed = UnnamedEvidence::default();
    for digest in candidates.into_iter().map(Digest) {
        let named = format!("sha256:{} ", digest.hex());
        if tx.prepared(NAMES)?.query_row([&named], |row| row.get(0))? {
            continue;
        }
        let by: Vec<(PersonId, LogOrigin)> = tx.rows(NAMED_FOR, [&named], |row| {
            let text = |column| row.get_ref(column)?.as_str().map_err(damaged);
            Ok((text(0)?.parse().map_err(damaged)?, text(1)?.parse().map_err(damaged)?))
        })?;
        if by.iter().any(|(whose, origin)| whose == trainee && !origins.contains(origin)) {
            continue;
        }
        let needed = by.iter().any(|(whose, _)| whose != trainee) || evidence::others_have(tx, trainee, &digest)?;
        if needed {
            unnamed.of_others.push(digest);
        } else if evidence::is_here(tx, &digest)? {
            unnamed.of_nobody.push(digest);
        }
    }
    Ok(unnamed)
}

/// Removes what bundles before a position brought for a trainee from a log. Its rows in the index must be gone already.
pub fn take_back(tx: &WriteTx<'_>, trainee: &PersonId, origin: &LogOrigin, at: u64) -> Result<(), StoreError> {
    tx.run(TAKE_BACK, params![trainee.as_str(), origin.as_str(), place(at)])?;
    touches::drop_unnamed(tx)
}

/// Removes the texts of standards that no statement which is kept adopts.
pub fn drop_unadopted_texts(tx: &WriteTx<'_>) -> Result<(), StoreError> {
    let adopted: Vec<Option<[u8; 32]>> = tx.rows(ALL_TEXTS, [], |row| {
        let statement = decode(row.get_ref(0)?.as_str().map_err(damaged)?).map_err(damaged)?;
        Ok(statement.body.content().adopts().map(|digest| digest.0))
    })?;
    let adopted: BTreeSet<[u8; 32]> = adopted.into_iter().flatten().collect();
    let unadopted = texts(tx)?.into_iter().filter(|digest| !adopted.contains(&digest.0));
    unadopted.into_iter().try_for_each(|digest| tx.run(DROP_TEXT, [digest.0]))
}

/// Removes evidence from the files of a trainee.
pub fn let_evidence_go(tx: &WriteTx<'_>, trainee: &PersonId, digests: &[Digest]) -> Result<(), StoreError> {
    digests.iter().try_for_each(|digest| evidence::drop_holding(tx, trainee, digest))
}

/// Deletes the bytes of evidence that only erased statements named.
pub fn erase_evidence(tx: &WriteTx<'_>, digests: &[Digest], by: u64) -> Result<(), StoreError> {
    evidence::erase(tx, digests, by)
}

pub fn at_position(tx: &Tx<'_>, trainee: &PersonId, origin: &LogOrigin, at: u64) -> Result<Option<Held>, StoreError> {
    let sql = format!("{COLUMNS} WHERE trainee = ?1 AND origin = ?2 AND position = ?3");
    tx.row(&sql, params![trainee.as_str(), origin.as_str(), at.cast_signed()], held_of)
}

/// Returns everything that bundles or the hub brought for a trainee, by origin and position, each statement once.
pub fn of(tx: &Tx<'_>, viewer: &Viewer, trainee: &PersonId) -> Result<Vec<Held>, StoreError> {
    if !viewer.may_see(trainee) {
        return Ok(Vec::new());
    }
    tx.rows(&format!("{COLUMNS} WHERE trainee = ?1 ORDER BY origin, position"), [trainee.as_str()], held_of)
}

/// Returns what the bundles and rotations up to a position of this log brought for a trainee, by origin and position, each
/// statement once.
pub fn until(tx: &Tx<'_>, trainee: &PersonId, at: u64) -> Result<Vec<Held>, StoreError> {
    let at = i64::try_from(at).unwrap_or(i64::MAX);
    tx.rows(UNTIL, params![trainee.as_str(), at], held_of)
}

/// Returns what bundles brought for a trainee, by origin and position.
pub fn by_bundles(tx: &Tx<'_>, trainee: &PersonId) -> Result<Vec<Held>, StoreError> {
    tx.rows(&format!("{BY_BUNDLES} WHERE trainee = ?1 ORDER BY origin, position"), [trainee.as_str()], held_of)
}

/// Returns the statements with an id: one for each trainee that it was received for.
pub fn with_id(tx: &Tx<'_>, viewer: &Viewer, id: StatementId) -> Result<Option<Held>, StoreError> {
    tx.some_rows::<Held, Vec<Held>>(&format!("{COLUMNS} WHERE id = ?1 ORDER BY trainee"), [id.0.as_bytes()], |row| {
        let held = held_of(row)?;
        Ok(viewer.may_see(&held.trainee).then_some(held))
    })
    .map(|found| found.into_iter().next())
}

/// Returns everyone for whom something is kept.
pub fn trainees(tx: &Tx<'_>) -> Result<Vec<PersonId>, StoreError> {
    tx.rows(TRAINEES, [], |row| row.get_ref(0)?.as_str().map_err(damaged)?.parse().map_err(damaged))
}

/// Returns where texts were deleted, with the trainee and the position of the statement that records it.
pub fn blanked(tx: &Tx<'_>) -> Result<BTreeSet<(LogOrigin, u64, PersonId, u64)>, StoreError> {
    tx.rows(ERASED_BY, [], |row| {
        let text = |column| row.get_ref(column)?.as_str().map_err(damaged);
        let at = row.get::<_, i64>(1)?.cast_unsigned();
        Ok((text(0)?.parse().map_err(damaged)?, at, text(2)?.parse().map_err(damaged)?, position(row.get(3)?)))
    })
}

/// Returns whether a statement of this log, or one that was received for anyone and is not about to be erased, names
/// evidence.
pub fn names_elsewhere(tx: &Tx<'_>, digest: &Digest, erased: &BTreeSet<ErasedElsewhere>) -> Result<bool, StoreError> {
    let named = format!("sha256:{} ", digest.hex());
    if tx.prepared(NAMES)?.query_row([&named], |row| row.get(0))? {
        return Ok(true);
    }
    let found: Vec<ErasedElsewhere> = tx.rows(NAMED_HERE, [&named], |row| {
        let origin = row.get_ref(0)?.as_str().map_err(damaged)?.parse().map_err(damaged)?;
        Ok(ErasedElsewhere { origin, position: row.get::<_, i64>(1)?.cast_unsigned() })
    })?;
    Ok(found.iter().any(|one| !erased.contains(one)))
}

/// Returns the people of this log for whom earlier bundles of a log came, by their id there or here.
pub fn earlier(
    tx: &Tx<'_>,
    origin: &LogOrigin,
    there: &PersonId,
    here: &PersonId,
) -> Result<Vec<EarlierBundle>, StoreError> {
    tx.rows(RECEIVED, [origin.as_str(), there.as_str(), here.as_str()], |row| {
        let text = |column| row.get_ref(column)?.as_str().map_err(damaged);
        Ok(EarlierBundle {
            trainee: text(0)?.parse().map_err(damaged)?,
            there: text(1)?.parse().map_err(damaged)?,
            size: row.get::<_, i64>(2)?.cast_unsigned(),
        })
    })
}

/// Stores the text of a standard of another log, unless it is stored already.
pub fn add_text(tx: &WriteTx<'_>, digest: &Digest, canonical: &str) -> Result<(), StoreError> {
    if text(tx, digest)?.is_some() { Ok(()) } else { tx.run(ADD_TEXT, params![digest.0, canonical]) }
}

/// Returns the text of a standard of another log.
pub fn text(tx: &Tx<'_>, digest: &Digest) -> Result<Option<String>, StoreError> {
    tx.row(TEXT, [digest.0], |row| text_of(row, 0))
}

/// Returns the standard of another log whose text has this digest.
pub fn standard(tx: &Tx<'_>, digest: &Digest) -> Result<Option<Standard>, StoreError> {
    text(tx, digest)?.map(|canonical| standard_of(&canonical)).transpose()
}

/// Parses the text of a standard or a list of local competences.
pub fn standard_of(canonical: &str) -> Result<Standard, StoreError> {
    if canonical.starts_with(local_text::HEAD) {
        return local_text::read(canonical).map_err(damaged);
    }
    Standard::from_canonical(canonical).map_err(damaged)
}

pub fn texts(tx: &Tx<'_>) -> Result<Vec<Digest>, StoreError> {
    tx.rows(TEXTS, [], |row| digest_of(row.get_ref(0)?.as_blob().map_err(damaged)?))
}
