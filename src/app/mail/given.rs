//! Keeps small files about people in the data folder: what a calendar or a mail told them. They hold no name and no text of
//! the record, and are no part of the log.

use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;

use crate::error::Error;
use crate::storage::atomic_file::{TempFile, is_there, lock_file, private_folder, write_private};
use crate::storage::chosen_file::capped_file;
use crate::storage::data_dir::{DataDir, io_error};
use countersign_core::primitives::ids::PersonId;

/// The most that such a file can hold, in bytes.
const LARGEST: u64 = 16 << 20;

/// A folder of such files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shelf {
    Calendars,
    Mails,
}

/// What is on disk and not kept yet; it is gone unless it is kept.
#[derive(Debug)]
pub(crate) struct Prepared {
    part: TempFile,
    place: PathBuf,
}

impl Prepared {
    /// Keeps it, in place of what was kept before.
    pub fn keep(self) -> Result<(), Error> {
        self.part.put(&self.place)
    }
}

impl Shelf {
    fn folder(self, data: &DataDir) -> PathBuf {
        data.path().join(match self {
            Self::Calendars => "calendars-given",
            Self::Mails => "mails-sent",
        })
    }

    fn place(self, data: &DataDir, of: &PersonId) -> PathBuf {
        self.folder(data).join(of.as_str())
    }

    /// Returns what is kept about a person, if anything is.
    pub fn read(self, data: &DataDir, of: &PersonId) -> Result<Option<String>, Error> {
        let place = self.place(data, of);
        if !is_there(&place) {
            return Ok(None);
        }
        let bytes = capped_file(&place, LARGEST)?;
        String::from_utf8(bytes).map(Some).map_err(|_| self.unreadable(data, of))
    }

    /// Keeps it, in place of what was kept before; the old file stays until the new one is on disk.
    pub fn keep(self, data: &DataDir, of: &PersonId, text: &str) -> Result<(), Error> {
        private_folder(&self.folder(data))?;
        write_private(&self.place(data, of), text.as_bytes())
    }

    /// Puts it on disk without keeping it yet, so that a full disk shows before anything is handed on.
    pub fn prepare(self, data: &DataDir, of: &PersonId, text: &str) -> Result<Prepared, Error> {
        private_folder(&self.folder(data))?;
        let part = TempFile::make(&self.folder(data), &format!("{of}.{}", std::process::id()))?;
        let place = self.place(data, of);
        let write = || -> std::io::Result<()> {
            let mut file = part.file().ok_or(std::io::ErrorKind::NotFound)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()
        };
        write().map_err(|e| io_error(&place, &e))?;
        Ok(Prepared { part, place })
    }

    /// Lets one process at a time in; `None` if another one is there.
    pub fn lock(self, data: &DataDir) -> Result<Option<File>, Error> {
        private_folder(&self.folder(data))?;
        lock_file(&self.folder(data).join("lock"))
    }

    /// Returns the error for a file that this program did not write.
    pub fn unreadable(self, data: &DataDir, of: &PersonId) -> Error {
        let place = self.place(data, of);
        Error::refused(format!("{} cannot be read", place.display())).hint(match self {
            Self::Calendars => "Delete it: then the calendar starts again, and nothing is cancelled",
            Self::Mails => "Delete it: then the next mail tells everything again",
        })
    }
}
