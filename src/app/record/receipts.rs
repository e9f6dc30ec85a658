//! Builds receipts: statements with the proofs needed to check them without this file.

use std::cell::RefCell;
use std::collections::HashMap;

use chrono::NaiveDate;

use crate::app::App;
use crate::error::Error;
use crate::log::historical_root::Stored;
use crate::log::referenced::statement_at;
use crate::log::touched;
use countersign_core::primitives::ids::{Digest, PersonId, StatementId};
use countersign_ledger::note::LogVerifier;
use countersign_ledger::proof::{Hashes, prove_inclusion};
use countersign_ledger::receipt::TlogProof;
use countersign_ledger::receipt_text::Receipt;
use countersign_store::db::Tx;
use countersign_store::error::{StoreError, damaged};
use countersign_store::index::sign_off_index;
use countersign_store::log::{self, SignedTreeHead};

/// A receipt to save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptText {
    pub id: StatementId,
    /// Its position, from 0.
    pub position: u64,
    pub text: String,
}

/// Returns receipts for all statements on a record signed on or after `since`, for one trainee or everyone, oldest
/// first. Records that the viewer may not see are left out.
pub fn receipts(app: &App, trainee: Option<&PersonId>, since: Option<NaiveDate>) -> Result<Vec<ReceiptText>, Error> {
    app.log.db.read(|tx| {
        let mut receipts = Vec::new();
        let Some(writer) = ReceiptWriter::new(tx)? else { return Ok(receipts) };
        for position in sign_off_index::positions(tx, &app.viewer, trainee)? {
            let statement = statement_at(tx, position)?;
            if since.is_some_and(|since| statement.signed.day() < since) {
                continue;
            }
            let text = writer.receipt(position, statement.signer.who.id)?.render();
            receipts.push(ReceiptText { id: statement.id, position, text });
        }
        Ok(receipts)
    })
}

/// Makes receipts against the newest checkpoint, and remembers the hashes read for them.
pub(crate) struct ReceiptWriter<'t> {
    tx: &'t Tx<'t>,
    head: SignedTreeHead,
    log: LogVerifier,
    hashes: CachedHashes<Stored<'t>>,
}

impl<'t> ReceiptWriter<'t> {
    /// Returns `None` before the first entry.
    pub(crate) fn new(tx: &'t Tx<'t>) -> Result<Option<Self>, Error> {
        let Some(head) = log::head(tx)? else { return Ok(None) };
        let (_, vkey) = log::log(tx)?.ok_or_else(|| damaged("it contains no log"))?;
        let hashes = CachedHashes { of: Stored(tx), leaves: RefCell::default(), tiles: RefCell::default() };
        Ok(Some(Self { tx, head, log: vkey.parse().map_err(damaged)?, hashes }))
    }

    /// Returns the log that the receipts are of.
    pub(crate) fn log(&self) -> &LogVerifier {
        &self.log
    }

    /// Returns the receipt of the entry at a position.
    pub(crate) fn receipt(&self, position: u64, signer: PersonId) -> Result<Receipt, Error> {
        let entry = log::entry_at(self.tx, position)?.ok_or_else(|| damaged("a statement is not there"))?;
        let path = prove_inclusion(&self.hashes, position, self.head.size).map_err(damaged)?;
        let key = log::key_of(self.tx, &entry.signed.key)?.ok_or_else(|| damaged("a key is not there"))?;
        Ok(Receipt {
            signer,
            batch: touched::batch_of(self.tx, &key, &entry.signed.signature)?,
            key,
            signature: entry.signed.signature.as_slice().try_into().map_err(damaged)?,
            text: entry.signed.text,
            log: self.log.clone(),
            proof: TlogProof { index: position, hashes: path, checkpoint_text: self.head.checkpoint.clone() },
        })
    }
}

/// Caches the hashes read while building one set of proofs.
struct CachedHashes<H> {
    of: H,
    leaves: RefCell<HashMap<u64, Digest>>,
    tiles: RefCell<HashMap<u64, Digest>>,
}

impl<H: Hashes<Error = StoreError>> Hashes for CachedHashes<H> {
    type Error = StoreError;

    fn leaf(&self, index: u64) -> Result<Digest, StoreError> {
        remembered(&self.leaves, index, || self.of.leaf(index))
    }

    fn tile(&self, index: u64) -> Result<Digest, StoreError> {
        remembered(&self.tiles, index, || self.of.tile(index))
    }
}

fn remembered(
    known: &RefCell<HashMap<u64, Digest>>,
    index: u64,
    read: impl FnOnce() -> Result<Digest, StoreError>,
) -> Result<Digest, StoreError> {
    if let Some(hash) = known.borrow().get(&index) {
        return Ok(*hash);
    }
    let hash = read()?;
    known.borrow_mut().insert(index, hash);
    Ok(hash)
}
