//! Copies a file of an older format to a temporary folder and upgrades the copy, so that it can be read without being written.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

use crate::error::StoreError;
use crate::filesystem::make_private;
use crate::schema::{NEWEST, upgrade};

/// Pages copied at a time: 4 MiB.
const PAGES: i32 = 1024;

/// A private copy of a file, in a temporary folder that goes with it.
#[derive(Debug)]
pub(crate) struct UpgradedCopy {
    file: PathBuf,
    _folder: TempDir,
}

impl UpgradedCopy {
    /// Copies what a connection reads. The copy is complete without companion files, but need not reach the disk.
    pub(crate) fn of(conn: &Connection) -> Result<Self, StoreError> {
        let temporary = tempfile::env::temp_dir();
        let failed = |source| StoreError::Io { path: temporary.clone(), source };
        let folder = tempfile::Builder::new().prefix("countersign-").tempdir_in(&temporary).map_err(failed)?;
        let file = folder.path().join("countersign.db");
        make_private(&file).map_err(failed)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_EXRESCODE;
        let mut copy = Connection::open_with_flags(&file, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        copy.execute_batch("PRAGMA locking_mode=EXCLUSIVE; PRAGMA synchronous=OFF")?;
        Backup::new(conn, &mut copy)?.run_to_completion(PAGES, Duration::ZERO, None)?;
        copy.query_row("PRAGMA journal_mode=DELETE", [], |_| Ok(()))?;
        upgrade(&copy, NEWEST)?;
        copy.close().map_err(|(_, fault)| StoreError::from(fault))?;
        Ok(Self { file, _folder: folder })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.file
    }
}
