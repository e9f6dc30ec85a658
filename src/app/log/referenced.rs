//! Reads the earlier statements that later ones refer to: their content, annotations and erasure.

use crate::error::Error;
use crate::log::touched;
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::{Digest, StatementId};
use countersign_core::record::view::AnnotationMark;
use countersign_core::rules::facts::{PriorStatement, ReferencedEntry};
use countersign_core::statement::decode::decode;
use countersign_core::statement::kinds::sign_off::Outcome;
use countersign_core::statement::{Body, Statement};
use countersign_ledger::batch::signature_digest;
use countersign_ledger::merkle::{entry, leaf_hash};
use countersign_ledger::replay::ReceiptStatement;
use countersign_store::db::Tx;
use countersign_store::error::{StoreError, damaged};
use countersign_store::index::annotation_index::{self, Note, NoteKind};
use countersign_store::index::{programme_index, sign_off_index};
use countersign_store::{erased_and_imported, log};

/// Returns the statement with this id as of `position`; `None` if it is not in the log before.
pub(crate) fn target(tx: &Tx<'_>, of: StatementId, position: u64) -> Result<Option<ReferencedEntry>, Error> {
    let Some(at) = erased_and_imported::position_of(tx, of)?.filter(|at| *at < position) else { return Ok(None) };
    if let Some((leaf, by)) = erased_and_imported::erased(tx, at)? {
        return Ok(Some(ReferencedEntry { position: at, leaf: None, prior: None, erased: Some((by, leaf)) }));
    }
    let own = log::entry_at(tx, at)?.ok_or_else(|| damaged(format!("entry {at} is missing")))?;
    let own_id = own.id;
    let outer = decode(&own.signed.text)?;
    let inner = if outer.body.put_back().is_some() { Some(put_back_at(tx, at)?) } else { None };
    let statement = match &inner {
        Some(inner) if own_id != of => inner,
        _ => &outer,
    };
    let prior = prior_statement(tx, statement, inner.as_ref().unwrap_or(statement), at, position)?;
    let leaf = if own_id == of { Some(leaf_at(tx, at)?) } else { None };
    Ok(Some(ReferencedEntry { position: at, leaf, prior: Some(prior), erased: None }))
}

/// Returns what `statement` said and what was said about it before `position`; for an import, `counting` is the imported
/// statement.
fn prior_statement(
    tx: &Tx<'_>,
    statement: &Statement,
    counting: &Statement,
    at: u64,
    position: u64,
) -> Result<PriorStatement, Error> {
    let before = |by: Option<u64>| by.is_some_and(|by| by < position);
    let fate = sign_off_index::fate(tx, at)?.unwrap_or_default();
    let (withdrawn, doubted) = match (annotation_index::note(tx, at)?, programme_index::fate(tx, at)?) {
        (Some(note), _) => (note.withdrawn, note.doubted),
        (None, Some(fate)) => fate,
        (None, None) => (fate.withdrawn, fate.doubted),
    };
    let kept = |note: &Note| note.position < position && !before(note.withdrawn) && note.kind != NoteKind::Withdraw;
    let notes =
        annotation_index::notes_of(tx, at)?.into_iter().filter(kept).map(|note| (note.kind.kind(), note.by)).collect();
    let decides = matches!(counting.body, Body::Withdraw(_) | Body::Countersign(_) | Body::Sample(_));
    let upholds = match counting.body.refers_to().filter(|_| decides) {
        Some(of) => is_there(tx, of, position)?,
        None => false,
    };
    Ok(PriorStatement {
        achieved: matches!(&statement.body, Body::SignOff(s) if s.outcome == Outcome::Achieved),
        withdrawn: before(withdrawn),
        rejected: before(fate.rejected),
        doubted: before(doubted),
        notes,
        attended: if let Body::Review(review) = &statement.body {
            review.attended.iter().map(|attended| attended.who.id.clone()).collect()
        } else {
            Vec::new()
        },
        upholds,
        ..PriorStatement::new(
            statement.body.kind(),
            statement.signer.who.id.clone(),
            statement.signed,
            statement.body.trainee().map(|who| who.id.clone()),
        )
    })
}

/// Returns whether a statement is in the log and not erased before a position.
fn is_there(tx: &Tx<'_>, of: StatementId, position: u64) -> Result<bool, StoreError> {
    let Some(at) = erased_and_imported::position_of(tx, of)? else { return Ok(false) };
    Ok(erased_and_imported::erased(tx, at)?.is_none_or(|(_, by)| by >= position))
}

/// Returns when an erased statement was signed, from the erasure at `by`.
pub(crate) fn erased_time(tx: &Tx<'_>, by: u64) -> Result<Option<Timestamp>, StoreError> {
    let prior = log::entry_at(tx, by)?.and_then(|entry| decode(&entry.signed.text).ok());
    Ok(prior.and_then(|prior| if let Body::Erase(erase) = prior.body { Some(erase.time) } else { None }))
}

/// Returns the leaf hash of an entry, from the erasure record if it is erased.
pub(crate) fn leaf_at(tx: &Tx<'_>, at: u64) -> Result<Digest, StoreError> {
    if let Some((leaf, _)) = erased_and_imported::erased(tx, at)? {
        return Ok(leaf);
    }
    let missing = || damaged(format!("entry {at} is not there"));
    let found = log::entry_at(tx, at)?.ok_or_else(missing)?;
    let key = log::key_of(tx, &found.signed.key)?.ok_or_else(missing)?;
    let signature: [u8; 64] = found.signed.signature.as_slice().try_into().map_err(damaged)?;
    let statement = Digest::of(found.signed.text.as_bytes());
    Ok(leaf_hash(&entry(found.id, statement, signature_digest(&key, &signature))))
}

/// Returns the statement at an indexed position; for an import, the imported statement.
pub(crate) fn effective_statement_at(tx: &Tx<'_>, at: u64) -> Result<Statement, Error> {
    let entry = log::entry_at(tx, at)?.ok_or_else(index_mismatch)?;
    let statement = decode(&entry.signed.text)?;
    if statement.body.put_back().is_some() { put_back_at(tx, at) } else { Ok(statement) }
}

/// Returns the signed text at an indexed position; for an import, the imported statement's.
pub(crate) fn text_at(tx: &Tx<'_>, at: u64) -> Result<String, Error> {
    if let Some(found) = erased_and_imported::imported(tx, at)? {
        return Ok(found.signed.text);
    }
    Ok(log::entry_at(tx, at)?.ok_or_else(index_mismatch)?.signed.text)
}

fn put_back_at(tx: &Tx<'_>, at: u64) -> Result<Statement, Error> {
    let found = erased_and_imported::imported(tx, at)?.ok_or_else(index_mismatch)?;
    Ok(decode(&found.signed.text)?)
}

/// Returns the statement that the import at a position brought back, with its signature checked, or what is wrong with it.
pub(crate) fn check_restored(tx: &Tx<'_>, at: u64) -> Result<Result<ReceiptStatement, String>, StoreError> {
    let Some(found) = erased_and_imported::imported(tx, at)? else {
        return Ok(Err("What it puts back is not in the file".to_owned()));
    };
    let Ok(signature) = <[u8; 64]>::try_from(found.signed.signature.as_slice()) else {
        return Ok(Err("What it puts back has no signature".to_owned()));
    };
    let batch = touched::batch_of(tx, &found.key, &signature)?;
    let looked = ReceiptStatement::look(found.signed.text, found.key, signature, batch);
    Ok(looked.map_err(|fault| format!("What it puts back: {fault}")).and_then(|back| {
        if back.statement.id == found.id { Ok(back) } else { Err("It is stored under the wrong id".to_owned()) }
    }))
}

/// Returns the error for an index that does not match the log.
pub(crate) fn index_mismatch() -> StoreError {
    damaged("the index names a statement that does not exist. To rebuild it: `countersign rebuild`")
}

/// Returns the statement at an indexed position.
pub fn statement_at(tx: &Tx<'_>, at: u64) -> Result<Statement, Error> {
    let entry = log::entry_at(tx, at)?.ok_or_else(index_mismatch)?;
    Ok(decode(&entry.signed.text)?)
}

/// Returns the annotations of the statement at a position, oldest first, except withdrawals.
pub fn marks_of(tx: &Tx<'_>, of: u64) -> Result<Vec<AnnotationMark>, Error> {
    let notes = annotation_index::notes_of(tx, of)?;
    notes.iter().filter(|note| note.kind != NoteKind::Withdraw).map(|note| mark(tx, note)).collect()
}

pub fn mark(tx: &Tx<'_>, note: &Note) -> Result<AnnotationMark, Error> {
    let statement = effective_statement_at(tx, note.position)?;
    if statement.body.kind() != note.kind.kind() {
        return Err(index_mismatch().into());
    }
    let (mut sampled, mut reason) = (None, None);
    if let Body::Sample(sample) = &statement.body {
        (sampled, reason) = (Some(sample.outcome), sample.reason.clone());
    } else if let Body::Dispute(dispute) = &statement.body {
        reason = Some(dispute.reason.clone());
    }
    Ok(AnnotationMark {
        id: statement.id,
        kind: statement.body.kind(),
        sampled,
        at: statement.signed,
        by: statement.signer.who.id,
        by_name: statement.signer.who.name,
        reason,
        withdrawn: note.withdrawn.is_some(),
        in_review: note.doubted.is_some(),
    })
}
