//! Indexes other departments' logs, the bundles received from them, and what they say on trainees' records.
//!
//! Invariant: queries take a viewer, except those that signing and replay use.

use std::sync::Arc;

use rusqlite::{Row, params};

use crate::codec::{Item, day, digest_of, id_of, ksb, ksb_of, outcome, place, position};
use crate::db::{Tx, WriteTx};
use crate::error::{StoreError, damaged};
use crate::from_elsewhere::held;
use crate::index::standards;
use crate::touches;
use countersign_core::people::person::{PersonRef, Viewer};
use countersign_core::primitives::ids::{Digest, KsbCode, LogOrigin, PersonId, StandardRef, StatementId};
use countersign_core::primitives::text::SafeText;
use countersign_core::record::elsewhere::{ElsewhereEntry, ElsewhereReplay};
use countersign_core::standard::Standard;
use countersign_core::statement::decode::decode;
use countersign_core::statement::kinds::other_log::OtherLog;
use countersign_core::statement::kinds::received::Received;
use countersign_core::statement::kinds::rotation::Rotation;
use countersign_core::statement::kinds::taken_back::TakenBack;

const ACCEPT: &str = "INSERT INTO other_log (place, origin, vkey) VALUES (?1, ?2, ?3)";
const STOP: &str = "UPDATE other_log SET stopped = ?2 WHERE origin = ?1 AND stopped IS NULL";
const LOGS: &str = "SELECT place, origin, vkey, stopped FROM other_log ORDER BY origin, place";
const ADD_RECEIVED: &str = "INSERT INTO received (place, origin, trainee, there, size) VALUES (?1, ?2, ?3, ?4, ?5)";
const FORGET: &str = "DELETE FROM received WHERE trainee = (SELECT person FROM person WHERE id = ?1) AND origin = ?2";
const CLEAR: &str = "DELETE FROM elsewhere WHERE trainee = ?1";
const ADD: &str =
    "INSERT INTO elsewhere (trainee, origin, position, id, target, standard, reference, version, ksb, item,
    outcome, observed, withdrawn, rejected, doubted, countersigned)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";
const ITEMS: &str =
    "SELECT DISTINCT trainee, standard, ksb FROM elsewhere WHERE standard IS NOT NULL AND (?1 IS NULL OR trainee = ?1)
    ORDER BY trainee, standard, ksb";
const ANY: &str = "SELECT EXISTS (SELECT 1 FROM elsewhere WHERE trainee = ?1 AND standard = ?2 AND ksb = ?3)";
const UNMATCHED: &str = "SELECT trainee, origin, position, ksb, item FROM elsewhere
    WHERE standard IS NULL AND reference = ?1 AND version = ?2";
const MATCH: &str = "UPDATE elsewhere SET standard = ?4 WHERE trainee = ?1 AND origin = ?2 AND position = ?3";
const RECORDS: &str =
    "SELECT origin, position, target, id, ksb, withdrawn, rejected, doubted, standard, reference, version
    FROM elsewhere WHERE trainee = (SELECT person FROM person WHERE id = ?1)";
const OF_ITEM: &str = "AND reference = ?2 AND version = ?3 AND ksb = ?4 ORDER BY id DESC";
const ALL: &str = "ORDER BY id DESC";
const NOTES: &str = "SELECT position, withdrawn, doubted FROM elsewhere
    WHERE trainee = (SELECT person FROM person WHERE id = ?1) AND origin = ?2 AND target = ?3 ORDER BY position";

const NEWEST: &str = "SELECT origin, there, size, max(place) FROM received
    WHERE trainee = (SELECT person FROM person WHERE id = ?1) GROUP BY origin ORDER BY origin";
const THERE: &str =
    "SELECT there FROM received WHERE trainee = (SELECT person FROM person WHERE id = ?1) AND origin = ?2
    ORDER BY place DESC LIMIT 1";

const BEGIN: &str = "INSERT INTO rotation (place, trainee, origin, there, name) VALUES (?1, ?2, ?3, ?4, ?5)";
const END: &str = "UPDATE rotation SET ended = ?3 WHERE trainee = ?1 AND origin = ?2 AND ended IS NULL";
const ROTATIONS: &str =
    "SELECT rotation.place, person.id, person.name, origin, there, rotation.name, ended FROM rotation
    JOIN person ON person.person = rotation.trainee ORDER BY rotation.place";

/// Another department's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherLogRow {
    /// The position of the statement that accepted its key.
    pub position: u64,
    pub origin: LogOrigin,
    pub vkey: String,
    /// The position of the statement that ended that.
    pub stopped: Option<u64>,
}

/// A statement on a trainee's record in another log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElsewhereRow {
    pub origin: LogOrigin,
    /// In that log, from 0.
    pub position: u64,
    /// The position of the statement that it refers to.
    pub target: Option<u64>,
    pub id: StatementId,
    /// The KSB, if it is a sign-off.
    pub code: Option<KsbCode>,
    pub withdrawn: Option<u64>,
    pub rejected: Option<u64>,
    pub doubted: Option<u64>,
    /// Whether it can count on a standard of this log.
    pub matched: bool,
    pub standard: Option<StandardRef>,
}

/// A note on a statement of another log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ElsewhereNote {
    pub position: u64,
    pub withdrawn: bool,
    pub doubted: bool,
}

/// Indexes that a log's key is accepted, or no longer.
pub(crate) fn put_log(tx: &WriteTx<'_>, content: &OtherLog, at: u64) -> Result<(), StoreError> {
    let origin = content.origin().ok_or_else(|| damaged("a key names no log"))?;
    match content.stopped {
        None => tx.run(ACCEPT, params![place(at), origin.as_str(), content.log_key.as_str()]),
        Some(_) => tx.run(STOP, params![origin.as_str(), place(at)]),
    }
}

/// Returns the other logs whose keys were ever accepted, by origin.
pub fn other_logs(tx: &Tx<'_>) -> Result<Vec<OtherLogRow>, StoreError> {
    tx.rows(LOGS, [], |row| {
        Ok(OtherLogRow {
            position: position(row.get(0)?),
            origin: row.get_ref(1)?.as_str().map_err(damaged)?.parse().map_err(damaged)?,
            vkey: row.get(2)?,
            stopped: row.get::<_, Option<i64>>(3)?.map(position),
        })
    })
}

/// Returns the other logs that are accepted, with their keys, as the rules need them.
pub fn accepted(tx: &Tx<'_>) -> Result<Vec<(LogOrigin, SafeText)>, StoreError> {
    let logs = other_logs(tx)?.into_iter().filter(|log| log.stopped.is_none());
    logs.map(|log| Ok((log.origin, SafeText::as_signed(&log.vkey).ok_or_else(|| damaged("a key is no text"))?)))
        .collect()
}

/// Replays what the bundles up to a position of this log brought for a trainee, by log.
pub fn replay(tx: &Tx<'_>, trainee: &PersonId, until: u64) -> Result<Vec<(LogOrigin, ElsewhereReplay)>, StoreError> {
    let mut parts: Vec<(LogOrigin, ElsewhereReplay)> = Vec::new();
    for held in held::until(tx, trainee, until)? {
        if parts.last().is_none_or(|(origin, _)| *origin != held.origin) {
            parts.push((held.origin.clone(), ElsewhereReplay::default()));
        }
        let Some((_, part)) = parts.last_mut() else { continue };
        if held.erased.is_some() {
            part.pass_over(held.id, held.position);
            continue;
        }
        let statement = decode(&held.text).map_err(damaged)?;
        let adopted = statement.body.content().adopts().map(|digest| held::standard(tx, digest)).transpose()?.flatten();
        let presence = touches::presence_of(tx, &held.key, &held.signature)?;
        let signed_by = (held.key.fingerprint(), presence);
        part.step(statement, held.position, signed_by, adopted.map(Arc::new).as_ref()).map_err(damaged)?;
    }
    Ok(parts)
}

/// Indexes a bundle that was received, and everything kept for its trainee, given by number and id. Returns the items whose
/// state may have changed.
pub(crate) fn put_received(
    tx: &WriteTx<'_>,
    received: &Received,
    at: u64,
    (number, id): (i64, &PersonId),
) -> Result<Vec<Item>, StoreError> {
    for part in &received.parts {
        let (origin, there, size) = (part.origin.as_str(), part.there.as_str(), part.tree.size.cast_signed());
        tx.run(ADD_RECEIVED, params![place(at), origin, number, there, size])?;
    }
    put_kept(tx, at, (number, id))
}

/// Removes the index rows of the bundles that brought something from a log for a trainee, once that is taken back.
pub fn forget(tx: &WriteTx<'_>, trainee: &PersonId, origin: &LogOrigin) -> Result<(), StoreError> {
    tx.run(FORGET, [trainee.as_str(), origin.as_str()])
}

/// Indexes that what bundles brought for a trainee was taken back. Returns the items whose state may have changed.
pub(crate) fn put_taken_back(
    tx: &WriteTx<'_>,
    content: &TakenBack,
    at: u64,
    trainee: (i64, &PersonId),
) -> Result<Vec<Item>, StoreError> {
    content.logs.iter().try_for_each(|log| forget(tx, trainee.1, &log.origin))?;
    put_kept(tx, at, trainee)
}

/// Indexes that a rotation begins or ends, and what the hub has brought for it. Returns the items whose state may have changed.
pub(crate) fn put_rotation(
    tx: &WriteTx<'_>,
    content: &Rotation,
    at: u64,
    trainee: (i64, &PersonId),
) -> Result<Vec<Item>, StoreError> {
    let (origin, there) = (content.origin.as_str(), &content.there);
    match content.ended {
        None => tx.run(BEGIN, params![place(at), trainee.0, origin, there.id.as_str(), there.name.as_str()])?,
        Some(_) => tx.run(END, params![trainee.0, origin, place(at)])?,
    }
    put_kept(tx, at, trainee)
}

/// Indexes everything that is kept for a trainee, after the hub brought more. Returns the items whose state may have changed.
pub(crate) fn put_pulled(tx: &WriteTx<'_>, trainee: (i64, &PersonId)) -> Result<Vec<Item>, StoreError> {
    put_kept(tx, u64::MAX, trainee)
}

/// Who a trainee is in another log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RotationRow {
    /// The position of the statement that says so.
    pub position: u64,
    /// The trainee here, by their newest name.
    pub trainee: PersonRef,
    pub origin: LogOrigin,
    pub there: PersonRef,
    /// The position of the statement that ended it.
    pub ended: Option<u64>,
}

impl RotationRow {
    /// Whether the hub still brings what is signed in this log.
    pub fn is_running(&self, origin: &LogOrigin) -> bool {
        self.ended.is_none() && self.origin == *origin
    }
}

/// Returns all rotations, also ended ones, in the order of this log.
pub fn rotations(tx: &Tx<'_>) -> Result<Vec<RotationRow>, StoreError> {
    tx.rows(ROTATIONS, [], |row| {
        let text = |column| row.get_ref(column)?.as_str().map_err(damaged);
        let name = |column| SafeText::as_signed(text(column)?).ok_or_else(|| damaged("a name is not text"));
        Ok(RotationRow {
            position: position(row.get(0)?),
            trainee: PersonRef { id: text(1)?.parse().map_err(damaged)?, name: name(2)? },
            origin: text(3)?.parse().map_err(damaged)?,
            there: PersonRef { id: text(4)?.parse().map_err(damaged)?, name: name(5)? },
            ended: row.get::<_, Option<i64>>(6)?.map(position),
        })
    })
}

/// Indexes everything that the bundles up to a position brought and that is kept for a trainee.
fn put_kept(tx: &WriteTx<'_>, at: u64, (number, id): (i64, &PersonId)) -> Result<Vec<Item>, StoreError> {
    let mut touched = items(tx, Some(number))?;
    tx.run(CLEAR, [number])?;
    for (origin, part) in replay(tx, id, at)? {
        for entry in part.entries.values() {
            put(tx, number, &origin, entry)?;
        }
    }
    touched.extend(items(tx, Some(number))?);
    touched.sort_unstable();
    touched.dedup();
    Ok(touched)
}

fn put(tx: &WriteTx<'_>, trainee: i64, origin: &LogOrigin, entry: &ElsewhereEntry) -> Result<(), StoreError> {
    let at = |position: Option<u64>| position.map(u64::cast_signed);
    let item = entry.sign_off().map(|sign_off| (sign_off, &sign_off.item));
    let standard = match item {
        Some((_, item)) => match standards::standard(tx, &item.standard)? {
            Some(ours) if matches(&ours, item.code, &item.text) => standards::number(tx, &item.standard)?,
            _ => None,
        },
        None => None,
    };
    tx.run(
        ADD,
        params![
            trainee,
            origin.as_str(),
            entry.position.cast_signed(),
            entry.statement.id.0.as_bytes(),
            at(entry.target),
            standard,
            item.map(|(_, item)| item.standard.reference()),
            item.map(|(_, item)| item.standard.version()),
            item.map(|(_, item)| ksb(item.code)),
            item.map(|(_, item)| item.text.0),
            item.map(|(sign_off, _)| outcome(sign_off.outcome)),
            item.map(|(sign_off, _)| day(sign_off.observed)),
            at(entry.withdrawn),
            at(entry.rejected),
            at(entry.doubted),
            entry.countersigned,
        ],
    )
}

/// Whether a KSB of a standard of ours is the one that was signed off elsewhere. Another department's own competences never
/// count here.
fn matches(ours: &Standard, code: KsbCode, text: &Digest) -> bool {
    ours.local().is_none() && ours.ksb(code).is_some_and(|ksb| ksb.digest == *text)
}

/// Matches what is held with a standard that was adopted just now; returns the items whose state may have changed.
pub(crate) fn adopted(tx: &WriteTx<'_>, of: &StandardRef) -> Result<Vec<Item>, StoreError> {
    type Unmatched = (i64, String, i64, KsbCode, Digest);
    let found: Vec<Unmatched> = tx.rows(UNMATCHED, [of.reference(), of.version()], |row| {
        let item = digest_of(row.get_ref(4)?.as_blob().map_err(damaged)?)?;
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, ksb_of(row.get(3)?)?, item))
    })?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let Some((number, ours)) = standards::number(tx, of)?.zip(standards::standard(tx, of)?) else {
        return Ok(Vec::new());
    };
    let mut touched = Vec::new();
    for (trainee, origin, at, code, text) in found {
        if matches(&ours, code, &text) {
            tx.run(MATCH, params![trainee, origin, at, number])?;
            touched.push((trainee, number, code));
        }
    }
    touched.sort_unstable();
    touched.dedup();
    Ok(touched)
}

/// Returns the items, of one trainee or of all, that have a sign-off elsewhere.
pub(crate) fn items(tx: &Tx<'_>, trainee: Option<i64>) -> Result<Vec<Item>, StoreError> {
    tx.rows(ITEMS, [trainee], |row| Ok((row.get(0)?, row.get(1)?, ksb_of(row.get(2)?)?)))
}

/// Returns whether an item has a sign-off elsewhere.
pub(crate) fn has(tx: &Tx<'_>, (trainee, on, code): Item) -> Result<bool, StoreError> {
    Ok(tx.prepared(ANY)?.query_row([trainee, on, ksb(code)], |row| row.get(0))?)
}

/// Returns what is on a trainee's record in other logs, newest first: of one KSB of a standard, or all.
pub fn records(
    tx: &Tx<'_>,
    viewer: &Viewer,
    trainee: &PersonId,
    item: Option<(&StandardRef, KsbCode)>,
) -> Result<Vec<ElsewhereRow>, StoreError> {
    if !viewer.may_see(trainee) {
        return Ok(Vec::new());
    }
    match item {
        Some((on, code)) => {
            let of = params![trainee.as_str(), on.reference(), on.version(), ksb(code)];
            tx.rows(&format!("{RECORDS} {OF_ITEM}"), of, row_of)
        }
        None => tx.rows(&format!("{RECORDS} {ALL}"), [trainee.as_str()], row_of),
    }
}

fn row_of(row: &Row<'_>) -> Result<ElsewhereRow, StoreError> {
    let at = |column| Ok::<_, StoreError>(row.get::<_, Option<i64>>(column)?.map(i64::cast_unsigned));
    let named: (Option<String>, Option<String>) = (row.get(9)?, row.get(10)?);
    Ok(ElsewhereRow {
        origin: row.get_ref(0)?.as_str().map_err(damaged)?.parse().map_err(damaged)?,
        position: row.get::<_, i64>(1)?.cast_unsigned(),
        target: at(2)?,
        id: id_of(row.get_ref(3)?.as_blob().map_err(damaged)?)?,
        code: row.get::<_, Option<i64>>(4)?.map(ksb_of).transpose()?,
        withdrawn: at(5)?,
        rejected: at(6)?,
        doubted: at(7)?,
        matched: row.get::<_, Option<i64>>(8)?.is_some(),
        standard: named
            .0
            .zip(named.1)
            .map(|(of, version)| StandardRef::new(&of, &version))
            .transpose()
            .map_err(damaged)?,
    })
}

/// Returns the statements that refer to one of another log, oldest first.
pub fn notes(
    tx: &Tx<'_>,
    viewer: &Viewer,
    trainee: &PersonId,
    origin: &LogOrigin,
    of: u64,
) -> Result<Vec<ElsewhereNote>, StoreError> {
    if !viewer.may_see(trainee) {
        return Ok(Vec::new());
    }
    tx.rows(NOTES, params![trainee.as_str(), origin.as_str(), of.cast_signed()], |row| {
        Ok(ElsewhereNote {
            position: row.get::<_, i64>(0)?.cast_unsigned(),
            withdrawn: row.get::<_, Option<i64>>(1)?.is_some(),
            doubted: row.get::<_, Option<i64>>(2)?.is_some(),
        })
    })
}

/// Returns a trainee's id in another log.
pub fn there(tx: &Tx<'_>, trainee: &PersonId, origin: &LogOrigin) -> Result<Option<PersonId>, StoreError> {
    tx.row(THERE, [trainee.as_str(), origin.as_str()], |row| {
        row.get_ref(0)?.as_str().map_err(damaged)?.parse().map_err(damaged)
    })
}

/// The newest bundle with something of another log for a trainee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedRow {
    pub origin: LogOrigin,
    /// The trainee's id in that log.
    pub there: PersonId,
    /// The entries that it had.
    pub size: u64,
    /// The position of the statement that records the bundle.
    pub position: u64,
}

/// Returns the newest bundle of each other log for a trainee, by origin.
pub fn received_for(tx: &Tx<'_>, viewer: &Viewer, trainee: &PersonId) -> Result<Vec<ReceivedRow>, StoreError> {
    if !viewer.may_see(trainee) {
        return Ok(Vec::new());
    }
    tx.rows(NEWEST, [trainee.as_str()], |row| {
        let text = |column| row.get_ref(column)?.as_str().map_err(damaged);
        Ok(ReceivedRow {
            origin: text(0)?.parse().map_err(damaged)?,
            there: text(1)?.parse().map_err(damaged)?,
            size: row.get::<_, i64>(2)?.cast_unsigned(),
            position: position(row.get(3)?),
        })
    })
}
