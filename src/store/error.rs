//! Defines the errors of opening, reading and writing the database.

use std::path::PathBuf;

use rusqlite::{ErrorCode, ffi};
use thiserror::Error;

/// Why the database could not be opened, read or written.
#[derive(Debug, Error)]
pub enum StoreError {
    #[error("There is no file {0}")]
    Missing(PathBuf),
    #[error("The file {0} is empty")]
    Empty(PathBuf),
    #[error("The file {0} is not a countersign file")]
    Foreign(PathBuf),
    #[error("The file {path} was made by a newer countersign (format {found}; this one knows {known})")]
    Newer { path: PathBuf, found: u32, known: u32 },
    #[error(
        "The file {path} was made by a trial build of countersign (format {found}; this one reads {oldest} and later)"
    )]
    Older { path: PathBuf, found: u32, oldest: u32 },
    #[error("The file {0} is not from this program, and SQLite would copy it into the database")]
    Stray(PathBuf),
    #[error("The file {path} is cut short: {bytes} bytes of {expected}")]
    Truncated { path: PathBuf, bytes: u64, expected: u64 },
    #[error("The file {0} can be read but not written")]
    ReadOnly(PathBuf),
    #[error("The folder {path} is on a network file system ({kind})")]
    Network { path: PathBuf, kind: &'static str },
    #[error("{path}: {}", in_words(source))]
    Io { path: PathBuf, source: std::io::Error },
    #[error("Another program is writing to the file")]
    Busy,
    #[error("The disk is full")]
    Full,
    #[error("The disk could not be written: it is full or failing")]
    Unwritable,
    #[error("The file {0} was removed while it was open")]
    Gone(PathBuf),
    #[error("The file is damaged: {0}")]
    Damaged(String),
    #[error("The file contains {}", countersign_core::primitives::text::escape_for_terminal(.0))]
    Schema(String),
    #[error("Reading the file took too long, so it was stopped")]
    Stopped,
    #[error("Something else was signed in the meantime")]
    HeadMoved,
    #[error("This program was built with SQLite {0}, which is too old")]
    OldSqlite(&'static str),
    #[error("The file could not be used: {0}")]
    Sqlite(rusqlite::Error),
}

impl StoreError {
    /// Returns whether the machine failed, which says nothing about the file.
    pub fn is_of_the_machine(&self) -> bool {
        matches!(self, Self::Io { .. } | Self::Busy | Self::Full | Self::Unwritable | Self::Gone(_) | Self::Stopped)
    }

    /// Returns whether the cause may be a lack of room for SQLite's companion files.
    pub fn is_for_want_of_room(&self) -> bool {
        match self {
            Self::Full | Self::Unwritable => true,
            Self::Sqlite(error) => error.sqlite_error_code() == Some(ErrorCode::CannotOpen),
            _ => false,
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        const WRITES: [i32; 8] = [
            ffi::SQLITE_IOERR_WRITE,
            ffi::SQLITE_IOERR_FSYNC,
            ffi::SQLITE_IOERR_DIR_FSYNC,
            ffi::SQLITE_IOERR_TRUNCATE,
            ffi::SQLITE_IOERR_SHMOPEN,
            ffi::SQLITE_IOERR_SHMSIZE,
            ffi::SQLITE_IOERR_SHMMAP,
            ffi::SQLITE_IOERR_CLOSE,
        ];
        if error.sqlite_error().is_some_and(|cause| WRITES.contains(&cause.extended_code)) {
            return Self::Unwritable;
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::OperationInterrupted) => Self::Stopped,
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged(error.to_string()),
            _ => match &error {
                // The program's own statements always fit its tables, so the tables were changed.
                rusqlite::Error::SqlInputError { msg, .. } | rusqlite::Error::SqliteFailure(_, Some(msg))
                    if msg.starts_with("no such ") =>
                {
                    Self::Damaged(format!("its tables are not as they were made: {msg}"))
                }
                _ => Self::Sqlite(error),
            },
        }
    }
}

/// Returns the error for content that this program never writes.
pub fn damaged(what: impl std::fmt::Display) -> StoreError {
    StoreError::Damaged(what.to_string())
}

pub fn in_words(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_owned()
}
