//! Writes files atomically through locked temporary files, and copies keys and finds leftovers.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::error::Error;
use crate::storage::data_dir::{DataDir, io_error, no_folder, open_plain, read_small, replace};
use countersign_store::filesystem::{companion, identity};

/// The start and end of a temporary file's name; SQLite's companion files share only the start.
const BEGINS: &str = ".countersign-";
const ENDS: &str = ".part";
/// How often a lock that another process holds is tried, and how long after each time.
const LOCK_TRIES: u32 = 10;
const LOCK_PAUSE: Duration = Duration::from_millis(10);
/// The suffixes of SQLite's companion files.
const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// A temporary file, deleted on drop unless renamed into place. It stays locked while in use, so that a sweep can tell it
/// from a leftover.
#[derive(Debug)]
pub struct TempFile {
    path: PathBuf,
    lock: Option<File>,
}

impl TempFile {
    /// Creates an empty file in `folder` for its owner only, after sweeping leftovers.
    pub fn make(folder: &Path, tag: &str) -> Result<Self, Error> {
        sweep(folder);
        Self::in_folder(folder, tag)
    }

    /// Creates the file without sweeping leftovers first.
    pub fn in_folder(folder: &Path, tag: &str) -> Result<Self, Error> {
        let path = folder.join(format!("{BEGINS}{tag}{ENDS}"));
        let made = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path);
        let lock = made.map_err(|e| io_error(&path, &e))?;
        // On a file system without locks, a sweep skips the file as well.
        let _ = lock.try_lock();
        Ok(Self { path, lock: Some(lock) })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the open file.
    pub fn file(&self) -> Option<&File> {
        self.lock.as_ref()
    }

    /// Renames it to `place`, replacing any file there; durable on return.
    pub fn put(mut self, place: &Path) -> Result<(), Error> {
        let put = || -> io::Result<()> {
            File::open(&self.path)?.sync_all()?;
            fs::rename(&self.path, place)?;
            File::open(folder_of(place))?.sync_all()
        };
        put().map_err(|e| io_error(place, &e))?;
        // Nothing is left for `drop` to delete.
        self.lock = None;
        self.path = PathBuf::new();
        Ok(())
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        if self.lock.is_some() {
            forget(&self.path);
        }
    }
}

/// Hard-links a file to another name and moves its SQLite companion files there, where they cannot be mistaken for those of
/// the next database.
pub fn link_aside(file: &Path, aside: &Path) -> Result<(), Error> {
    fs::hard_link(file, aside).map_err(|e| io_error(aside, &e))?;
    for ending in COMPANIONS {
        let to = companion(aside, ending);
        match fs::rename(companion(file, ending), &to) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(io_error(&to, &e)),
            _ => {}
        }
    }
    File::open(folder_of(file)).and_then(|folder| folder.sync_all()).map_err(|e| io_error(file, &e))
}

/// Returns a path in a folder that no file has yet: the stem and ending, with a number between them if there must be one.
pub fn unused_path(folder: &Path, stem: &str, ending: &str) -> PathBuf {
    let mut path = folder.join(format!("{stem}{ending}"));
    let mut number = 2;
    while fs::symlink_metadata(&path).is_ok() {
        path = folder.join(format!("{stem}-{number}{ending}"));
        number += 1;
    }
    path
}

/// Deletes a file and its SQLite companion files.
pub fn forget(path: &Path) {
    // The file goes last, so that companion files are not orphaned if the process is killed in between.
    for ending in COMPANIONS.into_iter().chain([""]) {
        // The next sweep tries again.
        let _ = fs::remove_file(companion(path, ending));
    }
}

/// Deletes leftover temporary files and the companion files of ones that are gone.
pub fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str().filter(|name| name.starts_with(BEGINS)) else { continue };
        let matched_ending = COMPANIONS.iter().find_map(|ending| name.strip_suffix(ending));
        if matched_ending.is_some_and(|of| of.ends_with(ENDS) && !folder.join(of).exists()) {
            // The next sweep tries again.
            let _ = fs::remove_file(entry.path());
        }
        if entry.file_type().is_ok_and(|kind| kind.is_file()) && is_left_behind(&entry.path()) {
            forget(&entry.path());
        }
    }
}

/// Resolves where to write a new file: `to` is an existing folder, in which it gets `name`, or a file name accepted by
/// `is_one`. Anything else is refused, because the path of a disk that is not connected would become a file on this one.
pub fn place_for(to: &Path, name: &str, is_one: fn(&Path) -> bool, otherwise: &str) -> Result<PathBuf, Error> {
    let no_folder = |folder: &Path| Err(no_folder(folder).hint(otherwise));
    match fs::metadata(to) {
        Ok(about) if about.is_dir() => return Ok(to.join(name)),
        // Follows a link: replacing the link itself would leave the file on this disk.
        Ok(_) if fs::symlink_metadata(to).is_ok_and(|about| about.is_symlink()) => {
            return fs::canonicalize(to).map_err(|e| io_error(to, &e));
        }
        Ok(_) => return Ok(to.to_owned()),
        Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {}
        Err(e) => return Err(io_error(to, &e)),
    }
    if is_there(to) {
        let why = format!("The link {} leads nowhere. Is the USB stick plugged in?", to.display());
        return Err(Error::usage(why).hint(otherwise));
    }
    if is_file(folder_of(to)) {
        let why = format!("{} is a file, not a folder", folder_of(to).display());
        return Err(Error::usage(why).hint(otherwise));
    }
    if !is_folder(folder_of(to)) {
        return no_folder(folder_of(to));
    }
    let ends_open = to.as_os_str().as_encoded_bytes().ends_with(b"/");
    if ends_open || !is_one(to) { no_folder(to) } else { Ok(to.to_owned()) }
}

/// Returns whether a file is a temporary file that no process has locked.
fn is_left_behind(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let ours = name.starts_with(BEGINS) && name.ends_with(ENDS);
    ours && open_plain(path).ok().flatten().is_some_and(|file| file.try_lock().is_ok())
}

/// Returns leftover temporary files in a folder, by name.
pub fn left_behind(folder: &Path) -> Vec<PathBuf> {
    files_of(folder).into_iter().filter(|path| is_left_behind(path)).collect()
}

/// Returns the files in a folder that may be copies of the database, by header or name, each with whether another process
/// is using it. Skips the database itself: closing a second handle would drop this process's locks.
pub fn copies_in(folder: &Path, database: &Path, ours: &str) -> Vec<(PathBuf, bool)> {
    let may_be = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if COMPANIONS.iter().any(|ending| name.ends_with(ending)) || identity(path) == identity(database) {
            return false;
        }
        let mut head = [0; 16];
        let mut read = || open_plain(path).ok().flatten().is_some_and(|mut file| file.read_exact(&mut head).is_ok());
        name.starts_with(ours) || (read() && head == *b"SQLite format 3\0")
    };
    let temporary = |path: &Path| path.extension().is_some_and(|ending| ending == "part");
    let all = files_of(folder).into_iter().filter(may_be);
    all.map(|path| (path.clone(), temporary(&path) && !is_left_behind(&path))).collect()
}

/// Returns the regular files in a folder and its subfolders, by name, without following links.
fn files_of(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => found.extend(files_of(&entry.path())),
            Ok(kind) if kind.is_file() => found.push(entry.path()),
            _ => {}
        }
    }
    found.sort();
    found
}

/// Returns the folder that contains a path.
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Returns whether a path exists, even as a broken link.
pub fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Returns the absolute path, if it can be found.
pub fn full_path(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

pub fn is_folder(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|meta| meta.is_dir())
}

/// Returns whether an ordinary file is there, or a link to one.
pub fn is_file(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|meta| meta.is_file())
}

/// Refuses a folder that anyone but its owner can access.
pub fn check_private(folder: &Path) -> Result<(), Error> {
    let mode = fs::metadata(folder).map_err(|e| io_error(folder, &e))?.mode() & 0o777;
    if mode.trailing_zeros() >= 6 {
        return Ok(());
    }
    Err(Error::refused(format!("Other people can read {} (mode {mode:o})", folder.display()))
        .hint("Nothing was saved. Keys are copied only to a private folder: `chmod 700` it, or leave out --keys"))
}

/// Copies the wrapped keys and the log key to a folder for its owner only; returns how many.
pub fn copy_keys(from: &DataDir, to: &Path) -> Result<usize, Error> {
    if !is_folder(to) {
        DirBuilder::new().mode(0o700).create(to).map_err(|e| io_error(to, &e))?;
    }
    // On a file system without permissions, others could read the keys.
    check_private(to)?;
    from.make_all_late()?;
    let keys = from.path().join("keys");
    let mut copied = 0;
    for entry in fs::read_dir(&keys).map_err(|e| io_error(&keys, &e))? {
        let entry = entry.map_err(|e| io_error(&keys, &e))?;
        let name = entry.file_name();
        let plain = fs::metadata(entry.path()).is_ok_and(|about| about.is_file());
        if plain && Path::new(&name).extension().is_some_and(|ending| ending == "key") {
            copy_private(&entry.path(), &to.join(&name))?;
            copied += 1;
        }
    }
    File::open(to).and_then(|folder| folder.sync_all()).map_err(|e| io_error(to, &e))?;
    Ok(copied)
}

fn copy_private(from: &Path, to: &Path) -> Result<(), Error> {
    let text = read_small(from).map_err(|e| io_error(from, &e))?.map(zeroize::Zeroizing::new);
    text.map_or(Ok(()), |text| write_private(to, text.as_bytes()))
}

/// Writes a file for its owner only; the old one stays until the new one is on disk.
pub fn write_private(to: &Path, bytes: &[u8]) -> Result<(), Error> {
    let name = to.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let part = folder_of(to).join(format!("{BEGINS}{name}.{}{ENDS}", std::process::id()));
    replace(to, &part, 0o600, bytes)
}

/// Returns the text of a small file, or `None` if it is missing or unreadable.
pub fn text(path: &Path) -> Option<String> {
    read_small(path).ok().flatten()
}

/// Creates a folder for its owner only, unless it is there.
pub fn private_folder(folder: &Path) -> Result<(), Error> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|e| io_error(folder, &e))
}

/// Opens and locks a file until it is dropped; `None` if another process holds the lock. On a file system without locks,
/// nothing is held.
pub fn lock_file(path: &Path) -> Result<Option<File>, Error> {
    let opened = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path);
    let file = opened.map_err(|e| io_error(path, &e))?;
    for _ in 0..LOCK_TRIES {
        match file.try_lock() {
            // A child that another thread begins shares what is locked until it runs its own program.
            Err(fs::TryLockError::WouldBlock) => thread::sleep(LOCK_PAUSE),
            Ok(()) | Err(fs::TryLockError::Error(_)) => return Ok(Some(file)),
        }
    }
    Ok(None)
}
