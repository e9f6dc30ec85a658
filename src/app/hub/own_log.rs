//! Compares what the hub has of this department's own log with the file, row by row.

use std::collections::BTreeMap;

use crate::app::App;
use crate::error::Error;
use crate::hub::push::{Source, batch, part};
use crate::hub::results::{LogResult, LogState};
use countersign_core::primitives::ids::{Digest, LogOrigin};
use countersign_hub::error::TransportError;
use countersign_hub::rows::{BatchRow, EntryRow, ImportedRow, PulledRow, SignedRow, SiteHead, TextRow};
use countersign_hub::transport::Transport;
use countersign_store::db::Tx;
use countersign_store::erased_and_imported;
use countersign_store::touches;

/// Fetches this log and returns how it first differs from the file; `None` if it does not. `own` is the hub's head of it.
/// `progress` gets the number of entries compared and the total.
pub(crate) fn difference(
    app: &App,
    transport: &mut dyn Transport,
    own: &SiteHead,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Option<Error>, Error> {
    let (log, until) = (app.log.verifier()?, own.entries.unwrap_or_default());
    let found = app.log.db.read(|tx| -> Result<Option<String>, Error> {
        let erased = erased_and_imported::all_erased(tx)?;
        let ours = part(tx, &log, (0, until), &erased, String::new())?;
        let mut entries = Source::new(tx, (0, until), &erased, progress)?;
        let mut rest = Rest {
            imported: ours.imported.into_iter().map(|row| (row.position, row)).collect(),
            batches: touches::of_entries(tx, (0, until))?.into_iter().map(|name| (name, None)).collect(),
            texts: ours.texts.into_iter().map(|row| (row.digest, row)).collect(),
        };
        let mut first = None;
        let pulled = transport.pull(log.origin(), 0, &mut |row| {
            let what = match row {
                PulledRow::Entry(there) if there.position >= until => None,
                PulledRow::Entry(there) => {
                    let here = entries.next().transpose()?;
                    let at = here.as_ref().map_or(there.position, |here| here.position);
                    rest.note_batch(here.as_ref().and_then(|here| here.signed.as_ref()), at);
                    // What was erased since the last exchange is there until the next one.
                    let to_erase = erased.get(&at).is_some_and(|(_, by)| *by >= until);
                    (!here.is_some_and(|here| is_same(&here, &there, to_erase))).then(|| format!("entry {at}"))
                }
                PulledRow::Imported(there) => {
                    let to_erase = erased.get(&there.position).is_some_and(|(_, by)| *by >= until);
                    rest.imported(&there, to_erase)
                }
                PulledRow::Batch(there) => rest.batch(tx, &there),
                PulledRow::Text(there) => rest.text(&there),
            };
            first = first.take().or(what);
            Ok(())
        });
        match pulled.and_then(|_| transport.check_for_others(log.origin())) {
            Ok(()) => {}
            Err(error @ (TransportError::File(_) | TransportError::Damaged(_))) => {
                return Ok(Some(format!("This log at the hub cannot be compared with this file: {error}")));
            }
            Err(error) => return Err(error.into()),
        }
        let missing = || entries.next().and_then(Result::ok).map(|row| format!("entry {}", row.position));
        let what = first.or_else(missing).or_else(|| rest.missing());
        Ok(what.map(|what| format!("What the hub has of this log is not what this file has: {what}")))
    });
    let found = found.map_err(|error| error.context("Comparing this log with what the hub has of it"))?;
    Ok(found.map(|why| {
        Error::refused(why).hint(
            "Others may reject it until it is put right. The hub’s administrator puts it back from a backup, or removes this site: then `countersign hub join` and `countersign hub sync` send the whole log again",
        )
    }))
}

/// Returns the error for a hub that does not have what was sent.
pub(crate) fn not_kept(until: u64) -> Error {
    Error::refused(format!("The hub did not keep what was sent of this log, up to {until} entries"))
        .hint("Tell the hub’s administrator. The next exchange sends it again")
}

/// Returns what is stored of a difference until the next exchange.
pub(crate) fn result(origin: &LogOrigin, difference: &Error) -> LogResult {
    let why = format!("{}. {}", difference.sentence(), difference.hint.as_deref().unwrap_or_default());
    LogResult { origin: origin.clone(), state: LogState::OwnDiffers, why, evidence: None }
}

/// Whether the hub has an entry as the file has it, or with the text that the next exchange erases there.
fn is_same(here: &EntryRow, there: &EntryRow, to_erase: bool) -> bool {
    here == there || to_erase && *here == EntryRow { signed: None, ..there.clone() }
}

/// What belongs to the entries and was not yet met at the hub.
struct Rest {
    imported: BTreeMap<u64, ImportedRow>,
    /// Each with the first entry that names it, once that is known.
    batches: BTreeMap<[u8; 64], Option<u64>>,
    texts: BTreeMap<Digest, TextRow>,
}

impl Rest {
    /// Notes the first entry that names a batch.
    fn note_batch(&mut self, signed: Option<&SignedRow>, at: u64) {
        let name = signed.and_then(|signed| <[u8; 64]>::try_from(signed.signature.as_slice()).ok());
        if let Some(first) = name.and_then(|name| self.batches.get_mut(&name)) {
            first.get_or_insert(at);
        }
    }

    /// Returns what a row is, if the file has it otherwise; likewise the next two.
    fn imported(&mut self, there: &ImportedRow, to_erase: bool) -> Option<String> {
        let here = self.imported.remove(&there.position);
        if let Some(here) = &here {
            self.note_batch(here.signed.as_ref(), here.position);
        }
        let is_same = here
            .is_some_and(|here| here == *there || to_erase && here == ImportedRow { signed: None, ..there.clone() });
        (!is_same).then(|| put_back(there.position))
    }

    fn batch(&mut self, tx: &Tx<'_>, there: &BatchRow) -> Option<String> {
        // The next exchange removes one that nothing names here.
        let first = self.batches.remove(&there.name)?;
        let is_same = batch(tx, &there.name).is_ok_and(|here| here == *there);
        (!is_same).then(|| batch_of(first))
    }

    fn text(&mut self, there: &TextRow) -> Option<String> {
        // Others reject one that the log does not adopt.
        let is_same = self.texts.remove(&there.digest).is_some_and(|here| here == *there);
        (!is_same).then(|| text_of(&there.digest))
    }

    /// Returns what the hub lacks.
    fn missing(self) -> Option<String> {
        let imported = self.imported.keys().next().map(|at| put_back(*at));
        let batch = || self.batches.values().next().map(|first| batch_of(*first));
        let text = || self.texts.keys().next().map(text_of);
        imported.or_else(batch).or_else(text)
    }
}

fn put_back(at: u64) -> String {
    format!("what entry {at} put back")
}

fn batch_of(first: Option<u64>) -> String {
    first.map_or_else(
        || "statements that a security key signed".to_owned(),
        |at| format!("the batch that entry {at} was signed in"),
    )
}

fn text_of(digest: &Digest) -> String {
    format!("the text sha256:{} of a standard", digest.hex())
}
