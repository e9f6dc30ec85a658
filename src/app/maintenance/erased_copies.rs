//! Finds and removes copies of the database that may still contain erased text.

use std::path::{Path, PathBuf};

use crate::app::App;
use crate::doctor::check::{Check, State};
use crate::error::Error;
use crate::log::writer::LogWriter;
use crate::maintenance::backup::remembered;
use crate::storage::atomic_file::{self, folder_of};
use crate::storage::data_dir::DataDir;
use countersign_core::primitives::ids::StatementId;
use countersign_store::db::{Access, Db};
use countersign_store::erased_and_imported;
use countersign_store::error::StoreError;

/// The start of the name of a file kept by a restore.
pub const BEFORE_RESTORE: &str = "countersign-before-restore-";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyKind {
    /// The database from before a restore; `erase --finish` deletes it.
    BeforeRestore,
    /// A copy that another process is making or using.
    InUse,
    /// A copy made by somebody.
    Other,
}

/// A copy that contains, or may contain, erased text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    pub path: PathBuf,
    pub kind: CopyKind,
    /// Whether it could be read, and so certainly contains the text.
    pub read: bool,
}

impl Copy {
    /// Describes the copy and what to do about it.
    pub fn words(&self) -> String {
        let (place, holds) = (self.path.display(), if self.read { "still contains" } else { "may still contain" });
        match self.kind {
            CopyKind::BeforeRestore => {
                format!("{place} {holds} erased text. `countersign erase --finish` deletes that file")
            }
            CopyKind::InUse => format!(
                "{place} {holds} erased text, and another program is using it. When that is done, run `countersign erase --finish`"
            ),
            CopyKind::Other => format!("{place} {holds} erased text. Delete it yourself if nobody needs it"),
        }
    }
}

/// Deletes the temporary files of killed processes in the data folder and next to backups; returns the copies that
/// still contain erased text.
pub(crate) fn sweep_erased(app: &App) -> Result<Vec<Copy>, Error> {
    atomic_file::sweep(app.folder.path());
    for backup in remembered(&app.folder) {
        atomic_file::sweep(folder_of(&backup.path));
    }
    holding(&app.log, &app.folder)
}

/// Deletes pre-restore copies with erased text and leftover temporary files; returns what was deleted and the copies
/// that remain.
pub fn finish_erasing(app: &mut App) -> Result<(Vec<PathBuf>, Vec<Copy>), Error> {
    scrub(app)?;
    let (ours, mut left): (Vec<Copy>, Vec<Copy>) =
        sweep_erased(app)?.into_iter().partition(|copy| copy.kind == CopyKind::BeforeRestore);
    let mut deleted = Vec::new();
    for copy in ours {
        atomic_file::forget(&copy.path);
        if atomic_file::is_there(&copy.path) { left.push(copy) } else { deleted.push(copy.path) }
    }
    Ok((deleted, left))
}

/// Returns the copies in the data folder that contain, or may contain, text erased from this log.
fn holding(log: &LogWriter, folder: &DataDir) -> Result<Vec<Copy>, Error> {
    let erased = log.db.read(erased_and_imported::erased_ids)?;
    if erased.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for (path, in_use) in atomic_file::copies_in(folder.path(), &folder.database(), BEFORE_RESTORE) {
        let before = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(BEFORE_RESTORE));
        let kind = match (in_use, before) {
            (true, _) => CopyKind::InUse,
            (_, true) => CopyKind::BeforeRestore,
            _ => CopyKind::Other,
        };
        match holds(&path, &erased) {
            // A database of another program is not a copy of this one.
            Err(StoreError::Foreign(_)) if kind == CopyKind::Other => {}
            Ok(false) => {}
            Ok(true) => found.push(Copy { path, kind, read: true }),
            Err(_) => found.push(Copy { path, kind, read: false }),
        }
    }
    Ok(found)
}

fn holds(path: &Path, erased: &[StatementId]) -> Result<bool, StoreError> {
    Db::open(path, Access::Read)?.read(|tx| erased_and_imported::holds_any(tx, erased))
}

/// Checks that no file in the data folder contains erased text and no temporary files are left.
pub fn check(log: &LogWriter, folder: &DataDir) -> Check {
    const WHAT: &str = "erased";
    let left = atomic_file::left_behind(folder.path());
    match holding(log, folder) {
        Err(error) => Check::of(WHAT, &error),
        Ok(copies) if copies.is_empty() && left.is_empty() => {
            Check::new(WHAT, State::Good, "No copy in the data folder contains a text that was erased")
        }
        Ok(copies) => {
            let mut words: Vec<String> = copies.iter().map(Copy::words).collect();
            words.extend(
                left.iter().map(|path| format!("{} was left behind by a program that was stopped", path.display())),
            );
            Check::new(WHAT, State::Attention, words.join("; ")).hint(
                "Run `countersign erase --finish`: it deletes what was left behind and what a restore kept. Delete other copies yourself",
            )
        }
    }
}

/// Overwrites all remains of erased data in the file.
pub fn scrub(app: &mut App) -> Result<(), Error> {
    app.log.db.scrub().map_err(|e| {
        let finish = match e {
            StoreError::Full | StoreError::Unwritable => {
                "The text is erased. To remove its last traces, make room on the disk, then run `countersign erase --finish`"
            }
            _ => "The text is erased. To remove its last traces, close the program on other screens, then run `countersign erase --finish`",
        };
        Error::from(e).context("Scrubbing the file").hint(finish)
    })
}
