//! Compares what the hub has of this department's own log with the file, row by row.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::App;
use crate::error::Error;
use crate::hub::push::{Source, batch, part};
use countersign_core::primitives::ids::Digest;
use countersign_hub::error::TransportError;
use countersign_hub::rows::{EntryRow, ImportedRow, PulledRow, SiteHead, TextRow};
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
            batches: touches::of_entries(tx, (0, until))?.into_iter().collect(),
            texts: ours.texts.into_iter().map(|row| (row.digest, row)).collect(),
        };
        let mut first = None;
        let pulled = transport.pull(log.origin(), 0, &mut |row| {
            let what = match row {
                PulledRow::Entry(there) if there.position >= until => None,
                PulledRow::Entry(there) => {
                    let here = entries.next().transpose()?;
                    let at = here.as_ref().map_or(there.position, |here| here.position);
                    (!here.is_some_and(|here| is_same(&here, &there))).then(|| format!("entry {at}"))
                }
                other => rest.compare(tx, other),
            };
            first = first.take().or(what);
            Ok(())
        });
        match pulled {
            Ok(_) => {}
            Err(error @ (TransportError::File(_) | TransportError::Damaged(_))) => return Ok(Some(error.to_string())),
            Err(error) => return Err(error.into()),
        }
        let missing = || entries.next().and_then(Result::ok).map(|row| format!("entry {}", row.position));
        Ok(first.or_else(missing).or_else(|| rest.missing()))
    });
    let found = found.map_err(|error| error.context("Comparing this log with what the hub has of it"))?;
    Ok(found.map(|what| {
        Error::refused(format!("What the hub has of this log is not what this file has: {what}")).hint(
            "Others reject it until it is put right. The hub’s administrator puts it back from a backup, or removes this site: then `countersign hub join` and `countersign hub sync` send the whole log again",
        )
    }))
}

/// Whether the hub has an entry as the file has it. What is erased here may be there until the next exchange.
fn is_same(here: &EntryRow, there: &EntryRow) -> bool {
    let mut there = there.clone();
    if here.signed.is_none() {
        there.signed = None;
    }
    *here == there
}

/// What belongs to the entries and was not yet met at the hub.
struct Rest {
    imported: BTreeMap<u64, ImportedRow>,
    batches: BTreeSet<[u8; 64]>,
    texts: BTreeMap<Digest, TextRow>,
}

impl Rest {
    /// Returns what a row is, if the file has it otherwise.
    fn compare(&mut self, tx: &Tx<'_>, row: PulledRow) -> Option<String> {
        match row {
            PulledRow::Entry(_) => None,
            PulledRow::Imported(there) => {
                let here = self.imported.remove(&there.position)?;
                let is_same =
                    here == there || here.signed.is_none() && ImportedRow { signed: None, ..there.clone() } == here;
                (!is_same).then(|| format!("what entry {} put back", there.position))
            }
            PulledRow::Batch(there) => {
                let named = self.batches.remove(&there.name);
                let is_same = batch(tx, &there.name).is_ok_and(|here| here == there);
                (named && !is_same).then(|| "statements that a security key signed".to_owned())
            }
            PulledRow::Text(there) => {
                let here = self.texts.remove(&there.digest)?;
                (here != there).then(|| format!("the text sha256:{} of a standard", there.digest.hex()))
            }
        }
    }

    /// Returns what the hub lacks.
    fn missing(self) -> Option<String> {
        let imported = self.imported.keys().next().map(|at| format!("what entry {at} put back"));
        let batch = || self.batches.first().map(|_| "statements that a security key signed".to_owned());
        let text = || self.texts.keys().next().map(|digest| format!("the text sha256:{} of a standard", digest.hex()));
        imported.or_else(batch).or_else(text)
    }
}
