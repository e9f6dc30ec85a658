//! Makes backups: copies the database, verifies the copy in full, then renames it into place.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::app::App;
use crate::error::{Error, Exit};
use crate::log::append::head_of;
use crate::log::historical_root::old_root;
use crate::log::writer::LogWriter;
use crate::random::bytes;
use crate::storage::atomic_file::{self, TempFile, folder_of, is_there, place_for};
use crate::storage::data_dir::DataDir;
use crate::verify::log::{Verdict, verify};
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::encoding::hex;
use countersign_core::primitives::text::escape_for_terminal;
use countersign_core::record::view::TreeHead;
use countersign_store::db::{Access, Db, Tx};
use countersign_store::error::StoreError;
use countersign_store::filesystem::{companion, identity};
use countersign_store::log;
use countersign_store::online_backup::copy_to;

/// How many backups are remembered.
const REMEMBERED: usize = 20;

/// Options of a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackupRequest {
    /// Whether to copy the wrapped keys too, to a folder next to it.
    pub keys: bool,
    /// Whether to overwrite any existing file.
    pub replace: bool,
    pub threads: usize,
}

/// The stage of a running backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Copying,
    /// Verifying the copy's entries.
    Verifying,
}

/// A finished backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinishedBackup {
    pub path: PathBuf,
    /// The tree head of the copy.
    pub head: TreeHead,
    /// The folder and number of the keys copied.
    pub keys: Option<(PathBuf, usize)>,
    /// Whether it is on the same disk as the data.
    pub same_disk: bool,
    /// The error, if the backup could not be added to the remembered ones.
    pub forgotten: Option<Error>,
}

/// A remembered backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastBackup {
    pub at: Timestamp,
    pub size: u64,
    pub path: PathBuf,
}

/// Makes a backup: `to` is a folder or a file name. `progress` gets the amount done and the total.
pub fn backup(
    app: &mut App,
    to: &Path,
    wish: BackupRequest,
    progress: &mut dyn FnMut(Stage, u64, u64),
) -> Result<FinishedBackup, Error> {
    let now = app.now();
    let doing = |place: &Path| format!("Backing up to {}", place.display());
    let place = place_for(
        to,
        &name(now),
        is_file_of_ours,
        "Nothing was saved. Name an existing folder, or a new file ending in .db",
    )
    .map_err(|e| e.context(doing(to)))?;
    let mut made = back_up(app, &place, wish, progress).map_err(|e| e.context(doing(&place)))?;
    let path = std::path::absolute(&made.path).unwrap_or_else(|_| made.path.clone());
    made.forgotten = remember(&app.folder, &LastBackup { at: now, size: made.head.size, path }).err();
    Ok(made)
}

fn back_up(
    app: &mut App,
    place: &Path,
    wish: BackupRequest,
    progress: &mut dyn FnMut(Stage, u64, u64),
) -> Result<FinishedBackup, Error> {
    let folder = folder_of(place);
    if wish.keys {
        atomic_file::check_private(folder)?;
    }
    check_target(app, place, wish)?;
    let part = TempFile::make(folder, &hex(&bytes::<6>(&mut *app.random)?))?;
    let (head, checkpoint) =
        copy_to(&app.log.db, part.path(), state_of, &mut |done, of| progress(Stage::Copying, done, of))?;
    sound(part.path(), &[checkpoint], wish.threads, &mut |done, of| progress(Stage::Verifying, done, of))?;
    // Keys first: a backup that failed to copy them would look complete.
    let keys = if wish.keys {
        let to = keys_folder(place);
        Some((to.clone(), atomic_file::copy_keys(&app.folder, &to)?))
    } else {
        None
    };
    part.put(place)?;
    let disk = |path: &Path| identity(path).map(|(disk, _)| disk);
    let same_disk = disk(place).is_some() && disk(place) == disk(&app.folder.database());
    Ok(FinishedBackup { path: place.to_owned(), head, keys, same_disk, forgotten: None })
}

/// Refuses to overwrite the database itself, or a file with entries that it does not contain.
fn check_target(app: &App, place: &Path, wish: BackupRequest) -> Result<(), Error> {
    if identity(place).is_some_and(|file| identity(&app.folder.database()) == Some(file)) {
        return Err(
            Error::usage("This is the data file itself").hint("Name another folder, preferably on another disk")
        );
    }
    if !is_there(place) || wish.replace {
        return Ok(());
    }
    let anyway = "Nothing was changed. Name another file, or add --replace to overwrite it";
    let there = Db::open(place, Access::Read).map_err(|e| Error::refused(e).hint(anyway))?;
    let there = LogWriter::new(there);
    if there.origin()? != app.log.origin()? {
        return Err(Error::refused("A backup of another department is there").hint(anyway));
    }
    let (old, present) = (there.head()?, app.log.head()?);
    if old.size > present.size {
        let sizes = format!("it has {} entries, and the data file has {}", old.size, present.size);
        return Err(Error::refused(format!("The backup there is newer: {sizes}")).hint(anyway));
    }
    if app.log.db.read(|tx| old_root(tx, old.size))? == Some(old.root) {
        return Ok(());
    }
    Err(Error::refused("The backup there has a different history from the data file").hint(anyway))
}

/// Returns the tree head and the newest checkpoint.
pub(crate) fn state_of(tx: &Tx<'_>) -> Result<(TreeHead, String), StoreError> {
    Ok((head_of(tx)?, log::head(tx)?.map(|head| head.checkpoint).unwrap_or_default()))
}

/// Verifies a file against these checkpoints.
pub(crate) fn sound(
    path: &Path,
    checkpoints: &[String],
    threads: usize,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<TreeHead, Error> {
    // A copy that cannot be read back is a failure, whatever it contains.
    let failed = |e: Error| if e.exit == Exit::CannotTell { Error { exit: Exit::Refused, ..e } } else { e };
    let report = verify(path, checkpoints, threads, progress).map_err(failed)?;
    match (report.verdict, report.faults.first()) {
        (Verdict::Sound | Verdict::CannotTell, _) => Ok(report.head),
        (_, fault) => {
            let place = fault.and_then(|fault| fault.position).map(|at| format!("entry {at}: ")).unwrap_or_default();
            let what = fault.map(|fault| fault.what.clone()).unwrap_or_default();
            Err(Error::refused(format!("The copy did not pass its check: {place}{what}"))
                .hint("Nothing was changed, and older backups stay. `countersign verify` lists every fault"))
        }
    }
}

/// Returns the folder for the keys copied with a backup.
pub fn keys_folder(place: &Path) -> PathBuf {
    companion(place, ".keys")
}

/// Returns whether a new file is named as a database.
fn is_file_of_ours(place: &Path) -> bool {
    place.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("db"))
}

/// Returns a file name for a backup that sorts by time.
fn name(now: Timestamp) -> String {
    format!("countersign-{}.db", now.to_string().replace(':', ""))
}

fn list(folder: &DataDir) -> PathBuf {
    folder.path().join("backups")
}

/// Returns the remembered backups of a data folder, oldest first, skipping lines that cannot be parsed.
pub fn remembered(folder: &DataDir) -> Vec<LastBackup> {
    let text = atomic_file::text(&list(folder)).unwrap_or_default();
    let read = |line: &str| {
        let mut words = line.splitn(3, ' ');
        let (at, size) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        Some(LastBackup { at, size, path: PathBuf::from(words.next()?) })
    };
    text.lines().filter_map(read).collect()
}

fn remember(folder: &DataDir, made: &LastBackup) -> Result<(), Error> {
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
