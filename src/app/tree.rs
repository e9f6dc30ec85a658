//! The log's tree as the file has it: leaves made again from what is kept, nodes of complete tiles. Reading alone.

use crate::app::error::Error;
use crate::domain::value::Digest;
use crate::ledger::merkle::{TILE, entry, leaf_hash};
use crate::ledger::proof::{Hashes, ProofError, root_at};
use crate::ledger::sshsig::{NAMESPACE, blob_digest};
use crate::store::db::Tx;
use crate::store::error::{StoreError, damaged};
use crate::store::{beside, log};

/// The root that the log had at a size, from its tiles and entries.
pub(in crate::app) fn old_root(tx: &Tx<'_>, size: u64) -> Result<Option<Digest>, Error> {
    match root_at(&Stored(tx), size) {
        Ok(root) => Ok(Some(root)),
        Err(ProofError::Read(error)) => Err(error.into()),
        Err(ProofError::Range { .. }) => Ok(None),
    }
}

/// The leaf at a position, made again from what is kept there: itself, where the entry is erased.
pub(in crate::app) fn leaf_at(tx: &Tx<'_>, position: u64) -> Result<Digest, Error> {
    Ok(Stored(tx).leaf(position)?)
}

/// The tree's hashes, read from the file.
pub(in crate::app) struct Stored<'a>(pub(in crate::app) &'a Tx<'a>);

impl Hashes for Stored<'_> {
    type Error = StoreError;

    fn leaf(&self, index: u64) -> Result<Digest, StoreError> {
        if let Some((leaf, _)) = beside::erased(self.0, index)? {
            return Ok(leaf);
        }
        let missing = || damaged(format!("entry {index} is not there"));
        let found = log::entry_at(self.0, index)?.ok_or_else(missing)?;
        let key = log::key_of(self.0, &found.signed.key)?.ok_or_else(missing)?;
        let signature: [u8; 64] = found.signed.signature.as_slice().try_into().map_err(damaged)?;
        let statement = Digest::of(found.signed.text.as_bytes());
        Ok(leaf_hash(&entry(found.id, statement, blob_digest(&key, NAMESPACE, &signature))))
    }

    fn tile(&self, tile: u64) -> Result<Digest, StoreError> {
        let missing = || damaged(format!("the node of entries {} to {} is not there", tile * TILE, (tile + 1) * TILE));
        log::tile(self.0, tile)?.ok_or_else(missing)
    }
}
