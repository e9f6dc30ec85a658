//! Copies the open database to a new file, and replaces its contents from another file, page by page and atomically.

use std::path::Path;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use crate::db::{Access, Db, Tx};
use crate::error::StoreError;
use crate::fingerprint;
use crate::schema::NEWEST;

/// Pages copied at a time: 4 MiB.
const PAGES: i32 = 1024;
/// Attempts to get the lock while another process writes; each waits for the busy timeout.
const TRIES: u32 = 3;

/// Copies one snapshot of the open database to an empty file that no other process uses. Returns what `at` reads from that
/// snapshot; `progress` gets the number of pages done and the total.
///
/// The copy needs no companion files and is durable on return. A failed copy is left incomplete.
pub fn copy_to<T>(
    db: &Db,
    path: &Path,
    at: impl FnOnce(&Tx<'_>) -> Result<T, StoreError>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<T, StoreError> {
    db.read(|tx| {
        // The first read fixes the snapshot of the transaction, and so of the copy.
        let seen = at(tx)?;
        let mut to = open_alone(path)?;
        let copying = Backup::new(db.connection(), &mut to)?;
        go_on(&copying, progress)?;
        drop(copying);
        // Without a write-ahead log, the file is complete on its own.
        let mode: String = to.query_row("PRAGMA journal_mode=DELETE", [], |row| row.get(0))?;
        if mode != "delete" {
            return Err(StoreError::Damaged("the copy could not be completed".to_owned()));
        }
        to.close().map_err(|(_, fault)| StoreError::from(fault))?;
        Ok(seen)
    })
}

/// Replaces the contents of the open database with those of another file, in one transaction. Calls `still` with a second
/// connection while no one else can write; if it fails, nothing is changed.
pub fn put_in_place<E: From<StoreError>>(
    db: &mut Db,
    path: &Path,
    still: impl FnOnce(&Db) -> Result<(), E>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(), E> {
    if db.access() == Access::Read {
        return Err(StoreError::ReadOnly(db.path().to_owned()).into());
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_EXRESCODE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let watch = db.another()?;
    let from = Connection::open_with_flags(path, flags).map_err(StoreError::from)?;
    fingerprint::check(&from, NEWEST)?;
    let copying = Backup::new(&from, db.connection_mut()).map_err(StoreError::from)?;
    // Step 0 copies no page, but takes the write lock.
    let mut tries = 0;
    while !matches!(copying.step(0).map_err(StoreError::from)?, StepResult::More | StepResult::Done) {
        tries += 1;
        if tries == TRIES {
            return Err(StoreError::Busy.into());
        }
    }
    still(&watch)?;
    drop(watch);
    Ok(go_on(&copying, progress)?)
}

fn go_on(copying: &Backup<'_, '_>, progress: &mut dyn FnMut(u64, u64)) -> Result<(), StoreError> {
    let pages = |pages: std::ffi::c_int| u64::try_from(pages).unwrap_or_default();
    loop {
        let step = copying.step(PAGES)?;
        let so_far = copying.progress();
        progress(pages(so_far.pagecount - so_far.remaining), pages(so_far.pagecount));
        match step {
            StepResult::Done => return Ok(()),
            StepResult::More => {}
            _ => return Err(StoreError::Busy),
        }
    }
}

/// Opens a file that no other process uses, without lock files, which its file system may not support.
fn open_alone(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_EXRESCODE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    conn.execute_batch("PRAGMA locking_mode=EXCLUSIVE; PRAGMA synchronous=FULL;")?;
    Ok(conn)
}
