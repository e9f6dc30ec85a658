//! Rebuilds every index and the tree from the log, in one transaction.

use std::collections::HashMap;
use std::sync::Arc;

use crate::app::App;
use crate::error::Error;
use crate::log::referenced::{effective_statement_at, erased_time};
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::{Digest, StandardRef};
use countersign_core::primitives::key::PublicKey;
use countersign_core::standard::Standard;
use countersign_core::statement::decode::decode;
use countersign_core::statement::{Body, Statement};
use countersign_ledger::batch::signature_digest;
use countersign_ledger::merkle::{CompactRange, TILE, entry, leaf_hash};
use countersign_ledger::note::LogVerifier;
use countersign_ledger::replay::EntryFault;
use countersign_store::db::{Tx, WriteTx};
use countersign_store::erased_and_imported;
use countersign_store::error::{StoreError, damaged};
use countersign_store::index::indexer::{self, Indexer};
use countersign_store::index::standards;
use countersign_store::log::{self, RawEntry, SignedTreeHead};
use countersign_store::queries::audit;

/// Entries read at a time.
const PART: u64 = 512;

/// Remembers adopted standards while a log is indexed again.
#[derive(Debug, Default)]
pub(crate) struct Reindexing {
    adopted: HashMap<StandardRef, Arc<Standard>>,
}

impl Reindexing {
    /// Returns the standard or list that a statement adopts, if any, and remembers it for later sign-offs.
    pub(crate) fn adopted(&mut self, tx: &Tx<'_>, statement: &Statement) -> Result<Option<Arc<Standard>>, StoreError> {
        let content = statement.body.content();
        let Some((of, digest)) = content.standard().zip(content.adopts()) else { return Ok(None) };
        let standard = standards::content(tx, digest)?;
        let standard = Arc::new(standard.ok_or_else(|| damaged("the text of a standard is missing"))?);
        self.adopted.insert(of.clone(), Arc::clone(&standard));
        Ok(Some(standard))
    }

    /// Indexes a statement and what it imports. A standard it adopts must have gone through [`Self::adopted`] first.
    pub(crate) fn index(
        &self,
        tx: &WriteTx<'_>,
        indexer: &mut Indexer,
        statement: &Statement,
        at: u64,
    ) -> Result<(), StoreError> {
        indexer.add(tx, statement, at, self.standard_of(statement))?;
        if let Body::Received(received) = &statement.body {
            indexer.add_received(tx, received, at)?;
        }
        if let Body::TakenBack(content) = &statement.body {
            indexer.add_taken_back(tx, content, at)?;
        }
        if let Body::Rotation(content) = &statement.body {
            indexer.add_rotation(tx, content, at)?;
        }
        if statement.body.put_back().is_some() {
            let back = effective_statement_at(tx, at).map_err(|fault| damaged(fault.why))?;
            indexer.add_put_back(tx, &back, at, self.standard_of(&back))?;
        }
        Ok(())
    }

    fn standard_of(&self, statement: &Statement) -> Option<&Arc<Standard>> {
        statement.body.content().standard().and_then(|of| self.adopted.get(of))
    }
}

/// Rebuilds every index and tile; returns the number of entries. `progress` gets the number done and the total.
pub fn rebuild(app: &mut App, progress: &mut dyn FnMut(u64, u64)) -> Result<u64, Error> {
    let rebuilt = app.log.db.write(|tx| -> Result<u64, Error> {
        indexer::clear(tx)?;
        let size = log::head(tx)?.map_or(0, |head| head.size);
        let mut reindexing = Reindexing::default();
        let erased = erased_and_imported::all_erased(tx)?;
        let keys = log::keys(tx)?;
        let (mut edge, mut tiles) = (CompactRange::new(), Vec::new());
        let mut at = 0;
        while at < size {
            let mut indexer = Indexer::default();
            let entries = log::entries(tx, at..at + PART)?;
            if entries.is_empty() {
                return Err(damaged(format!("entry {at} is missing")).into());
            }
            for entry in &entries {
                let position = entry.position;
                if let Some((leaf, by)) = erased.get(&position) {
                    tiles.extend(edge.push(*leaf).map(|tile| tile.hash));
                    erased_time(tx, *by)?.into_iter().for_each(|signed| indexer.saw(signed));
                    continue;
                }
                let key = keys.get(&entry.key).ok_or_else(|| damaged(format!("entry {position} has no key")))?;
                tiles.extend(edge.push(leaf_of(entry, key)).map(|tile| tile.hash));
                let statement = statement_of(entry)?;
                reindexing.adopted(tx, &statement)?;
                reindexing.index(tx, &mut indexer, &statement, position)?;
            }
            indexer.finish(tx)?;
            at += entries.len() as u64;
            progress(at, size);
        }
        rebuild_tree(tx, &edge, &tiles)?;
        Ok(size)
    });
    rebuilt.map_err(|e| e.context("Rebuilding the indexes"))
}

/// Indexes the entries that were signed up to a moment; returns how many there are.
pub(crate) fn index_until(tx: &WriteTx<'_>, until: Timestamp) -> Result<u64, Error> {
    let size = log::head(tx)?.map_or(0, |head| head.size);
    let erased = erased_and_imported::all_erased(tx)?;
    let mut reindexing = Reindexing::default();
    let mut at = 0;
    while at < size {
        let mut indexer = Indexer::default();
        let entries = log::entries(tx, at..at + PART)?;
        if entries.is_empty() {
            return Err(damaged(format!("entry {at} is missing")).into());
        }
        for entry in &entries {
            if !erased.contains_key(&entry.position) {
                let statement = statement_of(entry)?;
                if statement.signed > until {
                    indexer.finish(tx)?;
                    return Ok(entry.position);
                }
                reindexing.adopted(tx, &statement)?;
                reindexing.index(tx, &mut indexer, &statement, entry.position)?;
            }
            at = entry.position + 1;
        }
        indexer.finish(tx)?;
    }
    Ok(size)
}

/// Returns the leaf hashes of all entries of this log.
pub(crate) fn all_leaves(tx: &Tx<'_>) -> Result<Vec<Digest>, StoreError> {
    let size = log::head(tx)?.map_or(0, |head| head.size);
    let (erased, keys) = (erased_and_imported::all_erased(tx)?, log::keys(tx)?);
    let mut leaves = Vec::new();
    while (leaves.len() as u64) < size {
        let at = leaves.len() as u64;
        let entries = log::entries(tx, at..size.min(at + PART))?;
        if entries.is_empty() {
            return Err(damaged(format!("entry {at} is missing")));
        }
        for entry in &entries {
            let missing = || damaged(format!("entry {} has no key", entry.position));
            leaves.push(match erased.get(&entry.position) {
                Some((leaf, _)) => *leaf,
                None => leaf_of(entry, keys.get(&entry.key).ok_or_else(missing)?),
            });
        }
    }
    Ok(leaves)
}

pub(crate) fn leaf_of(raw: &RawEntry, key: &PublicKey) -> Digest {
    leaf_hash(&entry(raw.id, Digest::of(&raw.text), signature_digest(key, &raw.signature)))
}

/// Decodes an entry's statement; an error names the entry.
fn statement_of(entry: &RawEntry) -> Result<Statement, Error> {
    let named = |why: &dyn std::fmt::Display| {
        Error::refused(format!("Entry {}: {why}", entry.position))
            .hint("`countersign verify` says which statements are altered. Nothing was changed")
    };
    let text = std::str::from_utf8(&entry.text).map_err(|_| named(&EntryFault::NotText))?;
    decode(text).map_err(|fault| named(&fault))
}

/// Rewrites tiles and right edge where they differ from the entries. Refuses if the entries do not match the newest
/// checkpoint: then the log itself was altered.
fn rebuild_tree(tx: &WriteTx<'_>, edge: &CompactRange, tiles: &[Digest]) -> Result<(), Error> {
    let Some((head, (_, verifier))) = log::head(tx)?.zip(log::log(tx)?) else { return Ok(()) };
    let verifier: LogVerifier = verifier.parse().map_err(damaged)?;
    if verifier.open(&head.checkpoint).ok().is_none_or(|c| (c.size, c.root) != (edge.size(), edge.root())) {
        return Err(Error::refused("The entries do not match the newest checkpoint")
            .hint("Nothing was changed. `countersign verify` says what was altered"));
    }
    let mut right = audit::tiles_from(tx, edge.size() / TILE)?.is_empty();
    for (number, tile) in (0..).zip(tiles) {
        right = right && log::tile(tx, number).ok().flatten() == Some(*tile);
    }
    if !right {
        log::replace_tiles(tx, tiles)?;
    }
    if head.edge != edge.to_bytes() {
        log::set_head(tx, &SignedTreeHead { edge: edge.to_bytes(), ..head })?;
    }
    Ok(())
}
