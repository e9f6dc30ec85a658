//! Manages the data folder: the database, `keys/` and their permissions.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Component, Path, PathBuf};

use rustix::fs::OFlags;
use rustix::process::{geteuid, getuid};

use crate::config::temporary_folder;
use crate::error::Error;
use crate::storage::late_keys::{LateKeys, MakeText};
use countersign_store::error::in_words;
use countersign_store::filesystem::companion;

/// The paths in a data folder.
#[derive(Debug, Clone)]
pub struct DataDir {
    path: PathBuf,
    /// Key files that are made when they are first read; a demo has some.
    late: LateKeys,
}

impl DataDir {
    /// Creates a handle; the folder need not exist yet.
    pub fn new(path: PathBuf) -> Self {
        Self { path, late: LateKeys::default() }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn database(&self) -> PathBuf {
        self.path.join("countersign.db")
    }

    /// Returns the path of a file in `keys/`.
    pub fn key(&self, name: &str) -> PathBuf {
        self.path.join("keys").join(name)
    }

    /// Creates the folder and `keys/`, for their owner only.
    pub fn make(&self) -> Result<(), Error> {
        for folder in [self.path.clone(), self.path.join("keys")] {
            DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(|e| io_error(&folder, &e))?;
        }
        Ok(())
    }

    /// Returns what is not there yet of the folder, its parents and `keys/`, the innermost first.
    pub fn survey(&self) -> MissingFolders {
        let keys = self.path.join("keys");
        MissingFolders(keys.ancestors().take_while(|folder| !folder.exists()).map(Path::to_owned).collect())
    }

    /// Removes the folders that were missing before, if they are empty.
    pub fn put_back(&self, before: &MissingFolders) {
        for folder in &before.0 {
            // Best effort: an empty folder holds nothing of value.
            let _ = fs::remove_dir(folder);
        }
    }

    /// Returns whether there is a database.
    pub fn is_founded(&self) -> bool {
        self.database().exists()
    }

    /// Renames a finished database into place.
    pub fn put_database(&self, finished: &Path) -> Result<(), Error> {
        let place = self.database();
        fs::rename(finished, &place).map_err(|e| io_error(&place, &e))?;
        sync_folder(&self.path)
    }

    /// Returns the text of a file in `keys/`, or `None` if it is missing.
    pub fn read_key(&self, name: &str) -> Result<Option<String>, Error> {
        self.make_late(name)?;
        let path = self.key(name);
        read_small(&path).map_err(|e| io_error(&path, &e))
    }

    /// Returns the names of the files in `keys/`, sorted.
    pub fn key_names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path.join("keys")).into_iter().flatten().flatten();
        let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.extend(self.late.names());
        names.sort();
        names
    }

    /// Leaves a file in `keys/` unwritten until it is first read.
    pub(crate) fn write_key_later(&self, name: String, text: MakeText) {
        self.late.add(name, text);
    }

    /// Writes the file in `keys/` if it was left for later.
    fn make_late(&self, name: &str) -> Result<(), Error> {
        self.late.make(name, |text| self.put_key(name, text))
    }

    /// Writes every file in `keys/` that was left for later.
    pub fn make_all_late(&self) -> Result<(), Error> {
        self.late.names().iter().try_for_each(|name| self.make_late(name))
    }

    /// Renames a file in `keys/`.
    pub fn rename_key(&self, name: &str, to: &str) -> Result<(), Error> {
        self.make_late(name)?;
        let path = self.key(name);
        fs::rename(&path, self.key(to)).map_err(|e| io_error(&path, &e))?;
        sync_folder(&self.path.join("keys"))
    }

    /// Locks `keys/` against other processes that lock it, until dropped.
    pub fn lock_keys(&self) -> Result<File, Error> {
        let keys = self.path.join("keys");
        let flags = OFlags::DIRECTORY.bits().cast_signed();
        let lock = OpenOptions::new().read(true).custom_flags(flags).open(&keys);
        lock.and_then(|lock| lock.lock().map(|()| lock)).map_err(|e| io_error(&keys, &e))
    }

    /// Writes a file in `keys/` for its owner only; the old one stays until the new one is on disk.
    pub fn write_key(&self, name: &str, text: &str) -> Result<(), Error> {
        self.put_key(name, text)?;
        self.late.forget(name);
        Ok(())
    }

    fn put_key(&self, name: &str, text: &str) -> Result<(), Error> {
        // Another process may be writing the same file.
        let (path, part) = (self.key(name), self.key(&format!("{name}.{}.part", std::process::id())));
        replace(&path, &part, 0o600, text.as_bytes())?;
        sync_folder(&self.path.join("keys"))
    }

    /// Deletes a file in `keys/`, if it exists.
    pub fn remove_key(&self, name: &str) -> Result<(), Error> {
        self.late.forget(name);
        let path = self.key(name);
        match fs::remove_file(&path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(io_error(&path, &e)),
            _ => Ok(()),
        }
    }
}

/// The folders that were missing before something was made in them.
#[derive(Debug)]
pub struct MissingFolders(Vec<PathBuf>);

/// Creates a folder in the system's temporary folder, for its owner only.
pub fn temporary(tag: &str) -> Result<PathBuf, Error> {
    let path = temporary_folder().join(format!("countersign-{tag}"));
    DirBuilder::new().mode(0o700).create(&path).map_err(|e| io_error(&path, &e))?;
    Ok(path)
}

/// Replaces a file that holds no secrets and that everyone may read; the old one stays until the new one is on disk.
pub fn replace_public(path: &Path, text: &str) -> Result<(), Error> {
    replace(path, &part_of(path), 0o644, text.as_bytes())?;
    path.parent().map_or(Ok(()), sync_folder)
}

/// Checks that a file could be written at this path, leaving nothing behind.
pub fn takes_file(path: &Path) -> Result<(), Error> {
    let part = part_of(path);
    new_part(&part, 0o644).map_err(|e| io_error(path, &e))?;
    fs::remove_file(&part).map_err(|e| io_error(path, &e))
}

/// Replaces a file by way of a temporary one, which stays locked meanwhile so that a sweep leaves it.
pub fn replace(path: &Path, part: &Path, mode: u32, bytes: &[u8]) -> Result<(), Error> {
    let write = || -> io::Result<()> {
        let mut file = new_part(part, mode)?;
        file.set_permissions(Permissions::from_mode(mode))?;
        // On a file system without locks, a sweep skips the file as well.
        let _ = file.try_lock();
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(part, path)
    };
    write().map_err(|e| {
        remove_file(part);
        io_error(path, &e)
    })
}

/// Creates a temporary file, replacing any leftover of that name.
fn new_part(part: &Path, mode: u32) -> io::Result<File> {
    match fs::remove_file(part) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
        _ => {}
    }
    OpenOptions::new().write(true).create_new(true).mode(mode).open(part)
}

fn part_of(path: &Path) -> PathBuf {
    companion(path, &format!(".{}.part", std::process::id()))
}

/// Read limit for small files, in bytes: a wrapped key has fewer than 1,000.
const SMALL: u64 = 64 << 10;

/// Reads a small text file, or returns `None` if it is missing. Folders, devices and pipes are refused without blocking.
pub fn read_small(path: &Path) -> io::Result<Option<String>> {
    let Some(file) = open_plain(path)? else { return Ok(None) };
    let mut text = String::new();
    file.take(SMALL + 1).read_to_string(&mut text).map_err(|e| match e.kind() {
        io::ErrorKind::InvalidData => io::Error::other("it is not text"),
        _ => e,
    })?;
    if text.len() as u64 > SMALL { Err(io::Error::other("it is too large to be one of ours")) } else { Ok(Some(text)) }
}

/// Opens a regular file for reading, or returns `None` if it is missing.
pub fn open_plain(path: &Path) -> io::Result<Option<File>> {
    let plain = |about: &fs::Metadata| match about {
        about if about.is_file() => Ok(()),
        about if about.is_dir() => Err(io::Error::other("it is a folder, not a file")),
        _ => Err(io::Error::other("it is a device or a pipe, not a file")),
    };
    let there = || -> io::Result<File> {
        // Checked before opening, because opening some devices has side effects.
        plain(&fs::metadata(path)?)?;
        let file = OpenOptions::new().read(true).custom_flags(OFlags::NONBLOCK.bits().cast_signed()).open(path)?;
        plain(&file.metadata()?)?;
        Ok(file)
    };
    match there() {
        Ok(file) => Ok(Some(file)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e),
    }
}

/// Returns the user that this program runs as.
pub fn current_user() -> u32 {
    geteuid().as_raw()
}

/// Returns whether this process runs as the folder's owner, with matching real and effective user ids.
pub fn is_ours(folder: &Path) -> Result<bool, Error> {
    let owner = fs::metadata(folder).map_err(|e| io_error(folder, &e))?.uid();
    Ok(owner == geteuid().as_raw() && owner == getuid().as_raw())
}

/// Deletes a folder with its contents.
pub fn remove(folder: &Path) {
    // Best effort: the system cleans up its temporary folder.
    let _ = fs::remove_dir_all(folder);
}

fn sync_folder(folder: &Path) -> Result<(), Error> {
    File::open(folder).and_then(|f| f.sync_all()).map_err(|e| io_error(folder, &e))
}

/// Returns the error for a missing target folder.
pub fn no_folder(folder: &Path) -> Error {
    let sticks = ["/media", "/mnt", "/run/media"];
    let place = folder.display();
    Error::usage(if sticks.iter().any(|stick| folder.starts_with(stick)) {
        format!("There is no folder {place}. Is the USB stick plugged in?")
    } else {
        format!("There is no folder {place}. Make it first: `mkdir {place}`")
    })
}

/// Refuses a missing folder unless its path is below the current folder, where it can be created.
pub fn must_be_reachable(folder: &Path) -> Result<(), Error> {
    let below = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
    if folder.is_dir() || folder.components().all(below) {
        return Ok(());
    }
    Err(no_folder(folder).hint("Nothing was saved. To make a new folder there, use `mkdir` first"))
}

/// Describes a file system error.
pub fn io_error(path: &Path, error: &io::Error) -> Error {
    let hint = match error.kind() {
        io::ErrorKind::StorageFull => "Not saved. Make room on the disk, then do it again",
        _ => "Nothing was changed. Check the permissions of the folder and its files",
    };
    let why = match error.kind() {
        io::ErrorKind::StorageFull => "The disk is full".to_owned(),
        io::ErrorKind::PermissionDenied => "You do not have permission".to_owned(),
        _ => in_words(error),
    };
    Error::refused(format!("{}: {why}", path.display())).hint(hint)
}

/// Deletes an unfinished database with its companion files.
pub fn remove_database(path: &Path) {
    for ending in ["", "-wal", "-shm", "-journal"] {
        remove_file(&companion(path, ending));
    }
}

/// Deletes a file, if it exists.
pub fn remove_file(path: &Path) {
    // Best effort: such a file holds nothing of value.
    let _ = fs::remove_file(path);
}
