//! Stores what this department cosigned of other logs, and which other departments cosigned this one.

use rusqlite::params;

use crate::codec::digest_of;
use crate::db::{Tx, WriteTx};
use crate::error::{StoreError, damaged};
use countersign_core::primitives::ids::{Digest, LogOrigin};

const COSIGNED: &str = "SELECT size, root FROM cosigned WHERE origin = ?1";
const ADD_COSIGNED: &str = "INSERT INTO cosigned (origin, size, root) VALUES (?1, ?2, ?3)";
const SET_COSIGNED: &str = "UPDATE cosigned SET size = ?2, root = ?3 WHERE origin = ?1";
const ALL: &str = "SELECT origin, size, witness, line FROM cosignature ORDER BY origin";
const DROP: &str = "DELETE FROM cosignature WHERE origin = ?1";
const ADD: &str = "INSERT INTO cosignature (origin, size, witness, line) VALUES (?1, ?2, ?3, ?4)";

/// A cosignature of another department under a checkpoint of this log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CosignatureRow {
    /// The log of the department that cosigned.
    pub origin: LogOrigin,
    /// The entries of this log that it covers.
    pub size: u64,
    /// The note in which that department's log names its witness key.
    pub witness: String,
    pub line: String,
}

/// Returns the newest size and root of another log that this department cosigned.
pub fn cosigned(tx: &Tx<'_>, origin: &LogOrigin) -> Result<Option<(u64, Digest)>, StoreError> {
    tx.row(COSIGNED, [origin.as_str()], |row| {
        Ok((row.get::<_, i64>(0)?.cast_unsigned(), digest_of(row.get_ref(1)?.as_blob().map_err(damaged)?)?))
    })
}

/// Notes what this department is about to cosign, before it does.
pub fn set_cosigned(tx: &WriteTx<'_>, origin: &LogOrigin, size: u64, root: &Digest) -> Result<(), StoreError> {
    let sql = match cosigned(tx, origin)? {
        Some(before) if before == (size, *root) => return Ok(()),
        Some(_) => SET_COSIGNED,
        None => ADD_COSIGNED,
    };
    tx.run(sql, params![origin.as_str(), size.cast_signed(), root.0])
}

/// Returns the newest cosignature of each other department under this log.
pub fn all(tx: &Tx<'_>) -> Result<Vec<CosignatureRow>, StoreError> {
    tx.rows(ALL, [], |row| {
        Ok(CosignatureRow {
            origin: row.get_ref(0)?.as_str().map_err(damaged)?.parse().map_err(damaged)?,
            size: row.get::<_, i64>(1)?.cast_unsigned(),
            witness: row.get(2)?,
            line: row.get(3)?,
        })
    })
}

/// Stores a cosignature in place of an earlier one of that department.
pub fn put(tx: &WriteTx<'_>, row: &CosignatureRow) -> Result<(), StoreError> {
    tx.run(DROP, [row.origin.as_str()])?;
    tx.run(ADD, params![row.origin.as_str(), row.size.cast_signed(), row.witness, row.line])
}
