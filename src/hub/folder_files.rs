//! Reads and writes the files of a hub that is a folder: each replaced at once, with the permissions of its folder.

use std::collections::BTreeSet;
use std::fs::{self, DirBuilder, File, Permissions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use crate::error::TransportError;
use countersign_core::primitives::date::Timestamp;

/// The most bytes of a file: 256 statements of the greatest length, with their keys and signatures.
pub const MOST_FILE: u64 = 256 * (16 * 1024 + 4 * 1024);

/// Why a file of the hub could not be used.
#[derive(Debug)]
pub enum FileFault {
    Missing,
    /// Its owner does not let others read it.
    Denied,
    /// It is not what a hub has in its place.
    Unusable(&'static str),
    Failed(io::Error),
}

const NOT_PLAIN: &str = "it is not a plain file";
const TOO_LARGE: &str = "it is too large";

impl From<io::Error> for FileFault {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            io::ErrorKind::PermissionDenied => Self::Denied,
            io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory => Self::Unusable(NOT_PLAIN),
            _ => Self::Failed(error),
        }
    }
}

/// Opens a file of at most so many bytes.
fn open_plain(path: &Path, most: u64) -> Result<File, FileFault> {
    // A pipe would block, and a link may lead anywhere.
    let about = fs::symlink_metadata(path)?;
    if !about.is_file() {
        return Err(FileFault::Unusable(NOT_PLAIN));
    }
    if about.len() > most {
        return Err(FileFault::Unusable(TOO_LARGE));
    }
    Ok(File::open(path)?)
}

/// Checks that a file is there and may be read.
pub fn can_read(path: &Path) -> Result<(), FileFault> {
    open_plain(path, MOST_FILE).map(drop)
}

/// Reads a file of at most so many bytes.
pub fn read(path: &Path, most: u64) -> Result<Vec<u8>, FileFault> {
    let mut bytes = Vec::new();
    open_plain(path, most)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(FileFault::Unusable(TOO_LARGE));
    }
    Ok(bytes)
}

/// Reads a short text; `None` if it is missing.
pub fn text(path: &Path, most: u64) -> Result<Option<String>, TransportError> {
    match read(path, most) {
        Ok(bytes) => String::from_utf8(bytes).map(Some).map_err(|_| damaged_file(path, "it is not a text")),
        Err(FileFault::Missing) => Ok(None),
        Err(fault) => Err(unreadable(path, &fault)),
    }
}

/// Returns when a file was last written.
pub fn written(path: &Path) -> Option<Timestamp> {
    let time = fs::metadata(path).ok()?.modified().ok()?;
    let since = time.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some(Timestamp::from_seconds(since.as_secs().cast_signed()))
}

/// Returns whether a folder is there. A link may lead anywhere, so that none is one.
pub fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|about| about.is_dir())
}

/// Returns the names in a folder; none if it is missing.
pub fn names(folder: &Path) -> Result<Vec<String>, FileFault> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut names = Vec::new();
    for entry in entries {
        names.extend(entry?.file_name().into_string().ok());
    }
    names.sort();
    Ok(names)
}

/// Deletes a file, if it is there.
pub fn remove(path: &Path) -> Result<(), TransportError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(unwritable(path, &error)),
        _ => Ok(()),
    }
}

/// Writes files of one exchange, and then makes sure that they are on the disk.
#[derive(Debug, Default)]
pub struct FileWriter {
    folders: BTreeSet<PathBuf>,
}

impl FileWriter {
    /// Replaces a file at once, and makes the folders that it needs.
    pub fn put(&mut self, path: &Path, bytes: &[u8]) -> Result<(), TransportError> {
        let folder = path.parent().unwrap_or(path);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let part = folder.join(format!(".{name}.part"));
        let write = |mode: u32| -> io::Result<()> {
            // What an interrupted exchange left.
            let _ = fs::remove_file(&part);
            let mut file = File::create_new(&part)?;
            file.set_permissions(Permissions::from_mode(mode))?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&part, path)
        };
        let mode = make_folder(folder).map_err(|error| unwritable(folder, &error))?;
        write(mode & 0o666).map_err(|error| unwritable(path, &error))?;
        self.folders.insert(folder.to_owned());
        Ok(())
    }

    /// Waits until the names of all files that were put are on the disk.
    pub fn sync(&mut self) {
        for folder in std::mem::take(&mut self.folders) {
            // Each folder above may be new as well.
            for folder in folder.ancestors().take(4) {
                // Some shares cannot do this for a folder: then it is up to them.
                let _ = File::open(folder).and_then(|folder| folder.sync_all());
            }
        }
    }
}

/// Makes a folder with the permissions of the one above it, unless it is there, and returns its permissions.
pub fn make_folder(folder: &Path) -> io::Result<u32> {
    match fs::metadata(folder) {
        Ok(about) => return Ok(about.permissions().mode()),
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Err(_) => {}
    }
    let above = folder.parent().ok_or(io::ErrorKind::NotFound)?;
    let mode = make_folder(above)? & 0o7777;
    match DirBuilder::new().mode(mode).create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    fs::set_permissions(folder, Permissions::from_mode(mode))?;
    Ok(mode)
}

pub fn unreadable(path: &Path, fault: &FileFault) -> TransportError {
    match fault {
        FileFault::Missing => TransportError::File(format!("{} is missing", path.display())),
        FileFault::Unusable(why) => TransportError::File(format!("{} cannot be used: {why}", path.display())),
        FileFault::Denied => TransportError::NotGranted(format!("this site may not read {}", path.display())),
        FileFault::Failed(error) => TransportError::Unreachable(format!("{}: {}", path.display(), words(error))),
    }
}

/// The error for a file whose content is not what a hub has in its place.
pub fn damaged_file(path: &Path, what: &str) -> TransportError {
    TransportError::File(format!("{} is damaged: {what}", path.display()))
}

/// Names the file in which something damaged was read.
pub fn within(path: &Path, error: TransportError) -> TransportError {
    match error {
        TransportError::Damaged(what) => damaged_file(path, &what),
        other => other,
    }
}

pub fn unwritable(path: &Path, error: &io::Error) -> TransportError {
    let why = format!("{}: {}", path.display(), words(error));
    match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => TransportError::NotGranted(why),
        io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory => {
            TransportError::File(format!("{} cannot be written: a file or a folder is in its place", path.display()))
        }
        io::ErrorKind::StorageFull => TransportError::Other(format!("{why}: the hub’s disk is full")),
        _ => TransportError::Unreachable(why),
    }
}

/// The system's words alone, without their number.
fn words(error: &io::Error) -> String {
    error.to_string().split(" (os error").next().unwrap_or_default().to_owned()
}
