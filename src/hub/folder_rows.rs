//! Reads a log in a folder row by row, and writes rows as the content of a file.

use std::path::Path;

use crate::copy_binary::{RowWriter, damaged};
use crate::error::TransportError;
use crate::folder_files::{FileFault, MOST_FILE, read, unreadable, within};
use crate::row_codec::{read_entries, read_imported};
use crate::rows::{EntryRow, ImportedRow};
use crate::tiles::tile_path;
use countersign_ledger::merkle::TILE;

/// Reads the entries between two positions.
pub fn each_entry(
    folder: &Path,
    (from, size): (u64, u64),
    each: &mut dyn FnMut(EntryRow) -> Result<(), TransportError>,
) -> Result<(), TransportError> {
    let mut first = from - from % TILE;
    while first < size {
        let path = folder.join("statements").join(bundle_path(first, size));
        let bytes = read(&path, MOST_FILE).map_err(|fault| unreadable(&path, &fault))?;
        rows_in(&path, &bytes, |rows| {
            read_entries(rows, &mut |row| if row.position < from { Ok(()) } else { each(row) })
        })?;
        first += TILE;
    }
    Ok(())
}

/// Reads what the entries between two positions put back.
pub fn each_imported(
    folder: &Path,
    (from, size): (u64, u64),
    each: &mut dyn FnMut(ImportedRow) -> Result<(), TransportError>,
) -> Result<(), TransportError> {
    let mut tile = from / TILE;
    while tile * TILE < size {
        let path = folder.join("imported").join(tile_path(tile, TILE));
        tile += 1;
        let bytes = match read(&path, MOST_FILE) {
            Err(FileFault::Missing) => continue,
            bytes => bytes.map_err(|fault| unreadable(&path, &fault))?,
        };
        rows_in(&path, &bytes, |rows| {
            // The next push may have added rows already.
            read_imported(rows, &mut |row| if (from..size).contains(&row.position) { each(row) } else { Ok(()) })
        })?;
    }
    Ok(())
}

/// Reads a file of entries.
pub fn read_file_of_entries(path: &Path) -> Result<Vec<EntryRow>, TransportError> {
    let bytes = read(path, MOST_FILE).map_err(|fault| unreadable(path, &fault))?;
    let mut all = Vec::new();
    rows_in(path, &bytes, |rows| {
        read_entries(rows, &mut |row| {
            all.push(row);
            Ok(())
        })
    })?;
    Ok(all)
}

/// Reads the rows of a file, which ends with them.
pub fn rows_in(
    path: &Path,
    mut bytes: &[u8],
    read: impl FnOnce(&mut &[u8]) -> Result<(), TransportError>,
) -> Result<(), TransportError> {
    let whole = read(&mut bytes)
        .and_then(|()| if bytes.is_empty() { Ok(()) } else { Err(damaged("it goes on after its end")) });
    whole.map_err(|error| within(path, error))
}

/// The path of the bundle with an entry, in a log of a size.
pub fn bundle_path(position: u64, size: u64) -> String {
    let index = position / TILE;
    tile_path(index, TILE.min(size - index * TILE))
}

pub fn rows_of(write: impl FnOnce(&mut RowWriter<Vec<u8>>) -> std::io::Result<()>) -> Result<Vec<u8>, TransportError> {
    let made = || {
        let mut writer = RowWriter::new(Vec::new())?;
        write(&mut writer)?;
        writer.finish()
    };
    made().map_err(|error| TransportError::Here(format!("A row cannot be written: {error}")))
}
