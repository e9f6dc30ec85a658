//! Reads evidence files in through a temporary copy that is type-checked and hashed, and saves them out under new names.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;

use crate::app::App;
use crate::error::Error;
use crate::random::bytes;
use crate::storage::atomic_file::{TempFile, folder_of, place_for};
use crate::storage::data_dir::{DataDir, io_error};
use countersign_core::primitives::encoding::hex;
use countersign_core::primitives::file_name::{FileName, of_digest};
use countersign_core::primitives::ids::{Digest, PersonId};
use countersign_core::record::evidence::{FileFault, FileInfo, FileTypeDetector, file_name};
use countersign_store::error::{damaged, in_words};
use countersign_store::evidence;

/// The hint for a file that cannot be saved at the given path.
const NEW_NAME: &str = "Nothing was saved. To save it as a new file, give its name an ending, such as .pdf";
/// Read buffer size, in bytes.
const PIECE: usize = 1 << 16;

/// A file that was read and checked but not yet stored; dropping it deletes the temporary copy.
#[derive(Debug)]
pub struct TakenFile {
    part: TempFile,
    /// The original file name.
    pub name: FileName,
    pub looked: FileInfo,
}

impl TakenFile {
    /// Returns the file, rewound to its start.
    pub(crate) fn reader(&self) -> io::Result<&File> {
        let mut file = self.part.file().ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        file.rewind()?;
        Ok(file)
    }
}

/// Reads a regular file from a path; links are refused.
pub fn take_file(app: &mut App, path: &Path) -> Result<TakenFile, Error> {
    let doing = format!("Reading {}", path.display());
    let take = |app: &mut App| -> Result<TakenFile, Error> {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let name = file_name(&name).map_err(refused)?;
        let mut file = open(path, &app.folder)?;
        take(app, &mut file, Some(name))
    };
    take(app).map_err(|e| e.context(doing))
}

/// Reads a stream to its end and names the file by its type and digest.
pub fn take_stream(app: &mut App, from: &mut dyn Read) -> Result<TakenFile, Error> {
    take(app, from, None).map_err(|e| e.context("Reading what came in"))
}

fn take(app: &mut App, from: &mut dyn Read, name: Option<FileName>) -> Result<TakenFile, Error> {
    let part = TempFile::make(app.folder.path(), &hex(&bytes::<6>(&mut *app.random)?))?;
    let mut inspector = FileTypeDetector::default();
    let mut piece = vec![0; PIECE];
    loop {
        let read = match from.read(&mut piece) {
            Ok(read) => read,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(Error::refused(in_words(&e)).hint("Nothing was saved. Send it again")),
        };
        if read == 0 {
            break;
        }
        inspector.push(&piece[..read]).map_err(refused)?;
        let written = part.file().map_or(Ok(()), |mut file| file.write_all(&piece[..read]));
        written.map_err(|e| io_error(part.path(), &e))?;
    }
    let looked = inspector.finish().map_err(refused)?;
    let name = name.map_or_else(|| of_digest(&looked.digest, looked.ending), Ok);
    let name = name.map_err(|why| refused(FileFault::Name(why.to_owned())))?;
    Ok(TakenFile { part, name, looked })
}

/// Saves a trainee's file under a new name: `to` is that path, or a folder.
pub fn save_evidence(app: &App, trainee: &PersonId, digest: &Digest, to: &Path) -> Result<PathBuf, Error> {
    let files = app.log.db.read(|tx| evidence::files(tx, &app.viewer, trainee))?;
    let known = files.into_iter().find(|file| file.digest == *digest);
    let known = known.ok_or_else(|| Error::usage("There is no such file").hint("`countersign evidence list`"))?;
    let doing = |place: &Path| format!("Saving {} as {}", known.name, place.display());
    let name = known.name.to_save(digest, known.kind.ending()).map_err(damaged)?;
    let place = place_for(to, name.as_str(), |place| place.extension().is_some(), NEW_NAME)
        .map_err(|e| e.context(doing(to)))?;
    let save = || -> Result<(), Error> {
        if known.erased {
            return Err(Error::refused("Its contents were erased"));
        }
        let mut new =
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(&place).map_err(|e| match e.kind() {
                io::ErrorKind::AlreadyExists => {
                    Error::refused("There is a file of this name").hint("Nothing was saved. Choose another name")
                }
                _ => io_error(&place, &e),
            })?;
        let copied = copy_evidence(app, trainee, digest, &mut new).and_then(|()| {
            new.sync_all().map_err(|e| io_error(&place, &e))?;
            File::open(folder_of(&place)).and_then(|f| f.sync_all()).map_err(|e| io_error(&place, &e))
        });
        if copied.is_err() {
            // A partial file could be mistaken for the complete one.
            let _ = fs::remove_file(&place);
        }
        copied
    };
    save().map_err(|e| e.context(doing(&place)))?;
    Ok(place)
}

/// Copies a trainee's file to a stream in chunks and checks its digest.
pub fn copy_evidence(app: &App, trainee: &PersonId, digest: &Digest, to: &mut dyn io::Write) -> Result<(), Error> {
    let mut inspector = FileTypeDetector::default();
    let mut failed = None;
    let there = app.log.db.read(|tx| {
        evidence::read(tx, &app.viewer, trainee, digest, &mut |piece| {
            // The file was type-checked when it was stored; only the digest matters here.
            let _ = inspector.push(piece);
            to.write_all(piece).map_err(|e| {
                failed = Some(Error::refused(&e));
                damaged("a file could not be written")
            })
        })
    });
    if let Some(failed) = failed {
        return Err(failed);
    }
    let same = there? && inspector.finish().is_ok_and(|looked| looked.digest == *digest);
    if same { Ok(()) } else { Err(damaged("the evidence does not match its digest").into()) }
}

/// Opens a regular file outside the data folder.
fn open(path: &Path, data: &DataDir) -> Result<File, Error> {
    let no_file = |what: &str| Error::usage(format!("It is {what}, not a file")).hint("Name the file itself");
    let about = fs::symlink_metadata(path).map_err(|e| io_fault(path, &e))?;
    if about.is_symlink() {
        return Err(no_file("a link"));
    }
    if about.is_dir() {
        return Err(no_file("a folder"));
    }
    if !about.is_file() {
        return Err(no_file("a device or pipe"));
    }
    let real = fs::canonicalize(path).map_err(|e| io_fault(path, &e))?;
    if fs::canonicalize(data.path()).is_ok_and(|data| real.starts_with(data)) {
        return Err(Error::refused("It is in the data folder and belongs to the program").hint("Name another file"));
    }
    // The path may have been swapped since the first check, so the open file is checked again.
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path).map_err(|e| io_fault(path, &e))?;
    let about = file.metadata().map_err(|e| io_fault(path, &e))?;
    if !about.is_file() {
        return Err(no_file("a device or pipe"));
    }
    if about.len() > countersign_core::record::evidence::MOST_BYTES {
        return Err(refused(FileFault::TooLarge));
    }
    Ok(file)
}

fn io_fault(path: &Path, error: &io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::NotFound => Error::usage("There is no such file").hint("Nothing was saved. Check the file name"),
        _ => io_error(path, error),
    }
}

/// Explains why a file is refused and what to do.
fn refused(fault: FileFault) -> Error {
    let hint = match &fault {
        FileFault::Empty => "Nothing was saved. Give the right file",
        FileFault::TooLarge => "Nothing was saved. Hand in a part of it, or pictures in a smaller size",
        FileFault::Unknown => "Nothing was saved. Save it as PDF, PNG, JPEG, docx or plain text",
        FileFault::Control { .. } => "Nothing was saved. Save it as plain text or PDF",
        FileFault::NhsNumber { .. } => "Nothing was saved. Remove everything that identifies a patient",
        FileFault::Name(_) => "Nothing was saved. Give it a plain name such as audit-q4.pdf",
    };
    Error::refused(fault).hint(hint)
}
