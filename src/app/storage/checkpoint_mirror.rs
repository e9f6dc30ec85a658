//! Appends every checkpoint to `checkpoints.log` in a second folder, so that a database rolled back to an old copy is
//! noticed.

use std::fmt;
use std::fs::{DirBuilder, OpenOptions, canonicalize, metadata};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use rustix::fs::OFlags;

use countersign_core::record::saved::{Encoding, saved_text};
use countersign_store::error::in_words;
use countersign_store::filesystem::{in_memory, network};

pub const NAME: &str = "checkpoints.log";

/// The first problem with the mirror, reported once.
#[derive(Debug, Clone, Default)]
pub struct MirrorWarning(Arc<(OnceLock<String>, AtomicBool)>);

impl MirrorWarning {
    /// Returns the problem, if any.
    pub fn said(&self) -> Option<&str> {
        self.0.0.get().map(String::as_str)
    }

    /// Returns the problem to the first caller only.
    pub fn first(&self) -> Option<String> {
        let said = self.said()?;
        (!self.0.1.swap(true, Ordering::Relaxed)).then(|| said.to_owned())
    }

    /// Records a problem, unless there is one already.
    pub fn tell(&self, what: String) {
        // Only the first is kept; later ones are the same.
        let _ = self.0.0.set(what);
    }
}

/// The contents of the mirror.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MirrorContents {
    pub notes: String,
    /// When it was last written, in seconds since 1970.
    pub added: i64,
}

/// Where the mirror is, according to the file system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MirrorPlace {
    /// On the same disk as the data.
    SameDisk,
    Memory,
    OtherDisk,
    /// On another machine, through this network file system.
    Away(&'static str),
}

impl fmt::Display for MirrorPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SameDisk => "it is on the same disk as the data and would be lost with it",
            Self::Memory => "it is only in memory and is lost when the power goes off",
            Self::OtherDisk => {
                "it is on another disk of this machine: safe if a disk fails, but not from anyone who controls the machine"
            }
            Self::Away(kind) => return write!(f, "it is on another machine, by {kind}"),
        })
    }
}

#[derive(Debug, Clone)]
pub struct CheckpointMirror {
    file: PathBuf,
    data: PathBuf,
    trouble: MirrorWarning,
    made: bool,
}

impl CheckpointMirror {
    /// Creates a mirror in `folder` for the data in `data`, which must be another folder.
    pub fn new(folder: &Path, data: &Path, trouble: MirrorWarning) -> Self {
        Self { file: folder.join(NAME), data: data.to_owned(), trouble, made: false }
    }

    /// Allows creating the folder. For the default location only: a named folder on a disk that is not connected would be
    /// created on this one.
    #[must_use]
    pub fn making_it(self) -> Self {
        Self { made: true, ..self }
    }

    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Returns the mirror's problems.
    pub fn take_warning(&self) -> &MirrorWarning {
        &self.trouble
    }

    /// Appends a checkpoint.
    pub fn add(&self, note: &str) {
        if self.lies_in_the_data() {
            self.failed("it would be in the data folder and be lost with it. Name another folder with --checkpoints");
        } else if !self.made && !self.file.parent().is_some_and(Path::is_dir) {
            let folder = self.file.parent().unwrap_or(Path::new("/")).display();
            self.failed(&format!("there is no folder {folder} (is its disk or network share connected?)"));
        } else if let Err(fault) = append(&self.file, note) {
            self.failed(&words(&fault));
        }
    }

    /// Returns the newest checkpoints as text; `None` if there are none to read.
    pub fn newest(&self) -> Option<String> {
        // Opening a pipe would block.
        let plain = metadata(&self.file).is_ok_and(|about| about.is_file());
        plain.then(|| end_of(&self.file).ok()).flatten().filter(|text| !text.is_empty())
    }

    /// Returns the contents; `None` if unreadable.
    pub fn holds(&self) -> Option<MirrorContents> {
        let notes = self.newest()?;
        Some(MirrorContents { notes, added: metadata(&self.file).ok()?.mtime() })
    }

    /// Returns where the mirror is; `None` if it does not exist.
    pub fn place(&self) -> Option<MirrorPlace> {
        let (file, data) = (metadata(&self.file).ok()?, metadata(&self.data).ok()?);
        Some(if in_memory(&self.file) {
            MirrorPlace::Memory
        } else if file.dev() == data.dev() {
            MirrorPlace::SameDisk
        } else {
            network(&self.file).map_or(MirrorPlace::OtherDisk, MirrorPlace::Away)
        })
    }

    fn failed(&self, why: &str) {
        let file = self.file.display();
        self.trouble.tell(format!("The checkpoint was not added to {file}: {why}. What was signed is saved"));
    }

    fn lies_in_the_data(&self) -> bool {
        let Ok(data) = canonicalize(&self.data) else { return false };
        // The folder may not exist yet, so its nearest existing ancestor is compared.
        let there = self.file.ancestors().skip(1).find_map(|folder| canonicalize(folder).ok());
        there.is_some_and(|folder| folder.starts_with(data))
    }
}

/// Read limit, in bytes: about 20,000 of the newest checkpoints.
const MOST_READ: u64 = 4 << 20;

/// Appends a text to a file for its owner only. Not synced: a power cut may leave a partial line.
fn append(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    // Neither blocks on a pipe nor follows a link.
    let flags = (OFlags::NONBLOCK | OFlags::NOFOLLOW).bits().cast_signed();
    let mut file =
        OpenOptions::new().read(true).append(true).create(true).mode(0o600).custom_flags(flags).open(path)?;
    let about = file.metadata()?;
    if !about.is_file() {
        return Err(std::io::Error::other("it is not a file"));
    }
    let mut last = [b'\n'];
    if about.len() > 0 {
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
    }
    let whole = if last == [b'\n'] { text.to_owned() } else { format!("\n{text}") };
    file.write_all(whole.as_bytes())
}

/// Reads the end of a file of notes, up to the limit.
pub fn end_of(path: &Path) -> std::io::Result<String> {
    let mut file = OpenOptions::new().read(true).open(path)?;
    let about = file.metadata()?;
    let mut bytes = Vec::new();
    let text = if about.is_file() && about.len() > MOST_READ {
        let mut first = [0; 2];
        file.read_exact(&mut first)?;
        // A UTF-16 character starts at an even offset.
        file.seek(SeekFrom::Start((about.len() - MOST_READ).next_multiple_of(2)))?;
        file.take(MOST_READ).read_to_end(&mut bytes)?;
        let encoding = Encoding::of(&first);
        // The first line is incomplete.
        encoding.read(encoding.after_a_line(&bytes))
    } else {
        file.take(MOST_READ + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MOST_READ {
            return Err(std::io::ErrorKind::FileTooLarge.into());
        }
        saved_text(&bytes)
    };
    text.ok_or_else(|| std::io::ErrorKind::InvalidData.into())
}

fn words(fault: &std::io::Error) -> String {
    match fault.kind() {
        std::io::ErrorKind::StorageFull => "the disk is full".to_owned(),
        std::io::ErrorKind::PermissionDenied => "this user may not".to_owned(),
        _ => in_words(fault),
    }
}
