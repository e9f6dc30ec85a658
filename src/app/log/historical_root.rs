//! Computes earlier tree roots from the stored tiles and entries.

use crate::log::referenced::leaf_at;
use countersign_core::primitives::ids::Digest;
use countersign_ledger::merkle::TILE;
use countersign_ledger::proof::{Hashes, ProofError, root_at};
use countersign_store::db::Tx;
use countersign_store::error::{StoreError, damaged};
use countersign_store::log;

/// Returns the root of the log at an earlier size; `None` if it cannot be computed.
pub(crate) fn old_root(tx: &Tx<'_>, size: u64) -> Result<Option<Digest>, StoreError> {
    match root_at(&Stored(tx), size) {
        Ok(root) => Ok(Some(root)),
        Err(ProofError::Read(error)) => Err(error),
        Err(ProofError::Range { .. }) => Ok(None),
    }
}

/// Reads leaf and tile hashes from the database.
pub(crate) struct Stored<'a>(pub(crate) &'a Tx<'a>);

impl Hashes for Stored<'_> {
    type Error = StoreError;

    fn leaf(&self, index: u64) -> Result<Digest, StoreError> {
        leaf_at(self.0, index)
    }

    fn tile(&self, tile: u64) -> Result<Digest, StoreError> {
        let missing = || damaged(format!("the node of entries {} to {} is not there", tile * TILE, (tile + 1) * TILE));
        log::tile(self.0, tile)?.ok_or_else(missing)
    }
}
