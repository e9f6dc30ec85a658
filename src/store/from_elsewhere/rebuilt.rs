//! Stores that a file was rebuilt from a hub, which has no claims, evidence files or bundles.

use rusqlite::params;

use crate::db::{Tx, WriteTx};
use crate::error::StoreError;

const SIZE: &str = "SELECT size FROM rebuilt";
const ADD: &str = "INSERT INTO rebuilt (one, size) VALUES (1, ?1)";

/// Returns how many entries the log had when this file was rebuilt from a hub; 0 if it never was.
pub fn size(tx: &Tx<'_>) -> Result<u64, StoreError> {
    Ok(tx.row(SIZE, [], |row| Ok(row.get::<_, i64>(0)?.cast_unsigned()))?.unwrap_or_default())
}

/// Notes that this file was just rebuilt, with so many entries.
pub fn add(tx: &WriteTx<'_>, size: u64) -> Result<(), StoreError> {
    tx.run(ADD, params![size.cast_signed()])
}
