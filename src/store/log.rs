//! Stores the log: entries, tree heads, tiles and keys.

use std::collections::HashMap;
use std::ops::Range;

use rusqlite::params;

use crate::codec::{OWN_LOG, digest_of, id_of, place, position, text_of};
use crate::db::{Tx, WriteTx};
use crate::erased_and_imported;
use crate::error::{StoreError, damaged};
use countersign_core::people::person::Viewer;
use countersign_core::primitives::ids::{Digest, LogOrigin, PersonId, StatementId};
use countersign_core::primitives::key::PublicKey;
use countersign_core::statement::SignedText;
use countersign_core::statement::decode::decode;

const LOG: &str = "SELECT origin, vkey FROM log WHERE log = ?1";
const ADD_LOG: &str = "INSERT INTO log (log, origin, vkey) VALUES (?1, ?2, ?3)";
const LAST: &str = "SELECT max(place) FROM entry";
const HEAD: &str = "SELECT size, edge, checkpoint FROM head WHERE log = ?1";
const SET_HEAD: &str = "INSERT INTO head (log, size, edge, checkpoint) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (log) DO UPDATE SET size = ?2, edge = ?3, checkpoint = ?4";
const ADD_ENTRY: &str = "INSERT INTO entry (place, id, key, scheme, signature, text) VALUES (?1, ?2, ?3, 1, ?4, ?5)";
const ENTRY_AT: &str =
    "SELECT place, id, text, fingerprint, signature FROM entry JOIN key USING (key) WHERE place = ?1";
const ENTRY_OF: &str = "SELECT place, id, text, fingerprint, signature FROM entry JOIN key USING (key) WHERE id = ?1";
/// Skips oversized values: an altered file may hold one of a gigabyte.
const ENTRIES_FROM: &str = "SELECT place, iif(octet_length(id) = 16, id, NULL),
    iif(octet_length(text) <= 16384, text, NULL), iif(scheme = 1, key, -1),
    iif(octet_length(signature) = 64, signature, NULL) FROM entry WHERE place >= ?1 AND place < ?2 ORDER BY place";
const ENTRIES_BACK: &str = "SELECT place, id, text, fingerprint, signature FROM entry JOIN key USING (key)
    WHERE place < ?1 ORDER BY place DESC LIMIT ?2";
const SIGNED_BY: &str = "SELECT place FROM entry WHERE key = ?1 AND place >= ?2 AND place < ?3
    UNION SELECT place FROM imported WHERE key = ?1 AND place >= ?2 AND place < ?3 ORDER BY place";
const ADD_TILE: &str = "INSERT INTO tile (tile, hash) VALUES (?1, ?2)";
const TILE_TRIGGERS: &str = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'tile'";
const TILE: &str = "SELECT hash FROM tile WHERE tile = ?1";
const ADD_KEY: &str = "INSERT INTO key (fingerprint, line) VALUES (?1, ?2) RETURNING key";
const KEY_NUMBER: &str = "SELECT key FROM key WHERE fingerprint = ?1";
const KEY_LINE: &str = "SELECT line FROM key WHERE fingerprint = ?1";
const KEYS: &str = "SELECT key, line FROM key ORDER BY key";

/// The stored tree head: size, right edge and newest checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedTreeHead {
    pub size: u64,
    pub edge: Vec<u8>,
    pub checkpoint: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEntry {
    /// Its position, from 0.
    pub position: u64,
    pub id: StatementId,
    pub signed: SignedText,
}

pub fn log(tx: &Tx<'_>) -> Result<Option<(LogOrigin, String)>, StoreError> {
    tx.row(LOG, [OWN_LOG], |row| Ok((row.get::<_, String>(0)?.parse().map_err(damaged)?, row.get(1)?)))
}

pub fn begin(tx: &WriteTx<'_>, origin: &LogOrigin, vkey: &str) -> Result<(), StoreError> {
    tx.run(ADD_LOG, params![OWN_LOG, origin.as_str(), vkey])
}

/// Returns the own log's tree head; `None` before its first entry.
pub fn head(tx: &Tx<'_>) -> Result<Option<SignedTreeHead>, StoreError> {
    tx.row(HEAD, [OWN_LOG], |row| {
        Ok(SignedTreeHead { size: row.get::<_, i64>(0)?.cast_unsigned(), edge: row.get(1)?, checkpoint: row.get(2)? })
    })
}

pub fn set_head(tx: &WriteTx<'_>, head: &SignedTreeHead) -> Result<(), StoreError> {
    tx.run(SET_HEAD, params![OWN_LOG, head.size.cast_signed(), head.edge, head.checkpoint])
}

pub fn append(tx: &WriteTx<'_>, at: u64, id: StatementId, key: i64, signed: &SignedText) -> Result<(), StoreError> {
    tx.run(ADD_ENTRY, params![place(at), id.0.as_bytes(), key, signed.signature, signed.text])
}

pub fn add_tile(tx: &WriteTx<'_>, tile: u64, hash: &Digest) -> Result<(), StoreError> {
    tx.run(ADD_TILE, params![place(tile), hash.0])
}

/// Replaces the hashes of all complete tiles. Drops the triggers that protect the log's tables for this, and creates them
/// again from their own text.
pub fn replace_tiles(tx: &WriteTx<'_>, tiles: &[Digest]) -> Result<(), StoreError> {
    let triggers: Vec<(String, String)> = tx.rows(TILE_TRIGGERS, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for (name, _) in &triggers {
        tx.batch(&format!("DROP TRIGGER {name}"))?;
    }
    tx.batch("DELETE FROM tile")?;
    for (tile, hash) in (0..).zip(tiles) {
        add_tile(tx, tile, hash)?;
    }
    triggers.iter().try_for_each(|(_, sql)| tx.batch(sql))
}

pub fn tile(tx: &Tx<'_>, tile: u64) -> Result<Option<Digest>, StoreError> {
    tx.row(TILE, [place(tile)], |row| digest_of(&row.get::<_, Vec<u8>>(0)?))
}

/// Stores a key, unless it is stored already, and returns its number.
pub fn add_key(tx: &WriteTx<'_>, key: &PublicKey) -> Result<i64, StoreError> {
    let fingerprint = key.fingerprint();
    match key_number(tx, &fingerprint)? {
        Some(number) => Ok(number),
        None => Ok(tx.prepared(ADD_KEY)?.query_row(params![fingerprint.0, key.to_string()], |row| row.get(0))?),
    }
}

pub fn key_number(tx: &Tx<'_>, fingerprint: &Digest) -> Result<Option<i64>, StoreError> {
    tx.row(KEY_NUMBER, [fingerprint.0], |row| Ok(row.get(0)?))
}

/// Returns all keys in the file, by number.
pub fn keys(tx: &Tx<'_>) -> Result<HashMap<i64, PublicKey>, StoreError> {
    tx.rows(KEYS, [], |row| {
        let line: String = row.get(1)?;
        Ok((row.get(0)?, line.parse().map_err(damaged)?))
    })
}

pub fn key_of(tx: &Tx<'_>, fingerprint: &Digest) -> Result<Option<PublicKey>, StoreError> {
    tx.row(KEY_LINE, [fingerprint.0], |row| row.get::<_, String>(0)?.parse().map_err(damaged))
}

/// Returns the positions in a range whose own or imported statement a key signed.
pub(crate) fn signed_by(tx: &Tx<'_>, key: i64, range: std::ops::Range<u64>) -> Result<Vec<u64>, StoreError> {
    tx.rows(SIGNED_BY, [key, place(range.start), place(range.end)], |row| Ok(position(row.get(0)?)))
}

pub fn entry_at(tx: &Tx<'_>, at: u64) -> Result<Option<StoredEntry>, StoreError> {
    tx.row(ENTRY_AT, [place(at)], stored)
}

pub fn entry_of(tx: &Tx<'_>, id: StatementId) -> Result<Option<StoredEntry>, StoreError> {
    let found = tx.row(ENTRY_OF, [id.0.as_bytes()], stored)?;
    // The index on ids holds a copy of them, which may be damaged on its own.
    match found {
        Some(entry) if entry.id != id => Err(damaged(format!("the index of ids leads from {id} to another entry"))),
        found => Ok(found),
    }
}

/// Returns the entry with an id, if the viewer may see it; an imported one has the position of its import.
pub fn seen_entry(tx: &Tx<'_>, viewer: &Viewer, id: StatementId) -> Result<Option<StoredEntry>, StoreError> {
    let entry = match entry_of(tx, id)? {
        Some(entry) => Some(entry),
        None => put_back(tx, id)?,
    };
    Ok(entry.filter(|entry| is_seen(viewer, &entry.signed.text)))
}

fn put_back(tx: &Tx<'_>, id: StatementId) -> Result<Option<StoredEntry>, StoreError> {
    let Some(position) = erased_and_imported::position_of(tx, id)? else { return Ok(None) };
    let back = erased_and_imported::imported(tx, position)?.filter(|back| back.id == id);
    Ok(back.map(|back| StoredEntry { position, id, signed: back.signed }))
}

/// Returns the ids of the statements about a person, oldest first.
pub fn ids_about(tx: &Tx<'_>, viewer: &Viewer, person: &PersonId) -> Result<Vec<StatementId>, StoreError> {
    if !viewer.may_see(person) {
        return Ok(Vec::new());
    }
    let own = Viewer::Own(person.clone());
    tx.some_rows(ENTRIES_FROM, [place(0), place((1 << 40) - 1)], |row| {
        let seen = is_seen(&own, &text_of(row, 2)?);
        seen.then(|| id_of(row.get_ref(1)?.as_blob().map_err(damaged)?)).transpose()
    })
}

/// Returns whether a viewer may see a text. A text that is not a statement (an altered file) is for the department only.
fn is_seen(viewer: &Viewer, text: &str) -> bool {
    // Searching for the id is cheaper than decoding every text.
    let named = viewer.own().is_none_or(|own| text.contains(own.as_str()));
    viewer.own().is_none() || (named && decode(text).is_ok_and(|statement| statement.is_visible_to(viewer)))
}

/// Returns at most `most` entries before a position that the viewer may see and `keep` accepts, newest first, with the
/// number of entries read, which is at most `look`.
pub fn entries_before(
    tx: &Tx<'_>,
    viewer: &Viewer,
    before: u64,
    most: usize,
    look: u64,
    keep: &mut dyn FnMut(&StoredEntry) -> bool,
) -> Result<(Vec<StoredEntry>, u64), StoreError> {
    let mut statement = tx.prepared(ENTRIES_BACK)?;
    let mut rows = statement.query(params![place(before), look.cast_signed()])?;
    let (mut kept, mut looked) = (Vec::new(), 0);
    while kept.len() < most {
        let Some(row) = rows.next()? else { break };
        looked += 1;
        let entry = stored(row)?;
        if is_seen(viewer, &entry.signed.text) && keep(&entry) {
            kept.push(entry);
        }
    }
    Ok((kept, looked))
}

/// An entry with its key's number in place of the fingerprint, for bulk reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawEntry {
    /// Its position, from 0.
    pub position: u64,
    pub id: StatementId,
    /// The signed bytes; not a statement if the file was altered.
    pub text: Vec<u8>,
    pub key: i64,
    pub signature: [u8; 64],
}

/// Returns the entries of a range of positions, in order.
pub fn entries(tx: &Tx<'_>, range: Range<u64>) -> Result<Vec<RawEntry>, StoreError> {
    let mut entries = Vec::with_capacity(usize::try_from(range.end - range.start).unwrap_or_default().min(4096));
    entries_into(tx, range, &mut entries)?;
    Ok(entries)
}

/// Reads like [`entries`], reusing the buffers in `entries`. An invalid value is replaced by one that no signature matches,
/// so that later entries are still read.
pub fn entries_into(tx: &Tx<'_>, range: Range<u64>, entries: &mut Vec<RawEntry>) -> Result<(), StoreError> {
    let mut statement = tx.prepared(ENTRIES_FROM)?;
    let mut rows = statement.query([place(range.start), place(range.end)])?;
    let mut read = 0;
    while let Some(row) = rows.next()? {
        let mut text = entries.get_mut(read).map(|entry| std::mem::take(&mut entry.text)).unwrap_or_default();
        text.clear();
        text.extend_from_slice(row.get_ref(2)?.as_bytes().unwrap_or_default());
        let id = row.get_ref(1)?.as_blob().ok().and_then(|bytes| id_of(bytes).ok());
        let entry = RawEntry {
            position: position(row.get(0)?),
            id: id.unwrap_or(StatementId(uuid::Uuid::nil())),
            text,
            key: row.get_ref(3)?.as_i64().unwrap_or(-1),
            signature: row.get_ref(4)?.as_blob().ok().and_then(|bytes| bytes.try_into().ok()).unwrap_or([0; 64]),
        };
        match entries.get_mut(read) {
            Some(old) => *old = entry,
            None => entries.push(entry),
        }
        read += 1;
    }
    entries.truncate(read);
    Ok(())
}

/// Returns the position after the last stored entry, regardless of the head.
pub fn end(tx: &Tx<'_>) -> Result<u64, StoreError> {
    let last: Option<i64> = tx.prepared(LAST)?.query_row([], |row| row.get(0))?;
    Ok(last.map_or(0, |place| position(place) + 1))
}

fn stored(row: &rusqlite::Row<'_>) -> Result<StoredEntry, StoreError> {
    Ok(StoredEntry {
        position: position(row.get(0)?),
        id: id_of(row.get_ref(1)?.as_blob().map_err(damaged)?)?,
        signed: SignedText {
            text: text_of(row, 2)?,
            key: digest_of(row.get_ref(3)?.as_blob().map_err(damaged)?)?,
            signature: row.get(4)?,
        },
    })
}
