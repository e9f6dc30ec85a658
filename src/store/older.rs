//! Upgrades a private temporary copy of a read-only file of an older format, and deletes it on close.
//!
//! If the program is killed, the copy stays in the temporary folder, readable by its owner only.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use crate::store::error::StoreError;
use crate::store::filesystem::make_private;
use crate::store::schema::MIGRATIONS;

/// Pages copied at a time.
const PAGES: i32 = 1024;

/// A copy in the system's temporary folder, deleted on drop.
#[derive(Debug)]
pub(in crate::store) struct Upgraded(PathBuf);

impl Upgraded {
    /// Copies an open file and upgrades the copy.
    pub(in crate::store) fn of(conn: &Connection) -> Result<Self, StoreError> {
        let copy = Self::empty()?;
        let mut to = Connection::open(&copy.0)?;
        let copying = Backup::new(conn, &mut to)?;
        loop {
            match copying.step(PAGES)? {
                StepResult::Done => break,
                StepResult::More => {}
                _ => return Err(StoreError::Busy),
            }
        }
        drop(copying);
        to.query_row("PRAGMA journal_mode=DELETE", [], |_| Ok(()))?;
        MIGRATIONS.to_latest(&mut to).map_err(|error| match error {
            rusqlite_migration::Error::RusqliteError { err, .. } => StoreError::from(err),
            other => StoreError::Damaged(other.to_string()),
        })?;
        to.close().map_err(|(_, fault)| StoreError::from(fault))?;
        Ok(copy)
    }

    pub(in crate::store) fn path(&self) -> &Path {
        &self.0
    }

    /// Creates an empty file under an unused name.
    fn empty() -> Result<Self, StoreError> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let path = std::env::temp_dir().join(format!("countersign-{}-{number}.db", std::process::id()));
            match make_private(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(fault) if fault.kind() == ErrorKind::AlreadyExists => {}
                Err(source) => return Err(StoreError::Io { path, source }),
            }
        }
    }
}

impl Drop for Upgraded {
    fn drop(&mut self) {
        // Best effort: the system cleans up its temporary folder.
        let _ = std::fs::remove_file(&self.0);
    }
}
