//! Stores what the hub brought for trainees who rotate: statements of other logs, copied from the checked copies of those logs.
//!
//! Invariant: queries take a viewer, except those that exchange and verification use.

use rusqlite::params;

use crate::codec::place;
use crate::db::{Tx, WriteTx};
use crate::error::{StoreError, damaged};
use crate::from_elsewhere::held::{Held, held_of};
use crate::touches;
use countersign_core::primitives::ids::{LogOrigin, PersonId};

const COLUMNS: &str =
    "SELECT trainee, origin, position, id, leaf, key, signature, text, proof, vkey, rotation, erased FROM pulled";
const ADD: &str =
    "INSERT INTO pulled (trainee, origin, position, id, leaf, key, signature, text, proof, vkey, rotation)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
const BLANK: &str = "UPDATE pulled SET text = '', signature = zeroblob(64), erased = ?4
    WHERE trainee = ?1 AND origin = ?2 AND position = ?3 AND erased IS NULL";
const REMOVE: &str = "DELETE FROM pulled WHERE trainee = ?1 AND origin = ?2 AND rotation = ?3";
const TRAINEES: &str = "SELECT DISTINCT trainee FROM pulled ORDER BY trainee";

const UNTIL: &str = "SELECT size FROM brought WHERE rotation = ?1";
const SET_UNTIL: &str =
    "INSERT INTO brought (rotation, size) VALUES (?1, ?2) ON CONFLICT (rotation) DO UPDATE SET size = ?2";

/// Stores a statement; `received` is the position of the statement of the rotation.
pub fn add(tx: &WriteTx<'_>, one: &Held) -> Result<(), StoreError> {
    tx.run(
        ADD,
        params![
            one.trainee.as_str(),
            one.origin.as_str(),
            one.position.cast_signed(),
            one.id.0.as_bytes(),
            one.leaf.0,
            one.key.to_string(),
            one.signature,
            one.text,
            one.proof,
            one.vkey,
            place(one.received)
        ],
    )
}

/// Deletes the text of a statement that its own log erased with the entry `by`, and its batch if nothing else names that.
pub fn blank(
    tx: &WriteTx<'_>,
    trainee: &PersonId,
    origin: &LogOrigin,
    position: u64,
    by: u64,
) -> Result<(), StoreError> {
    tx.run(BLANK, params![trainee.as_str(), origin.as_str(), position.cast_signed(), place(by)])?;
    touches::drop_unnamed(tx)
}

/// Removes what a rotation brought, with the batches that nothing else names.
pub fn remove(tx: &WriteTx<'_>, trainee: &PersonId, origin: &LogOrigin, rotation: u64) -> Result<(), StoreError> {
    tx.run(REMOVE, params![trainee.as_str(), origin.as_str(), place(rotation)])?;
    touches::drop_unnamed(tx)
}

/// Returns how many entries a log had when the hub last brought what a rotation is about.
pub fn brought_until(tx: &Tx<'_>, rotation: u64) -> Result<Option<u64>, StoreError> {
    tx.row(UNTIL, [place(rotation)], |row| Ok(row.get::<_, i64>(0)?.cast_unsigned()))
}

pub fn set_brought_until(tx: &WriteTx<'_>, rotation: u64, size: u64) -> Result<(), StoreError> {
    tx.run(SET_UNTIL, params![place(rotation), size.cast_signed()])
}

/// Returns what the hub brought for a trainee, by origin and position, whether bundles brought it too or not.
pub fn of(tx: &Tx<'_>, trainee: &PersonId) -> Result<Vec<Held>, StoreError> {
    tx.rows(&format!("{COLUMNS} WHERE trainee = ?1 ORDER BY origin, position"), [trainee.as_str()], held_of)
}

/// Returns everyone for whom the hub brought something.
pub fn trainees(tx: &Tx<'_>) -> Result<Vec<PersonId>, StoreError> {
    tx.rows(TRAINEES, [], |row| row.get_ref(0)?.as_str().map_err(damaged)?.parse().map_err(damaged))
}
