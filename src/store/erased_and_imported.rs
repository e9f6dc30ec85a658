//! Stores the leaf hashes of erased entries and the texts of imported statements.

use std::collections::HashMap;

use rusqlite::params;

use crate::codec::{digest_of, id_of, place, position, text_of};
use crate::db::{Tx, WriteTx};
use crate::error::{StoreError, damaged};
use crate::{claims, evidence, touches};
use countersign_core::primitives::ids::{Digest, StatementId};
use countersign_core::primitives::key::PublicKey;
use countersign_core::statement::SignedText;
use countersign_core::statement::kinds::erase::Erase;

const ADD_ERASED: &str = "INSERT INTO erased (place, leaf, statement) VALUES (?1, ?2, ?3)";
const BLANK: &str = "UPDATE entry SET text = '', signature = zeroblob(64) WHERE place = ?1";
const BLANK_IMPORTED: &str = "UPDATE imported SET text = '', signature = zeroblob(64) WHERE place = ?1";
const ERASED: &str = "SELECT leaf, statement FROM erased WHERE place = ?1";
const ALL_ERASED: &str = "SELECT place, leaf, statement FROM erased";
const PLACE_OF: &str = "SELECT place FROM entry WHERE id = ?1 UNION ALL SELECT place FROM imported WHERE id = ?1";
const ADD_IMPORTED: &str = "INSERT INTO imported (place, id, key, signature, text) VALUES (?1, ?2, ?3, ?4, ?5)";
const IMPORTED: &str =
    "SELECT id, text, fingerprint, signature, line FROM imported JOIN key USING (key) WHERE place = ?1";
const IMPORTED_PLACES: &str = "SELECT place FROM imported";

const ERASED_IDS: &str = "SELECT id FROM erased JOIN entry USING (place) UNION
    SELECT id FROM erased JOIN imported USING (place)";
const HOLDS: &str = "SELECT EXISTS (SELECT 1 FROM entry WHERE id = ?1 AND text <> '')
    OR EXISTS (SELECT 1 FROM imported WHERE id = ?1 AND text <> '')";

/// The leaf hash of an erased entry, and the position of its erasure.
pub type Erased = (Digest, u64);

/// Erases the entry at a position and what it imported: deletes text and signature, and stores the leaf hash. `by` is the
/// position of the erasure, which names the evidence to remove; evidence that is needed again by now stays.
pub fn erase(tx: &WriteTx<'_>, erase: &Erase, by: u64) -> Result<(), StoreError> {
    let (at, leaf) = (erase.position, &erase.leaf);
    let mut removed = evidence::removed_with(tx, at)?;
    removed.retain(|digest| erase.evidence.contains(digest));
    tx.run(ADD_ERASED, params![place(at), leaf.0, place(by)])?;
    if tx.prepared(BLANK)?.execute([place(at)])? != 1 {
        return Err(damaged("what is to be erased is not there"));
    }
    tx.run(BLANK_IMPORTED, [place(at)])?;
    touches::drop_unnamed(tx)?;
    claims::forget(tx, at)?;
    evidence::erase(tx, &removed, by)
}

/// Erases an entry in the copy of another department's log, in which the entry `by` erased it; its evidence is not here.
pub fn erase_in_copy(tx: &WriteTx<'_>, at: u64, leaf: &Digest, by: u64) -> Result<(), StoreError> {
    tx.run(ADD_ERASED, params![place(at), leaf.0, place(by)])?;
    tx.run(BLANK, [place(at)])?;
    tx.run(BLANK_IMPORTED, [place(at)])
}

pub fn erased(tx: &Tx<'_>, at: u64) -> Result<Option<Erased>, StoreError> {
    tx.row(ERASED, [place(at)], |row| Ok((digest_of(&row.get::<_, Vec<u8>>(0)?)?, position(row.get(1)?))))
}

pub fn all_erased(tx: &Tx<'_>) -> Result<HashMap<u64, Erased>, StoreError> {
    tx.rows(ALL_ERASED, [], |row| {
        let leaf = digest_of(row.get_ref(1)?.as_blob().map_err(damaged)?)?;
        Ok((position(row.get(0)?), (leaf, position(row.get(2)?))))
    })
}

pub fn erased_ids(tx: &Tx<'_>) -> Result<Vec<StatementId>, StoreError> {
    tx.rows(ERASED_IDS, [], |row| id_of(row.get_ref(0)?.as_blob().map_err(damaged)?))
}

pub fn holds_any(tx: &Tx<'_>, ids: &[StatementId]) -> Result<bool, StoreError> {
    for id in ids {
        if tx.prepared(HOLDS)?.query_row([id.0.as_bytes()], |row| row.get(0))? {
            return Ok(true);
        }
    }
    Ok(false)
}

pub fn position_of(tx: &Tx<'_>, id: StatementId) -> Result<Option<u64>, StoreError> {
    tx.row(PLACE_OF, [id.0.as_bytes()], |row| Ok(position(row.get(0)?)))
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    pub id: StatementId,
    pub signed: SignedText,
    pub key: PublicKey,
}

/// Stores the statement imported at a position, with the number of the key that signed it.
pub fn put_back(tx: &WriteTx<'_>, at: u64, id: StatementId, key: i64, signed: &SignedText) -> Result<(), StoreError> {
    tx.run(ADD_IMPORTED, params![place(at), id.0.as_bytes(), key, signed.signature, signed.text])
}

pub fn imported(tx: &Tx<'_>, at: u64) -> Result<Option<Imported>, StoreError> {
    tx.row(IMPORTED, [place(at)], |row| {
        Ok(Imported {
            id: id_of(row.get_ref(0)?.as_blob().map_err(damaged)?)?,
            signed: SignedText {
                text: text_of(row, 1)?,
                key: digest_of(row.get_ref(2)?.as_blob().map_err(damaged)?)?,
                signature: row.get(3)?,
            },
            key: row.get_ref(4)?.as_str().map_err(damaged)?.parse().map_err(damaged)?,
        })
    })
}

pub fn imported_at(tx: &Tx<'_>) -> Result<Vec<u64>, StoreError> {
    tx.rows(IMPORTED_PLACES, [], |row| Ok(position(row.get(0)?)))
}
