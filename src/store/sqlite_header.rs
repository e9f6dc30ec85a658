//! Reads the SQLite header before SQLite opens a file, and refuses files that are foreign, newer or cut short.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use crate::error::StoreError;
use crate::filesystem::companion;
use crate::schema::{APPLICATION_ID, NEWEST, refuse_unknown};
use crate::stray::{number, refuse_stray};

/// The state of the write-ahead log next to the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wal {
    /// Has content, so the file alone is not complete.
    There,
    /// Is missing or empty.
    None,
    /// Not in use: a finished copy has none until it is opened for writing.
    Unused,
}

/// Reads the 100-byte header and, if the file is shorter than it says, the page numbers in the write-ahead log. Returns the
/// format.
pub(crate) fn look(path: &Path) -> Result<(u32, Wal), StoreError> {
    let fault = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => StoreError::Missing(path.to_owned()),
        _ => StoreError::Io { path: path.to_owned(), source },
    };
    // Checked before opening, because opening a pipe would block.
    if !std::fs::metadata(path).map_err(fault)?.is_file() {
        return Err(StoreError::Foreign(path.to_owned()));
    }
    companions_are_files(path)?;
    let mut file = File::open(path).map_err(fault)?;
    let meta = file.metadata().map_err(fault)?;
    if !meta.is_file() {
        return Err(StoreError::Foreign(path.to_owned()));
    }
    let bytes = meta.len();
    if bytes == 0 {
        return Err(StoreError::Empty(path.to_owned()));
    }
    let mut header = [0; 100];
    file.read_exact(&mut header).map_err(|_| StoreError::Foreign(path.to_owned()))?;
    if !header.starts_with(b"SQLite format 3\0") || number(&header, 68) != APPLICATION_ID {
        return Err(StoreError::Foreign(path.to_owned()));
    }
    let [wal, journal] = ["-wal", "-journal"].map(|ending| companion(path, ending));
    let holds_something = |path: &Path| std::fs::metadata(path).is_ok_and(|meta| meta.len() >= 32);
    let format = number(&header, 60);
    // An upgrade may be in the write-ahead log alone.
    if format > NEWEST || !holds_something(&wal) {
        refuse_unknown(path, format)?;
    }
    // The page count is valid if it was written with the change counter (SQLite file format §1.3.7).
    let page = match u16::from_be_bytes([header[16], header[17]]) {
        1 => 65_536,
        size => u64::from(size),
    };
    let expected = u64::from(number(&header, 28)) * page;
    if page > 0 && number(&header, 24) == number(&header, 92) && bytes < expected {
        // A checkpoint writes the first page, with the new page count, before the pages it counts. If the program is killed
        // then, the file is short, but the write-ahead log holds every missing page. The log may be long, so it is read
        // only in this case.
        let pages = pages_of_wal(&wal).map_err(fault)?;
        let mut missing = bytes / page + 1..=expected / page;
        if !missing.all(|no| pages.contains(&no)) {
            return Err(StoreError::Truncated { path: path.to_owned(), bytes, expected });
        }
    }
    refuse_stray(&wal, &journal, page)?;
    // 1 is a rollback journal, 2 a write-ahead log (SQLite file format §1.3.3).
    let at_rest = header[18..20] == [1, 1] && !holds_something(&journal);
    Ok((
        format,
        if holds_something(&wal) {
            Wal::There
        } else if at_rest {
            Wal::Unused
        } else {
            Wal::None
        },
    ))
}

/// Refuses anything but regular files in place of SQLite's companion files: opening a pipe would block for ever.
fn companions_are_files(path: &Path) -> Result<(), StoreError> {
    for ending in ["-wal", "-shm", "-journal"] {
        let path = companion(path, ending);
        if std::fs::metadata(&path).is_ok_and(|about| !about.is_file()) {
            let source = io::Error::other("it is a folder, a pipe or a device, and not a file");
            return Err(StoreError::Io { path, source });
        }
    }
    Ok(())
}

/// Returns the page numbers in a write-ahead log (SQLite file format §4.1), up to the first frame of an older round; empty
/// if there is no log.
fn pages_of_wal(path: &Path) -> io::Result<BTreeSet<u64>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        Err(fault) => return Err(fault),
    };
    let mut reader = BufReader::new(file);
    let mut header = [0; 32];
    if reader.read_exact(&mut header).is_err() {
        return Ok(BTreeSet::new());
    }
    let page = u64::from(number(&header, 8));
    let mut pages = BTreeSet::new();
    let mut frame = [0; 24];
    while reader.read_exact(&mut frame).is_ok() && frame[8..16] == header[16..24] {
        if io::copy(&mut reader.by_ref().take(page), &mut io::sink())? < page {
            break;
        }
        pages.insert(u64::from(number(&frame, 0)));
    }
    Ok(pages)
}
