//! What can go wrong with the file, in words. Must never know what was being done with it (`app` does).

use std::path::PathBuf;

use rusqlite::{ErrorCode, ffi};
use thiserror::Error;

/// Why the file could not be opened, read or written.
#[derive(Debug, Error)]
pub enum StoreError {
    /// There is no file.
    #[error("There is no file {0}")]
    Missing(PathBuf),
    /// It has no bytes.
    #[error("The file {0} is empty")]
    Empty(PathBuf),
    /// It is something else.
    #[error("The file {0} is not a countersign file")]
    Foreign(PathBuf),
    /// A newer program made it.
    #[error("The file {path} was made by a newer countersign (format {found}; this one knows {known})")]
    Newer {
        path: PathBuf,
        found: u32,
        /// The newest format known here.
        known: u32,
    },
    /// What SQLite would take for a part of it lies next to it, and belongs to something else.
    #[error("The file {0} is not from this program, and SQLite would copy it into the database")]
    Stray(PathBuf),
    /// It is shorter than it says.
    #[error("The file {path} is cut short: {bytes} bytes of {expected}")]
    Truncated {
        path: PathBuf,
        bytes: u64,
        /// How long it says that it is.
        expected: u64,
    },
    /// It may be read and not written.
    #[error("The file {0} can be read but not written")]
    ReadOnly(PathBuf),
    /// It lies on another machine, where locks cannot be trusted.
    #[error("The folder {path} is on a network file system ({kind})")]
    Network { path: PathBuf, kind: &'static str },
    /// The operating system refused.
    #[error("{path}: {}", in_words(source))]
    Io { path: PathBuf, source: std::io::Error },
    /// Another process is writing and did not finish in time.
    #[error("Another program is writing to the file")]
    Busy,
    /// No room is left.
    #[error("The disk is full")]
    Full,
    /// The disk would not take it.
    #[error("The disk could not be written: it is full or failing")]
    Unwritable,
    /// The file is no longer where it was opened.
    #[error("The file {0} was taken away while it was open")]
    Gone(PathBuf),
    /// It cannot be read back as what was written.
    #[error("The file is damaged: {0}")]
    Damaged(String),
    /// Its tables, indexes and triggers are not those that this program creates.
    #[error("The file holds {}", crate::domain::primitives::text::escape_for_terminal(.0))]
    Schema(String),
    /// It was ended because it took too long.
    #[error("Reading the file took too long, so it was stopped")]
    Stopped,
    /// The log moved on since it was looked at.
    #[error("The log moved on meanwhile")]
    HeadMoved,
    /// This SQLite has a known fault.
    #[error("This program was built with SQLite {0}, which is too old")]
    OldSqlite(&'static str),
    /// SQLite said something else.
    #[error("The file could not be used: {0}")]
    Sqlite(rusqlite::Error),
}

impl StoreError {
    /// Whether the machine failed, and nothing is said of the file.
    pub fn is_of_the_machine(&self) -> bool {
        matches!(self, Self::Io { .. } | Self::Busy | Self::Full | Self::Unwritable | Self::Gone(_) | Self::Stopped)
    }

    /// Says whether it may be that nothing could be laid next to the file: on a full disk, or one without room for more files.
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
        if error.sqlite_error().is_some_and(|told| WRITES.contains(&told.extended_code)) {
            return Self::Unwritable;
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::OperationInterrupted) => Self::Stopped,
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged(error.to_string()),
            _ => match &error {
                // The statements are the program's own, each tried on the tables as they are made: these are others.
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

/// What was read does not mean anything: the file was altered by something else.
pub fn damaged(what: impl std::fmt::Display) -> StoreError {
    StoreError::Damaged(what.to_string())
}

/// What the system says of an error, in its words alone, without their number.
pub fn in_words(error: &std::io::Error) -> String {
    let said = error.to_string();
    said.split(" (os error").next().unwrap_or_default().to_owned()
}
