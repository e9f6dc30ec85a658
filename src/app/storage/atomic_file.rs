//! Files that are made beside their place and then put there: temporary ones, what is left of them, backups of keys, the
//! list of backups made. Must never leave half a file under a name that somebody trusts.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use crate::app::error::Error;
use crate::app::storage::data_dir::{DataDir, io_error, new_part, no_folder, open_plain, read_small};
use crate::store::filesystem::identity;

/// How the name of a temporary file begins and ends; what SQLite lays beside it only begins so.
const BEGINS: &str = ".countersign-";
const ENDS: &str = ".part";
/// What the names of the files end with that SQLite lays beside one.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// A temporary file, which goes unless it is put in its place. It is locked as long as this lives, so that whoever tidies
/// up can tell it from one that was left behind.
#[derive(Debug)]
pub struct TempFile {
    path: PathBuf,
    lock: Option<File>,
}

impl TempFile {
    /// Makes an empty file in `folder`, for its owner alone, after clearing what killed programs left there.
    pub fn make(folder: &Path, tag: &str) -> Result<Self, Error> {
        sweep(folder);
        Self::beside(folder, tag)
    }

    /// The same, beside others of this program.
    pub fn beside(folder: &Path, tag: &str) -> Result<Self, Error> {
        let path = folder.join(format!("{BEGINS}{tag}{ENDS}"));
        let made = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path);
        let lock = made.map_err(|e| io_error(&path, &e))?;
        // A medium without locks is not swept either.
        let _ = lock.try_lock();
        Ok(Self { path, lock: Some(lock) })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file itself, to fill and to read.
    pub fn file(&self) -> Option<&File> {
        self.lock.as_ref()
    }

    /// Puts it in its place, over what is there: on the disk, whole, when this returns.
    pub fn put(mut self, place: &Path) -> Result<(), Error> {
        let put = || -> io::Result<()> {
            File::open(&self.path)?.sync_all()?;
            fs::rename(&self.path, place)?;
            File::open(folder_of(place))?.sync_all()
        };
        put().map_err(|e| io_error(place, &e))?;
        // It is no temporary file any more.
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

/// Keeps a file under another name too, with what SQLite laid beside it; that goes from its own place, where it would be
/// taken for the next file's.
pub fn link_aside(file: &Path, aside: &Path) -> Result<(), Error> {
    fs::hard_link(file, aside).map_err(|e| io_error(aside, &e))?;
    for ending in BESIDE {
        let (mut from, mut to) = (file.as_os_str().to_owned(), aside.as_os_str().to_owned());
        from.push(ending);
        to.push(ending);
        match fs::rename(&from, &to) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(io_error(Path::new(&to), &e)),
            _ => {}
        }
    }
    File::open(folder_of(file)).and_then(|folder| folder.sync_all()).map_err(|e| io_error(file, &e))
}

/// Takes a file away, and what SQLite laid beside it.
pub fn forget(path: &Path) {
    // The file last: killed between the two, what lies beside it would be nobody's.
    for ending in BESIDE.into_iter().chain([""]) {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        // What cannot be removed is swept another time.
        let _ = fs::remove_file(PathBuf::from(name));
    }
}

/// Removes temporary files of ours that no living program holds, and what lies beside one that is gone.
pub fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str().filter(|name| name.starts_with(BEGINS)) else { continue };
        let beside = BESIDE.iter().find_map(|ending| name.strip_suffix(ending));
        if beside.is_some_and(|of| of.ends_with(ENDS) && !folder.join(of).exists()) {
            // What cannot be removed is swept another time.
            let _ = fs::remove_file(entry.path());
        }
        if entry.file_type().is_ok_and(|kind| kind.is_file()) && is_left_behind(&entry.path()) {
            forget(&entry.path());
        }
    }
}

/// Finds where a new file goes: `to` names an existing folder, in which it gets `name`, or the file itself, which `is_one` knows
/// by its name. What is neither is refused: on a disk that is not connected, its name would become a file on this one.
pub fn place_for(to: &Path, name: &str, is_one: fn(&Path) -> bool, otherwise: &str) -> Result<PathBuf, Error> {
    let no_folder = |folder: &Path| Err(no_folder(folder).hint(otherwise));
    match fs::metadata(to) {
        Ok(about) if about.is_dir() => return Ok(to.join(name)),
        // A link is followed: put in its place, the file would stay on this disk.
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
    if !is_folder(folder_of(to)) {
        return no_folder(folder_of(to));
    }
    let ends_open = to.as_os_str().as_encoded_bytes().ends_with(b"/");
    if ends_open || !is_one(to) { no_folder(to) } else { Ok(to.to_owned()) }
}

/// Whether a file is one of our temporary ones that no living program holds.
fn is_left_behind(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let ours = name.starts_with(BEGINS) && name.ends_with(ENDS);
    ours && open_plain(path).ok().flatten().is_some_and(|file| file.try_lock().is_ok())
}

/// Temporary files that killed programs left in a folder, by name.
pub fn left_behind(folder: &Path) -> Vec<PathBuf> {
    files_of(folder).into_iter().filter(|path| is_left_behind(path)).collect()
}

/// The files of a folder that may be copies of the database: those whose first bytes say so, or whose names begin as ours do.
/// Each with whether another program is using it. The database itself is not opened: closing it would take this process's locks
/// away.
pub fn copies_in(folder: &Path, database: &Path, ours: &str) -> Vec<(PathBuf, bool)> {
    let may_be = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if BESIDE.iter().any(|ending| name.ends_with(ending)) || identity(path) == identity(database) {
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

/// The plain files of a folder and of those in it, by name; links are not followed.
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

/// The folder that a path lies in.
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Whether something is there, whatever it is.
pub fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Whether a path leads to a folder.
pub fn is_folder(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|meta| meta.is_dir())
}

/// Refuses a folder that others than its owner can look into.
pub fn must_be_private(folder: &Path) -> Result<(), Error> {
    let mode = fs::metadata(folder).map_err(|e| io_error(folder, &e))?.mode() & 0o777;
    if mode.trailing_zeros() >= 6 {
        return Ok(());
    }
    Err(Error::refused(format!("Others than its owner can look into {} (mode {mode:o})", folder.display())).hint(
        "Nothing was written. Keys are copied only to a folder of one's own: `chmod 700` it, or leave --keys out",
    ))
}

/// Copies the wrapped keys and the log's own key to a folder for its owner alone; gives how many.
pub fn copy_keys(from: &DataDir, to: &Path) -> Result<usize, Error> {
    if !is_folder(to) {
        DirBuilder::new().mode(0o700).create(to).map_err(|e| io_error(to, &e))?;
    }
    // A medium that knows no permissions shows others what is theirs alone.
    must_be_private(to)?;
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

/// Writes a file for its owner alone: the old one stays until the new one is on the disk.
pub fn write_private(to: &Path, bytes: &[u8]) -> Result<(), Error> {
    let name = to.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let part = folder_of(to).join(format!("{BEGINS}{name}.{}{ENDS}", std::process::id()));
    let write = || -> io::Result<()> {
        let mut file = new_part(&part, 0o600)?;
        let _ = file.try_lock();
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&part, to)
    };
    write().map_err(|e| {
        forget(&part);
        io_error(to, &e)
    })
}

/// The text of a small file of ours, or nothing where there is none or it cannot be read.
pub fn text(path: &Path) -> Option<String> {
    read_small(path).ok().flatten()
}
