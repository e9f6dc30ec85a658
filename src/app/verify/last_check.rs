//! Remembers the last verification of a data folder's file, in a small file next to it.
//!
//! Invariant: a sound check is told only while the file still holds the history that was checked.

use std::path::{Path, PathBuf};

use crate::app::App;
use crate::error::Error;
use crate::log::historical_root::old_root;
use crate::storage::atomic_file;
use crate::storage::data_dir::DataDir;
use crate::verify::log::{Report, Verdict};
use countersign_core::home::officer::LastCheck;
use countersign_core::primitives::date::Timestamp;
use countersign_ledger::checkpoint_code::code;
use countersign_store::filesystem::identity;

fn place(folder: &DataDir) -> PathBuf {
    folder.path().join("verified")
}

/// Remembers what a verification found, in place of the one before; nothing if it was of another file than the folder's.
pub fn remember(folder: &DataDir, file: &Path, at: Timestamp, report: &Report) -> Result<(), Error> {
    if identity(file).is_none_or(|file| identity(&folder.database()) != Some(file)) {
        return Ok(());
    }
    let sound = match report.verdict {
        Verdict::Sound | Verdict::CannotTell => "sound",
        Verdict::Altered | Verdict::Inconsistent => "faults",
    };
    let text = format!("{at} {sound} {}\n", report.head.code);
    atomic_file::write_private(&place(folder), text.as_bytes())
}

/// Returns the last verification that is remembered; `None` if there is none, or if it was of another history.
pub fn last_check(app: &App) -> Result<Option<LastCheck>, Error> {
    let Some(text) = atomic_file::text(&place(&app.folder)) else { return Ok(None) };
    let Some((check, checked)) = read(&text) else { return Ok(None) };
    if !check.sound {
        return Ok(Some(check));
    }
    if check.size > app.head()?.size {
        return Ok(None);
    }
    let root = app.log.db.read(|tx| old_root(tx, check.size))?;
    Ok(Some(check).filter(|check| root.is_some_and(|root| code(check.size, &root) == checked)))
}

/// Reads what [`remember`] wrote: the check and the code of the log that was checked.
fn read(text: &str) -> Option<(LastCheck, &str)> {
    let mut words = text.trim_end().splitn(3, ' ');
    let (at, sound, checked) = (words.next()?.parse().ok()?, words.next()? == "sound", words.next()?);
    let size = checked.split(' ').next()?.parse().ok()?;
    Some((LastCheck { at, size, sound }, checked))
}
