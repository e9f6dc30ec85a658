//! `checkpoints.log`: every checkpoint, added to a file in a second folder once it is committed, so that an old copy put
//! back in place of the database cannot take it along. Must never cost a flush, nor fail what was signed.

use std::fmt;
use std::fs::{DirBuilder, OpenOptions, canonicalize, metadata};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use rustix::fs::OFlags;

use crate::domain::record::saved::{Encoding, saved_text};
use crate::store::error::in_words;
use crate::store::filesystem::{in_memory, network};

/// The file's name in its folder.
pub const NAME: &str = "checkpoints.log";

/// What went wrong with it, said once however often it does.
#[derive(Debug, Clone, Default)]
pub struct MirrorWarning(Arc<(OnceLock<String>, AtomicBool)>);

impl MirrorWarning {
    /// The sentence, once there is one.
    pub fn said(&self) -> Option<&str> {
        self.0.0.get().map(String::as_str)
    }

    /// The sentence, to the first who asks once there is one.
    pub fn first(&self) -> Option<String> {
        let said = self.said()?;
        (!self.0.1.swap(true, Ordering::Relaxed)).then(|| said.to_owned())
    }

    /// Says it, unless something was said before.
    pub fn tell(&self, what: String) {
        // The first is said; the others are the same.
        let _ = self.0.0.set(what);
    }
}

/// What the second folder holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holds {
    pub notes: String,
    /// When the last was added, in seconds since 1970.
    pub added: i64,
}

/// Where the second folder lies, as far as the file system says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MirrorPlace {
    /// On the disk that the data is on.
    SameDisk,
    Memory,
    /// On another disk of this machine.
    OtherDisk,
    /// On another machine, by this network file system.
    Away(&'static str),
}

impl fmt::Display for MirrorPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SameDisk => "it is on the same disk as the data, and goes with it",
            Self::Memory => "it is in memory alone, and goes with the power",
            Self::OtherDisk => {
                "it is on another disk of this machine: kept from a disk that fails, not from whoever has the machine"
            }
            Self::Away(kind) => return write!(f, "it is on another machine, by {kind}"),
        })
    }
}

/// Where checkpoints are kept besides the database.
#[derive(Debug, Clone)]
pub struct CheckpointMirror {
    file: PathBuf,
    data: PathBuf,
    trouble: MirrorWarning,
    made: bool,
}

impl CheckpointMirror {
    /// The file in `folder`, for the data in `data`, which must be another folder.
    pub fn new(folder: &Path, data: &Path, trouble: MirrorWarning) -> Self {
        Self { file: folder.join(NAME), data: data.to_owned(), trouble, made: false }
    }

    /// Makes the folder where it is not there: for the program's own place. One that somebody named is never made: where its
    /// disk is not connected, it would come to be on this one.
    pub fn making_it(self) -> Self {
        Self { made: true, ..self }
    }

    /// The file.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// What went wrong with it.
    pub fn take_warning(&self) -> &MirrorWarning {
        &self.trouble
    }

    /// Adds a checkpoint at the end.
    pub fn add(&self, note: &str) {
        if self.lies_in_the_data() {
            self.failed("it would lie in the data folder, and go with it; --checkpoints says another");
        } else if !self.made && !self.file.parent().is_some_and(Path::is_dir) {
            let folder = self.file.parent().unwrap_or(Path::new("/")).display();
            self.failed(&format!("there is no folder {folder} (is its disk or network share connected?)"));
        } else if let Err(fault) = append(&self.file, note) {
            self.failed(&words(&fault));
        }
    }

    /// The newest checkpoints in it, as text; nothing where there is none that can be read.
    pub fn newest(&self) -> Option<String> {
        // A pipe in its place would be waited for.
        let plain = metadata(&self.file).is_ok_and(|about| about.is_file());
        plain.then(|| end_of(&self.file).ok()).flatten().filter(|text| !text.is_empty())
    }

    /// What it holds, and where; nothing where nothing can be read.
    pub fn holds(&self) -> Option<Holds> {
        let notes = self.newest()?;
        Some(Holds { notes, added: metadata(&self.file).ok()?.mtime() })
    }

    /// Where it lies; nothing where it is not there.
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
        self.trouble.tell(format!("The checkpoint was not added to {file}: {why}; what was signed is saved"));
    }

    fn lies_in_the_data(&self) -> bool {
        let Ok(data) = canonicalize(&self.data) else { return false };
        // The folder may not be there yet: then one above it is.
        let there = self.file.ancestors().skip(1).find_map(|folder| canonicalize(folder).ok());
        there.is_some_and(|folder| folder.starts_with(data))
    }
}

/// The most that is read of the file: some 20,000 of the newest checkpoints.
const MOST_READ: u64 = 4 << 20;

/// Adds a text at the end of a file that is its owner's alone. Not waited for: the next one after a power cut may find a
/// piece of it.
fn append(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    // A pipe or a link in its place neither blocks nor leads elsewhere.
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

/// The end of a file of notes, at most so much of it as is worth reading.
pub fn end_of(path: &Path) -> std::io::Result<String> {
    let mut file = OpenOptions::new().read(true).open(path)?;
    let about = file.metadata()?;
    let mut bytes = Vec::new();
    let text = if about.is_file() && about.len() > MOST_READ {
        let mut first = [0; 2];
        file.read_exact(&mut first)?;
        // Only an even place begins a character of UTF-16.
        file.seek(SeekFrom::Start((about.len() - MOST_READ).next_multiple_of(2)))?;
        file.take(MOST_READ).read_to_end(&mut bytes)?;
        let encoding = Encoding::of(&first);
        // The first line is a piece of one.
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
