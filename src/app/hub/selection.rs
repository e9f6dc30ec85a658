//! Reads checked copies of other departments' logs: where they are, and what they have on a trainee's record.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::bundle::select;
use crate::error::Error;
use crate::hub::earlier::is_still;
use crate::hub::push::keys_of_erased;
use crate::hub::results::{LogResult, last_results};
use crate::log::append::verifier_of;
use crate::log::historical_root::old_root;
use crate::log::referenced::leaf_at;
use crate::record::receipts::ReceiptWriter;
use crate::storage::atomic_file::lock_file;
use crate::storage::data_dir::{io_error, remove, remove_database, remove_file};
use countersign_core::people::person::{Person, Viewer};
use countersign_core::primitives::ids::{Digest, LogOrigin, PersonId};
use countersign_hub::rows::EarlierRows;
use countersign_ledger::batch::SignedBatch;
use countersign_ledger::note::Checkpoint;
use countersign_store::db::{Access, Db, Tx};
use countersign_store::erased_and_imported;
use countersign_store::error::{StoreError, damaged};
use countersign_store::from_elsewhere::held::Held;
use countersign_store::index::{people, sign_off_index, standards};
use countersign_store::log;

/// The folder of the copies in a data folder.
pub(crate) const SITES: &str = "sites";

/// Returns the folder of the copy of a log. An origin has letters, digits, dots, hyphens and slashes only.
pub(crate) fn folder(data: &Path, origin: &LogOrigin) -> PathBuf {
    let safe = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    let name: String = origin.as_str().chars().map(|c| if safe(c) { c } else { '_' }).collect();
    // Two origins may give one name; the digest tells them apart, and no name begins with a dot.
    let digest = Digest::of(origin.as_str().as_bytes()).hex();
    data.join(SITES).join(format!("{}-{}", name.trim_start_matches('.'), &digest[..8]))
}

/// Returns the database of the copy of a log.
pub(crate) fn database(data: &Path, origin: &LogOrigin) -> PathBuf {
    folder(data, origin).join("log.db")
}

/// Removes the copy of a log to which nobody rotates any more: it has the statements of a whole department.
pub(crate) fn remove_copy(data: &Path, origin: &LogOrigin) -> Result<(), Error> {
    let place = folder(data, origin);
    if !place.exists() {
        return Ok(());
    }
    let path = database(data, origin);
    let lock = lock_file(&place.join("lock"))?;
    if lock.is_some() {
        remove_database(&path);
        remove_set_aside(data, origin);
    }
    if path.exists() {
        return Err(Error::refused(format!("The copy of the log of {origin} is still in {}", place.display()))
            .hint("An exchange uses it at this moment. Delete that folder, except for its evidence files"));
    }
    Ok(())
}

/// Returns the files with both checkpoints of logs that were rejected, by name, each with whether that log is rejected now.
pub fn evidence(data: &Path) -> Vec<(PathBuf, bool)> {
    let of = |result: LogResult| Some(folder(data, &result.origin).join(result.evidence?));
    let now: Vec<PathBuf> = last_results(data).into_iter().filter_map(of).collect();
    let all = evidence_files(data).into_iter();
    all.map(|file| (file.clone(), now.contains(&file))).collect()
}

fn evidence_files(data: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for site in fs::read_dir(data.join(SITES)).into_iter().flatten().flatten() {
        for file in fs::read_dir(site.path()).into_iter().flatten().flatten() {
            if file.file_name().to_string_lossy().starts_with("evidence-") {
                found.push(file.path());
            }
        }
    }
    found.sort();
    found
}

/// Where the copy of a log is while it is made again because it was damaged.
fn aside(data: &Path, origin: &LogOrigin) -> PathBuf {
    folder(data, origin).join("log.db.damaged")
}

/// Moves a damaged copy out of the way, until another one is checked.
pub(crate) fn set_aside(data: &Path, origin: &LogOrigin) -> Result<(), Error> {
    let (copy, aside) = (database(data, origin), aside(data, origin));
    remove_set_aside(data, origin);
    fs::rename(&copy, &aside).map_err(|error| io_error(&copy, &error))?;
    // What belongs to it must not be mistaken for a part of the next one.
    remove_database(&copy);
    Ok(())
}

/// Deletes a damaged copy that was moved out of the way.
pub(crate) fn remove_set_aside(data: &Path, origin: &LogOrigin) {
    let aside = aside(data, origin);
    remove_file(&aside);
    // A folder may have been in its place.
    remove(&aside);
}

/// Whether a copy can be used.
pub(crate) enum CopyState {
    Missing,
    /// Its newest checkpoint, with the note.
    Sound((Checkpoint, String)),
    /// The next exchange makes it again.
    Damaged,
}

/// Says whether the copy of a log can be used.
pub(crate) fn copy_state(data: &Path, origin: &LogOrigin) -> Result<CopyState, Error> {
    let looked = SiteCopy::look(data, origin).and_then(|copy| copy.map(|copy| copy.newest()).transpose());
    match looked {
        Ok(None) => Ok(CopyState::Missing),
        Ok(Some(newest)) => Ok(CopyState::Sound(newest)),
        Err(error) if error.is_of_the_machine() => Err(error.into()),
        Err(_) => Ok(CopyState::Damaged),
    }
}

fn damaged_copy(data: &Path, origin: &LogOrigin, error: StoreError) -> Error {
    if error.is_of_the_machine() {
        return error.into();
    }
    let place = database(data, origin);
    Error::refused(format!("The copy of {origin} in {} cannot be used: {error}", place.display()))
        .hint("To fetch and check it again: `countersign hub sync --all`")
}

/// A checked copy of another department's log.
#[derive(Debug)]
pub(crate) struct SiteCopy {
    db: Db,
}

/// What a copy has for a trainee.
#[derive(Debug, Default)]
pub(crate) struct Selected {
    /// The statements on their record and those needed to check them, by position.
    pub rows: BTreeMap<u64, Held>,
    /// The texts of standards that they adopt.
    pub texts: Vec<(Digest, String)>,
    /// The batches that they were signed in, each once.
    pub batches: Vec<SignedBatch>,
}

impl SiteCopy {
    /// Opens the copy of a log; `None` if there is none yet.
    pub(crate) fn open(data: &Path, origin: &LogOrigin) -> Result<Option<Self>, Error> {
        Self::look(data, origin).map_err(|error| damaged_copy(data, origin, error))
    }

    fn look(data: &Path, origin: &LogOrigin) -> Result<Option<Self>, StoreError> {
        let path = database(data, origin);
        let Ok(about) = path.symlink_metadata() else { return Ok(None) };
        // A pipe would block.
        if !about.is_file() {
            return Err(damaged("it is not a plain file"));
        }
        let db = Db::open(&path, Access::Read)?;
        if db.read(log::log)?.is_none_or(|(found, _)| found != *origin) {
            return Err(damaged("it is of another log"));
        }
        Ok(Some(Self { db }))
    }

    /// Returns the newest checkpoint of the copy, with the note.
    pub(crate) fn head(&self) -> Result<(Checkpoint, String), Error> {
        Ok(self.newest()?)
    }

    fn newest(&self) -> Result<(Checkpoint, String), StoreError> {
        self.db.read(|tx| {
            let head = log::head(tx)?.ok_or_else(|| damaged("the copy has no entries"))?;
            let verifier = verifier_of(tx).map_err(|error| damaged(error.why))?;
            let checkpoint = verifier.open(&head.checkpoint).map_err(damaged)?;
            Ok((checkpoint, head.checkpoint))
        })
    }

    /// Returns whether a hub has exactly what the copy has before a position.
    pub(crate) fn is_still(&self, earlier: (u64, &EarlierRows)) -> bool {
        self.db.read(|tx| Ok::<_, StoreError>(is_still(tx, earlier))).unwrap_or_default()
    }

    /// Returns the root that the log had at a size; `None` beyond its end.
    pub(crate) fn root_at(&self, size: u64) -> Result<Option<Digest>, Error> {
        Ok(self.db.read(|tx| {
            let end = log::head(tx)?.map_or(0, |head| head.size);
            if size > end { Ok(None) } else { old_root(tx, size) }
        })?)
    }

    /// Returns a person of that log.
    pub(crate) fn person(&self, id: &PersonId) -> Result<Option<Person>, Error> {
        Ok(self.db.read(|tx| people::person(tx, id))?)
    }

    /// Returns the leaf of an entry, and the entry that erased it, if one did.
    pub(crate) fn leaf(&self, at: u64) -> Result<(Digest, Option<u64>), Error> {
        Ok(self.db.read(|tx| match erased_and_imported::erased(tx, at)? {
            Some((leaf, by)) => Ok((leaf, Some(by))),
            None => leaf_at(tx, at).map(|leaf| (leaf, None)),
        })?)
    }

    /// Returns the keys of the entries whose text is erased, as lines of OpenSSH: nothing else shows whose they were.
    pub(crate) fn keys_of_erased(&self) -> Result<BTreeMap<u64, String>, Error> {
        Ok(self.db.read(keys_of_erased)?)
    }

    /// Returns the positions of the statements on a trainee's record there.
    pub(crate) fn on_record(&self, there: &PersonId) -> Result<BTreeSet<u64>, Error> {
        let positions = self.db.read(|tx| sign_off_index::positions(tx, &Viewer::Department, Some(there)))?;
        Ok(positions.into_iter().collect())
    }

    /// Returns what the copy has on the record of the trainee `there`, as the person `here` of this log. Statements at the
    /// positions in `known` are left out.
    pub(crate) fn select(
        &self,
        here: &PersonId,
        there: &PersonId,
        (rotation, known): (u64, &BTreeSet<u64>),
    ) -> Result<Selected, Error> {
        self.db.read(|tx| select_in(tx, here, there, (rotation, known)))
    }
}

fn select_in(
    tx: &Tx<'_>,
    here: &PersonId,
    there: &PersonId,
    (rotation, known): (u64, &BTreeSet<u64>),
) -> Result<Selected, Error> {
    let writer = ReceiptWriter::new(tx)?.ok_or_else(|| damaged("the copy has no entries"))?;
    let mut selected = Selected::default();
    let statements = select::statements(tx, there)?;
    let mut names = BTreeSet::new();
    for (position, statement) in &statements {
        if known.contains(position) {
            continue;
        }
        if let Some(digest) = statement.body.content().adopts() {
            let standard = standards::content(tx, digest)?;
            let standard = standard.ok_or_else(|| damaged("the text of a standard is missing"))?;
            selected.texts.push((*digest, standard.canonical()));
        }
        let receipt = writer.receipt(*position, statement.signer.who.id.clone())?;
        let held = Held {
            trainee: here.clone(),
            origin: writer.log().origin().clone(),
            position: *position,
            id: statement.id,
            leaf: leaf_at(tx, *position)?,
            key: receipt.key,
            signature: receipt.signature,
            text: receipt.text,
            proof: receipt.proof.render(),
            vkey: writer.log().to_string(),
            received: rotation,
            erased: None,
        };
        selected.batches.extend(receipt.batch.filter(|_| names.insert(receipt.signature)));
        selected.rows.insert(*position, held);
    }
    Ok(selected)
}
