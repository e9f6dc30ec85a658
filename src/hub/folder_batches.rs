//! Reads and writes the batches of security keys in a hub that is a folder: a file for each, under its name.
//!
//! Invariant: a batch is there as long as a statement of the log names it. Nothing is read that none names.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::copy_binary::damaged;
use crate::error::TransportError;
use crate::folder_files::{FileFault, FileWriter, is_folder, names, read, remove, unreadable};
use crate::folder_rows::{each_entry, each_imported, rows_in, rows_of};
use crate::row_codec::{read_batches, write_batch};
use crate::rows::{BatchRow, MOST_KEY_LINE, MOST_SIGNATURE, NAME, SignedRow};
use crate::transport::BatchSource;
use countersign_core::primitives::encoding::{hex, unhex};
use countersign_core::statement::MAX_BYTES;

/// What the keys begin with that sign in batches.
const SECURITY_KEY: &str = "sk-";
/// The most bytes of a file: one row of the greatest length, with the lengths of its fields.
const MOST_BATCH: u64 = (NAME + MOST_KEY_LINE + MOST_SIGNATURE + MAX_BYTES + 64) as u64;

type Name = [u8; NAME];

/// Returns the batch that a statement was signed in, if it was.
pub fn asked(key: &str, signed: Option<&SignedRow>) -> Option<Name> {
    let signed = signed.filter(|_| key.starts_with(SECURITY_KEY))?;
    signed.signature.as_slice().try_into().ok()
}

fn folder_of(own: &Path) -> PathBuf {
    own.join("batches")
}

/// The path of a batch: in a folder with the first two digits of its name, as there may be many.
fn path_of(own: &Path, name: &Name) -> PathBuf {
    let name = hex(name);
    folder_of(own).join(&name[..2]).join(name)
}

/// Writes batches; one that is there already is written again, as it was.
pub fn write_batches(own: &Path, batches: BatchSource<'_>, files: &mut FileWriter) -> Result<(), TransportError> {
    for row in batches {
        let row = row?;
        files.put(&path_of(own, &row.name), &rows_of(|to| write_batch(to, &row))?)?;
    }
    Ok(())
}

/// Reads the batches with these names. One that is missing is left out: the reader sees which statements lack it.
pub fn each_batch(
    folder: &Path,
    asked: &BTreeSet<Name>,
    each: &mut dyn FnMut(BatchRow) -> Result<(), TransportError>,
) -> Result<(), TransportError> {
    for name in asked {
        let path = path_of(folder, name);
        let bytes = match read(&path, MOST_BATCH) {
            Err(FileFault::Missing) => continue,
            bytes => bytes.map_err(|fault| unreadable(&path, &fault))?,
        };
        let mut found: Option<BatchRow> = None;
        rows_in(&path, &bytes, |rows| {
            read_batches(rows, &mut |row| match found.replace(row) {
                None => Ok(()),
                Some(_) => Err(damaged("it has more than one batch")),
            })
        })?;
        // One under another name is as good as missing.
        if let Some(row) = found.filter(|row| row.name == *name) {
            each(row)?;
        }
    }
    Ok(())
}

/// Removes the batches that no statement of a log of a size names any longer, and what an interrupted exchange left of one.
pub fn drop_unnamed(own: &Path, size: u64) -> Result<(), TransportError> {
    let folders = folders(own)?;
    if folders.is_empty() {
        return Ok(());
    }
    let mut named = BTreeSet::new();
    each_entry(own, (0, size), &mut |row| {
        named.extend(asked(&row.key, row.signed.as_ref()));
        Ok(())
    })?;
    each_imported(own, (0, size), &mut |row| {
        named.extend(asked(&row.key, row.signed.as_ref()));
        Ok(())
    })?;
    for folder in folders {
        for file in names(&folder).map_err(|fault| unreadable(&folder, &fault))? {
            let part = file.strip_prefix('.').and_then(|rest| rest.strip_suffix(".part"));
            // Whatever else is there is not of a hub.
            let Some(name) = unhex::<NAME>(part.unwrap_or(&file)) else { continue };
            if part.is_some() || !named.contains(&name) {
                remove(&folder.join(file))?;
            }
        }
    }
    Ok(())
}

/// The folders with batches.
fn folders(own: &Path) -> Result<Vec<PathBuf>, TransportError> {
    let all = folder_of(own);
    if !is_folder(&all) {
        return Ok(Vec::new());
    }
    let found = names(&all).map_err(|fault| unreadable(&all, &fault))?;
    Ok(found.iter().map(|name| all.join(name)).filter(|path| is_folder(path)).collect())
}
