//! Stores the batches that were signed with one touch of a security key, by the name that their statements have in place of a
//! signature: those of this log, of imported statements and of other logs alike.
//!
//! Invariant: a batch is kept as long as a statement here names it, and no longer.

use rusqlite::{Row, params};

use crate::codec::place;
use crate::db::{Tx, WriteTx};
use crate::error::{StoreError, damaged};
use countersign_core::primitives::key::PublicKey;
use countersign_core::primitives::presence::Presence;

const ADD: &str = "INSERT INTO touch (name, key, signature, text) VALUES (?1, ?2, ?3, ?4)";
/// Skips oversized values: an altered file may hold one of a gigabyte.
const COLUMNS: &str = "SELECT iif(octet_length(name) = 64, name, NULL), iif(octet_length(key) <= 1024, key, NULL),
    iif(octet_length(signature) = 69, signature, NULL), iif(octet_length(text) <= 16384, text, NULL) FROM touch";
const ANY: &str = "SELECT EXISTS (SELECT 1 FROM touch)";
const DROP: &str = "DELETE FROM touch WHERE name = ?1";
const UNNAMED: &str = "SELECT name FROM touch WHERE name NOT IN (
    SELECT signature FROM entry WHERE key IN (SELECT key FROM key WHERE line LIKE 'sk-%')
    UNION ALL SELECT signature FROM imported WHERE key IN (SELECT key FROM key WHERE line LIKE 'sk-%')
    UNION ALL SELECT signature FROM held WHERE key LIKE 'sk-%'
    UNION ALL SELECT signature FROM pulled WHERE key LIKE 'sk-%')";
/// The batches of the entries from a place on, and of what they put back. What was erased has no name.
const OF_ENTRIES: &str = "SELECT signature FROM entry
    WHERE place >= ?1 AND place < ?2 AND text <> '' AND key IN (SELECT key FROM key WHERE line LIKE 'sk-%')
    UNION SELECT signature FROM imported
    WHERE place >= ?1 AND place < ?2 AND text <> '' AND key IN (SELECT key FROM key WHERE line LIKE 'sk-%')";

/// A batch as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredBatch {
    /// What its statements have in place of a signature.
    pub name: [u8; 64],
    pub key: PublicKey,
    /// Of a security key: 64 bytes, its flags and its counter.
    pub signature: Vec<u8>,
    pub text: String,
}

impl StoredBatch {
    /// Returns what its signature says about the person at the key.
    pub fn presence(&self) -> Presence {
        self.signature.get(64).map_or(Presence::Untouched, |flags| Presence::of_flags(*flags))
    }
}

fn stored(row: &Row<'_>) -> Result<StoredBatch, StoreError> {
    Ok(StoredBatch {
        name: row.get_ref(0)?.as_blob().map_err(damaged)?.try_into().map_err(damaged)?,
        key: row.get_ref(1)?.as_str().map_err(damaged)?.parse().map_err(damaged)?,
        signature: row.get_ref(2)?.as_blob().map_err(damaged)?.to_vec(),
        text: row.get_ref(3)?.as_str().map_err(damaged)?.to_owned(),
    })
}

/// Stores a batch, unless it is stored already.
pub fn put(tx: &WriteTx<'_>, batch: &StoredBatch) -> Result<(), StoreError> {
    match named(tx, &batch.name)? {
        Some(known) if known == *batch => Ok(()),
        Some(_) => Err(damaged("another batch has the same name")),
        None => tx.run(ADD, params![batch.name, batch.key.to_string(), batch.signature, batch.text]),
    }
}

/// Returns the batch with a name.
pub fn named(tx: &Tx<'_>, name: &[u8; 64]) -> Result<Option<StoredBatch>, StoreError> {
    tx.row(&format!("{COLUMNS} WHERE name = ?1"), [name], stored)
}

/// Returns what the batch with this name says about the person at the key; `Unknown` if there is none.
pub fn presence_of(tx: &Tx<'_>, key: &PublicKey, name: &[u8]) -> Result<Presence, StoreError> {
    let name = name.try_into().ok().filter(|_| key.algorithm().starts_with("sk-"));
    let batch = name.map(|name| named(tx, name)).transpose()?.flatten();
    Ok(batch.map_or(Presence::Unknown, |batch| batch.presence()))
}

/// Returns the names of the batches that entries of this log between two positions, and what they put back, were signed in.
pub fn of_entries(tx: &Tx<'_>, (from, until): (u64, u64)) -> Result<Vec<[u8; 64]>, StoreError> {
    tx.rows(OF_ENTRIES, [place(from), place(until)], |row| {
        row.get_ref(0)?.as_blob().map_err(damaged)?.try_into().map_err(damaged)
    })
}

/// Returns the names of batches that no statement here has.
pub fn unnamed(tx: &Tx<'_>) -> Result<Vec<[u8; 64]>, StoreError> {
    tx.rows(UNNAMED, [], |row| row.get_ref(0)?.as_blob().map_err(damaged)?.try_into().map_err(damaged))
}

/// Removes the batches that no statement here names any longer, because all of theirs were erased or taken back.
pub fn drop_unnamed(tx: &WriteTx<'_>) -> Result<(), StoreError> {
    if !tx.prepared(ANY)?.query_row([], |row| row.get::<_, bool>(0))? {
        return Ok(());
    }
    unnamed(tx)?.iter().try_for_each(|name| tx.run(DROP, [name]))
}
