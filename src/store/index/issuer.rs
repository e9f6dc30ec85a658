//! Indexes which statement set the department's issuer key, among its settings: no person holds that key.

use rusqlite::OptionalExtension as _;

use crate::codec::{place, position};
use crate::db::{Tx, WriteTx};
use crate::error::StoreError;

/// The place of the statement; 0 once the key is retired.
const PUT_ISSUER: &str =
    "INSERT INTO policy (name, value) VALUES ('issuer-key', ?1) ON CONFLICT (name) DO UPDATE SET value = ?1";
const ISSUER: &str = "SELECT value FROM policy WHERE name = 'issuer-key' AND value > 0";

/// Indexes the statement that set the issuer key, or that there is none any more.
pub(crate) fn put_issuer(tx: &WriteTx<'_>, at: Option<u64>) -> Result<(), StoreError> {
    tx.prepared(PUT_ISSUER)?.execute([at.map_or(0, place)])?;
    Ok(())
}

/// Returns the position of the statement that set the issuer key, if one is in force.
pub fn issuer(tx: &Tx<'_>) -> Result<Option<u64>, StoreError> {
    let at: Option<i64> = tx.prepared(ISSUER)?.query_row([], |row| row.get(0)).optional()?;
    Ok(at.map(position))
}
