//! The whole file, page by page: out of the open one into a new one, and from another one into the open one. Must never
//! look at what a page says, and never leave the open file between two states.

use std::path::Path;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use crate::store::db::{Access, Db, Tx};
use crate::store::error::StoreError;
use crate::store::fingerprint;
use crate::store::schema::NEWEST;

/// Pages in one go: four megabytes.
const PAGES: i32 = 1024;
/// Times that the file is asked for while another process writes; each waits for as long as the file's own patience.
const TRIES: u32 = 3;

/// Writes the open file to an empty one that nobody else knows of: one state of it, whatever others sign meanwhile. What
/// `at` says of this state is given back; `progress` is told how many pages are done, and of how many.
///
/// The copy needs nothing beside it, and is on the disk when this returns. A copy that fails is left in part.
pub fn copy_to<T>(
    db: &Db,
    path: &Path,
    at: impl FnOnce(&Tx<'_>) -> Result<T, StoreError>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<T, StoreError> {
    db.read(|tx| {
        // From this read on the transaction stands at one state, and so does the copy.
        let seen = at(tx)?;
        let mut to = open_alone(path)?;
        let copying = Backup::new(db.connection(), &mut to)?;
        go_on(&copying, progress)?;
        drop(copying);
        // A file that lies about without its write-ahead log is whole only if it has none.
        let mode: String = to.query_row("PRAGMA journal_mode=DELETE", [], |row| row.get(0))?;
        if mode != "delete" {
            return Err(StoreError::Damaged("the copy could not be made whole in itself".to_owned()));
        }
        to.close().map_err(|(_, fault)| StoreError::from(fault))?;
        Ok(seen)
    })
}

/// Puts the pages of another file in place of the open one's, in one transaction: other programs see the one state and
/// then the other. `still` is asked, with a second view of the open file, while nobody else can write; where it refuses,
/// nothing is changed.
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
    // No page yet, but the lock that every writer needs.
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

/// Opens a file that no other process knows of: without locks beside it, which a medium elsewhere may not have.
fn open_alone(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_EXRESCODE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    conn.execute_batch("PRAGMA locking_mode=EXCLUSIVE; PRAGMA synchronous=FULL;")?;
    Ok(conn)
}
