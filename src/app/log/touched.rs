//! Reads and stores the batches that security keys sign, as the ledger's types.

use countersign_core::primitives::ids::{PersonId, StatementId};
use countersign_core::primitives::key::PublicKey;
use countersign_core::primitives::presence::Presence;
use countersign_core::record::view::FullStatement;
use countersign_ledger::armor::armor;
use countersign_ledger::batch::{SignedBatch, signs_batches};
use countersign_ledger::replay::ReceiptStatement;
use countersign_ledger::security_key::KeySignature;
use countersign_ledger::sshsig::{NAMESPACE, SignatureBytes};
use countersign_store::db::{Tx, WriteTx};
use countersign_store::error::StoreError;
use countersign_store::touches::{self, StoredBatch};

/// Returns the batch that a statement with this key and stored signature was signed in. `None` if its key signs each
/// statement by itself, or if the batch is not in the file.
pub(crate) fn batch_of(tx: &Tx<'_>, key: &PublicKey, signature: &[u8]) -> Result<Option<SignedBatch>, StoreError> {
    let Some(name) = signature.try_into().ok().filter(|_| signs_batches(key)) else { return Ok(None) };
    match touches::named(tx, name) {
        Ok(found) => Ok(found.and_then(signed)),
        // A row that cannot be read is as good as none.
        Err(fault) if fault.is_of_the_machine() => Err(fault),
        Err(_) => Ok(None),
    }
}

/// Returns a stored batch with its signature.
pub(crate) fn signed(stored: StoredBatch) -> Option<SignedBatch> {
    let signature = KeySignature::from_bytes(stored.key.algorithm(), &stored.signature)?;
    Some(SignedBatch { text: stored.text, key: stored.key, signature })
}

/// Stores a batch, unless it is stored already.
pub(crate) fn keep(tx: &WriteTx<'_>, batch: &SignedBatch) -> Result<(), StoreError> {
    let SignedBatch { text, key, signature } = batch;
    let (name, signature) = (batch.name(), signature.to_bytes());
    touches::put(tx, &StoredBatch { name, key: key.clone(), signature, text: text.clone() })
}

/// Returns a statement in full, with its signature checked, and its holder if they are known.
pub(crate) fn full_statement(
    tx: &Tx<'_>,
    (position, id): (u64, StatementId),
    text: String,
    (key, signature): (&PublicKey, &SignatureBytes),
    holder: Option<&PersonId>,
) -> Result<FullStatement, StoreError> {
    let batch = batch_of(tx, key, signature)?;
    let looked = ReceiptStatement::look(text.clone(), key.clone(), *signature, batch.clone());
    let theirs = |back: &ReceiptStatement| {
        back.statement.id == id && holder.is_none_or(|holder| back.statement.signer.who.id == *holder)
    };
    Ok(FullStatement {
        position,
        id,
        text,
        armored: batch.as_ref().map_or_else(|| armor(key, NAMESPACE, signature), SignedBatch::armored),
        presence: looked.as_ref().map_or(Presence::Unknown, ReceiptStatement::presence),
        sound: looked.as_ref().is_ok_and(theirs),
        batch: batch.map(|batch| batch.text),
        key: key.fingerprint_text(),
    })
}
