//! Finds the `restore` statement that accounts for entries missing since a kept checkpoint.

use crate::error::Error;
use countersign_core::statement::Body;
use countersign_core::statement::decode::decode;
use countersign_ledger::note::Checkpoint;
use countersign_store::db::Tx;
use countersign_store::log;

/// Entries read at a time.
const PART: u64 = 512;

/// Returns the sentence for a checkpoint whose entries a recorded restore lost, if there is one.
pub(crate) fn describe(tx: &Tx<'_>, kept: &Checkpoint) -> Result<Option<String>, Error> {
    let size = log::head(tx)?.map_or(0, |head| head.size);
    for at in (0..size).step_by(PART as usize) {
        for entry in log::entries(tx, at..(at + PART).min(size))? {
            let Ok(text) = std::str::from_utf8(&entry.text) else { continue };
            let Ok(statement) = decode(text) else { continue };
            let Body::Restore(restore) = &statement.body else { continue };
            let (to, lost) = (restore.to.size, restore.lost);
            let newest = (lost.size, lost.root) == (kept.size, kept.root);
            if newest || (to < kept.size && kept.size < lost.size) {
                let (missing, by) = (kept.size - to, &statement.signer.who.name);
                let (entries, are) =
                    if missing == 1 { ("1 entry".to_owned(), "is") } else { (format!("{missing} entries"), "are") };
                return Ok(Some(format!(
                    "{entries} of a kept checkpoint for {} {are} missing: entry {} says that {by} restored a backup of {to}",
                    kept.size, entry.position
                )));
            }
        }
    }
    Ok(None)
}
