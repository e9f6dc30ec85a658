//! Stores the leaf hashes of other departments' logs, so that a bundle of another history is found.

use rusqlite::params;

use crate::db::{Tx, WriteTx};
use crate::error::{StoreError, damaged};
use countersign_core::primitives::ids::{Digest, LogOrigin};

/// Leaves in a row.
const TILE: usize = 256;

const LEAVES: &str = "SELECT tile, leaves FROM held_leaf WHERE origin = ?1 ORDER BY tile";
const ADD: &str = "INSERT INTO held_leaf (origin, tile, leaves) VALUES (?1, ?2, ?3)";
const GROW: &str = "UPDATE held_leaf SET leaves = ?3 WHERE origin = ?1 AND tile = ?2";
const DROP: &str = "DELETE FROM held_leaf WHERE origin = ?1 AND tile >= ?2";
const NEEDED: &str = "SELECT coalesce(max(size), 0) FROM received WHERE origin = ?1";
const ORIGINS: &str = "SELECT DISTINCT origin FROM held_leaf ORDER BY origin";

/// Returns the leaf hashes of a log, from its first entry on.
pub fn leaves(tx: &Tx<'_>, origin: &LogOrigin) -> Result<Vec<Digest>, StoreError> {
    let mut all = Vec::new();
    let mut next = 0;
    tx.rows::<(), ()>(LEAVES, [origin.as_str()], |row| {
        let tile: i64 = row.get(0)?;
        let (leaves, over) = row.get_ref(1)?.as_blob().map_err(damaged)?.as_chunks::<32>();
        if tile != next || all.len() % TILE != 0 || !over.is_empty() {
            return Err(damaged("the history of another log has a gap"));
        }
        next += 1;
        all.extend(leaves.iter().copied().map(Digest));
        Ok(())
    })?;
    Ok(all)
}

/// Stores the leaf hashes of a log, if they are more than those that are stored; the first ones must be the same.
pub fn grow(tx: &WriteTx<'_>, origin: &LogOrigin, all: &[Digest]) -> Result<(), StoreError> {
    let known = leaves(tx, origin)?.len();
    if all.len() <= known {
        return Ok(());
    }
    let first = known / TILE;
    for (tile, part) in all.chunks(TILE).enumerate().skip(first) {
        let bytes: Vec<u8> = part.iter().flat_map(|leaf| leaf.0).collect();
        let sql = if tile == first && known % TILE != 0 { GROW } else { ADD };
        tx.run(sql, params![origin.as_str(), i64::try_from(tile).map_err(damaged)?, bytes])?;
    }
    Ok(())
}

/// Removes the leaf hashes beyond the largest size that a bundle which is kept shows.
pub fn trim(tx: &WriteTx<'_>, origin: &LogOrigin) -> Result<(), StoreError> {
    let needed: i64 = tx.prepared(NEEDED)?.query_row([origin.as_str()], |row| row.get(0))?;
    let needed = usize::try_from(needed).map_err(damaged)?;
    let all = leaves(tx, origin)?;
    if all.len() <= needed {
        return Ok(());
    }
    let (tile, rest) = (needed / TILE, needed % TILE);
    let number = |tile: usize| i64::try_from(tile).map_err(damaged);
    if rest > 0 {
        let bytes: Vec<u8> = all[tile * TILE..needed].iter().flat_map(|leaf| leaf.0).collect();
        tx.run(GROW, params![origin.as_str(), number(tile)?, bytes])?;
    }
    tx.run(DROP, params![origin.as_str(), number(tile + usize::from(rest > 0))?])
}

/// Returns the logs whose leaf hashes are stored.
pub fn origins(tx: &Tx<'_>) -> Result<Vec<LogOrigin>, StoreError> {
    tx.rows(ORIGINS, [], |row| row.get_ref(0)?.as_str().map_err(damaged)?.parse().map_err(damaged))
}
