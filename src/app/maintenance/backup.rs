//! A copy of the file that can be trusted: one state of it, verified whole, then put under its name. Must never write over
//! what the present file does not hold.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::app::app::App;
use crate::app::error::{Error, Exit};
use crate::app::log::append::head_of;
use crate::app::log::historical_root::old_root;
use crate::app::log::writer::LogWriter;
use crate::app::random::bytes;
use crate::app::storage::atomic_file::{self, TempFile, folder_of, is_there, place_for};
use crate::app::storage::data_dir::DataDir;
use crate::app::verify::log::{Verdict, verify};
use crate::domain::primitives::date::Timestamp;
use crate::domain::primitives::encoding::hex;
use crate::domain::primitives::text::escape_for_terminal;
use crate::domain::record::view::TreeHead;
use crate::store::db::{Access, Db, Tx};
use crate::store::error::StoreError;
use crate::store::filesystem::identity;
use crate::store::log;
use crate::store::online_backup::copy_to;

/// Backups that are remembered.
const REMEMBERED: usize = 20;

/// What is wanted besides the copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackupRequest {
    /// The wrapped keys too, in a folder beside it.
    pub keys: bool,
    /// Whatever is there may go.
    pub replace: bool,
    pub threads: usize,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Copying,
    /// Entries of the copy are verified.
    Verifying,
}

/// A backup that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Where it is.
    pub path: PathBuf,
    /// Where the log stands in it.
    pub head: TreeHead,
    /// Where the keys were copied to, and how many.
    pub keys: Option<(PathBuf, usize)>,
    /// Whether it is on the disk that the data is on.
    pub same_disk: bool,
    /// Why it will not be remembered here, if that failed.
    pub forgotten: Option<Error>,
}

/// A backup as it is remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remembered {
    pub at: Timestamp,
    pub size: u64,
    /// Where it was put.
    pub path: PathBuf,
}

impl App {
    /// Makes a backup: `to` is a folder, or the file's own name. `progress` is told how much is done, and of how much.
    pub fn backup(
        &mut self,
        to: &Path,
        wish: BackupRequest,
        progress: &mut dyn FnMut(Stage, u64, u64),
    ) -> Result<Made, Error> {
        let now = self.now();
        let doing = |place: &Path| format!("Backing up to {}", place.display());
        let place =
            place_for(to, &name(now), is_file_of_ours, "Nothing was written. To make a new file, name it FILE.db")
                .map_err(|e| e.context(doing(to)))?;
        let mut made = self.back_up(&place, wish, progress).map_err(|e| e.context(doing(&place)))?;
        let path = std::path::absolute(&made.path).unwrap_or_else(|_| made.path.clone());
        made.forgotten = remember(&self.folder, &Remembered { at: now, size: made.head.size, path }).err();
        Ok(made)
    }

    fn back_up(
        &mut self,
        place: &Path,
        wish: BackupRequest,
        progress: &mut dyn FnMut(Stage, u64, u64),
    ) -> Result<Made, Error> {
        let folder = folder_of(place);
        if wish.keys {
            atomic_file::must_be_private(folder)?;
        }
        self.may_go(place, wish)?;
        let part = TempFile::make(folder, &hex(&bytes::<6>(&mut *self.random)?))?;
        let (head, checkpoint) =
            copy_to(&self.book.db, part.path(), stands, &mut |done, of| progress(Stage::Copying, done, of))?;
        sound(part.path(), &[checkpoint], wish.threads, &mut |done, of| progress(Stage::Verifying, done, of))?;
        // Before the file has its name: a backup without its keys would look like one with them.
        let keys = if wish.keys {
            let to = keys_beside(place);
            Some((to.clone(), atomic_file::copy_keys(&self.folder, &to)?))
        } else {
            None
        };
        part.put(place)?;
        let disk = |path: &Path| identity(path).map(|(disk, _)| disk);
        let same_disk = disk(place).is_some() && disk(place) == disk(&self.folder.database());
        Ok(Made { path: place.to_owned(), head, keys, same_disk, forgotten: None })
    }

    /// Refuses to write over the file itself, and over what it does not hold.
    fn may_go(&self, place: &Path, wish: BackupRequest) -> Result<(), Error> {
        if identity(place).is_some_and(|file| identity(&self.folder.database()) == Some(file)) {
            return Err(Error::usage("It is the file itself").hint("Name another folder, best on another disk"));
        }
        if !is_there(place) || wish.replace {
            return Ok(());
        }
        let anyway = "Nothing was changed; name another file, or say --replace to write over it";
        let there = Db::open(place, Access::Read).map_err(|e| Error::refused(e).hint(anyway))?;
        let there = LogWriter::new(there);
        if there.origin()? != self.book.origin()? {
            return Err(Error::refused("A backup of another department is there").hint(anyway));
        }
        let (old, present) = (there.head()?, self.book.head()?);
        if old.size > present.size {
            let sizes = format!("it holds {} entries, and the file {}", old.size, present.size);
            return Err(Error::refused(format!("The backup there is newer: {sizes}")).hint(anyway));
        }
        if self.book.db.read(|tx| old_root(tx, old.size))? == Some(old.root) {
            return Ok(());
        }
        Err(Error::refused("The backup there holds another history than the file").hint(anyway))
    }
}

/// Where the log stands, and its newest checkpoint.
pub(in crate::app) fn stands(tx: &Tx<'_>) -> Result<(TreeHead, String), StoreError> {
    Ok((head_of(tx)?, log::head(tx)?.map(|head| head.checkpoint).unwrap_or_default()))
}

/// Refuses a file that is not sound, or is not what these checkpoints say.
pub(in crate::app) fn sound(
    path: &Path,
    checkpoints: &[String],
    threads: usize,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<TreeHead, Error> {
    // That a copy cannot be read back is a failure, whatever it may be that it holds.
    let failed = |e: Error| if e.exit == Exit::CannotTell { Error { exit: Exit::Refused, ..e } } else { e };
    let report = verify(path, checkpoints, threads, progress).map_err(failed)?;
    match (report.verdict, report.faults.first()) {
        (Verdict::Sound | Verdict::CannotTell, _) => Ok(report.head),
        (_, fault) => {
            let place = fault.and_then(|fault| fault.position).map(|at| format!("entry {at}: ")).unwrap_or_default();
            let what = fault.map(|fault| fault.what.clone()).unwrap_or_default();
            Err(Error::refused(format!("It is not sound: {place}{what}"))
                .hint("Nothing was changed, and older backups stay; `countersign verify` lists every fault"))
        }
    }
}

/// Where the keys lie that were copied with a backup.
pub fn keys_beside(place: &Path) -> PathBuf {
    let mut name = place.as_os_str().to_owned();
    name.push(".keys");
    name.into()
}

/// Whether a file that is not there yet is named as one of ours.
fn is_file_of_ours(place: &Path) -> bool {
    place.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("db"))
}

/// The name of a backup in a folder: it sorts by time.
fn name(now: Timestamp) -> String {
    format!("countersign-{}.db", now.to_string().replace(':', ""))
}

fn list(folder: &DataDir) -> PathBuf {
    folder.path().join("backups")
}

/// The backups that were made of a data folder, oldest first; what cannot be read is passed over.
pub fn remembered(folder: &DataDir) -> Vec<Remembered> {
    let text = atomic_file::text(&list(folder)).unwrap_or_default();
    let read = |line: &str| {
        let mut words = line.splitn(3, ' ');
        let (at, size) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        Some(Remembered { at, size, path: PathBuf::from(words.next()?) })
    };
    text.lines().filter_map(read).collect()
}

fn remember(folder: &DataDir, made: &Remembered) -> Result<(), Error> {
    let mut all = remembered(folder);
    all.push(made.clone());
    let mut text = String::new();
    for one in all.iter().skip(all.len().saturating_sub(REMEMBERED)) {
        let path = one.path.to_string_lossy();
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{} {} {}", one.at, one.size, escape_for_terminal(&path).replace('\n', " "));
    }
    atomic_file::write_private(&list(folder), text.as_bytes())
}
