//! Sends the hub what it lacks of this department's log.
//!
//! Invariant: nothing is sent unless the hub's head is a checkpoint that this log's key signed, of a history that this file has.

use std::collections::{BTreeMap, HashMap};

use crate::app::App;
use crate::error::{Error, Exit};
use crate::log::historical_root::old_root;
use crate::verify::rebuild::leaf_of;
use countersign_core::primitives::key::PublicKey;
use countersign_hub::error::TransportError;
use countersign_hub::rows::{BatchRow, EntryRow, ErasedRow, ImportedRow, SignedRow, SiteHead, TextRow};
use countersign_hub::transport::{PushedPart, Transport};
use countersign_ledger::note::LogVerifier;
use countersign_store::db::Tx;
use countersign_store::erased_and_imported::{self, Erased};
use countersign_store::error::{StoreError, damaged};
use countersign_store::index::standards;
use countersign_store::log::{self, RawEntry};
use countersign_store::touches;

const DOING: &str = "Sending the log to the hub";
/// Entries read at a time.
const PART: u64 = 512;
/// How an entry is signed: by its key, or by that in the batch that it names. The number is the file's.
const BY_ITS_KEY: u16 = 1;

/// What was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// How many entries the hub had, and has now.
    pub from: u64,
    pub until: u64,
    /// Entries there whose text was deleted, because they were erased here.
    pub erased: u64,
    /// The checkpoint that the hub has now.
    pub checkpoint: String,
    /// Why nothing was sent, if what the hub has of this log is damaged or does not fit this file. Other logs are fetched all
    /// the same.
    pub refused: Option<Error>,
}

/// Sends what the hub lacks. `own` is its head of this log. `progress` gets the number of entries read and the total.
pub fn push(
    app: &App,
    transport: &mut dyn Transport,
    own: &SiteHead,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Pushed, Error> {
    let verifier = app.log.verifier()?;
    let pushed = app.log.db.read(|tx| -> Result<Pushed, Error> {
        let head = log::head(tx)?.ok_or_else(|| damaged("it contains no log"))?;
        let from = match known_part(tx, &verifier, own, head.size) {
            Ok(from) => from,
            // What this department fetches does not depend on it.
            Err(error) if error.exit == Exit::Refused => {
                let from = own.checkpoint.as_deref().and_then(|note| verifier.open(note).ok()).map_or(0, |at| at.size);
                return Ok(Pushed { refused: Some(error.context(DOING)), ..Pushed::nothing(from, own) });
            }
            Err(error) => return Err(error),
        };
        if from == head.size {
            return Ok(Pushed::nothing(from, own));
        }
        let erased = erased_and_imported::all_erased(tx)?;
        let part = part(tx, &verifier, (from, head.size), &erased, head.checkpoint)?;
        let mut source = Source::new(tx, (from, head.size), &erased, progress)?;
        let mut batches = touches::of_entries(tx, (from, head.size))?.into_iter().map(|name| batch(tx, &name));
        match transport.push(&part, &mut source, &mut batches) {
            Ok(()) => {}
            Err(error @ (TransportError::File(_) | TransportError::Damaged(_))) => {
                return Ok(Pushed { refused: Some(damaged_there(error).context(DOING)), ..Pushed::nothing(from, own) });
            }
            Err(error) => return Err(error.into()),
        }
        let erased = part.erased.len() as u64;
        Ok(Pushed { from, until: head.size, erased, checkpoint: part.checkpoint, refused: None })
    });
    pushed.map_err(|error| error.context(DOING))
}

impl Pushed {
    fn nothing(from: u64, own: &SiteHead) -> Self {
        let checkpoint = own.checkpoint.clone().unwrap_or_default();
        Self { from, until: from, erased: 0, checkpoint, refused: None }
    }

    /// Nothing was sent, because the hub's head of this log is damaged.
    pub(crate) fn refused(why: TransportError) -> Self {
        let refused = Some(damaged_there(why).context(DOING));
        Self { from: 0, until: 0, erased: 0, checkpoint: String::new(), refused }
    }
}

/// The error for damage in what the hub has of this log, with the way out.
fn damaged_there(why: TransportError) -> Error {
    let how = match &why {
        TransportError::File(_) => "puts the file back from a backup, or moves this site’s folder away",
        _ => "puts it right from a backup, or removes this site",
    };
    Error::from(why).hint(format!(
        "Nothing was sent. The hub’s administrator {how}: then `countersign hub join` and `countersign hub sync` send the whole log again"
    ))
}

/// Returns why this file does not fit what the hub has of its log, if it does not.
pub(crate) fn misfit(app: &App, own: &SiteHead) -> Result<Option<Error>, Error> {
    let verifier = app.log.verifier()?;
    app.log.db.read(|tx| {
        let size = log::head(tx)?.map_or(0, |head| head.size);
        match known_part(tx, &verifier, own, size) {
            Ok(_) => Ok(None),
            Err(error) if error.exit == Exit::Refused => Ok(Some(error)),
            Err(error) => Err(error),
        }
    })
}

/// Returns how many entries of this log the hub has, after checking that they are ours.
fn known_part(tx: &Tx<'_>, log: &LogVerifier, own: &SiteHead, size: u64) -> Result<u64, Error> {
    let altered = |why: String| {
        Err(Error::refused(why).hint("Nothing was sent. Tell the hub’s administrator, and keep this message"))
    };
    if own.vkey != log.to_string() {
        return altered("The hub has another key for this log".to_owned());
    }
    let entries = own.entries.unwrap_or_default();
    let Some(note) = &own.checkpoint else {
        return match entries {
            0 => Ok(0),
            _ => altered(format!("The hub has entries of this log up to number {entries}, but no checkpoint of it")),
        };
    };
    let Ok(checkpoint) = log.open(note) else {
        return altered("The hub’s newest checkpoint of this log is not signed by this log’s key".to_owned());
    };
    if entries != checkpoint.size {
        return altered(format!(
            "The hub’s newest checkpoint of this log is of {} entries, but its last entry there is number {entries}",
            checkpoint.size
        ));
    }
    if checkpoint.size > size {
        return Err(Error::refused(format!(
            "The hub has {} entries of this log, and this file has {size}. The file was put back from an older copy",
            checkpoint.size
        ))
        .hint(
            "Nothing was sent. To get back what is missing, from the hub into a new folder: `countersign hub rebuild`",
        ));
    }
    if old_root(tx, checkpoint.size)? != Some(checkpoint.root) {
        return Err(Error::refused(format!(
            "The hub has another history of this log: its first {} entries are not those of this file, but this log’s key signed both",
            checkpoint.size
        ))
        .hint("Nothing was sent. One of the two grew from an older copy. Keep both: `countersign backup`, and `countersign hub rebuild` into a new folder"));
    }
    Ok(checkpoint.size)
}

pub(crate) fn part(
    tx: &Tx<'_>,
    log: &LogVerifier,
    (from, until): (u64, u64),
    erased: &HashMap<u64, Erased>,
    checkpoint: String,
) -> Result<PushedPart, Error> {
    let imported = imported_rows(tx, (from, until), erased)?;
    let texts = standards::texts_since(tx, from)?.into_iter();
    let texts = texts.map(|text| TextRow { digest: text.digest, canonical: text.canonical, titles: text.titles });
    let later = erased.iter().filter(|(position, (_, by))| **position < from && *by >= from);
    let mut later: Vec<ErasedRow> =
        later.map(|(position, (_, by))| ErasedRow { position: *position, by: *by }).collect();
    later.sort_by_key(|row| row.position);
    let origin = log.origin().clone();
    Ok(PushedPart { origin, from, until, imported, texts: texts.collect(), erased: later, checkpoint })
}

/// Reads what the entries between two positions put back.
pub(crate) fn imported_rows(
    tx: &Tx<'_>,
    (from, until): (u64, u64),
    erased: &HashMap<u64, Erased>,
) -> Result<Vec<ImportedRow>, StoreError> {
    let mut rows = Vec::new();
    for position in erased_and_imported::imported_at(tx)?.into_iter().filter(|at| (from..until).contains(at)) {
        let row = erased_and_imported::imported(tx, position)?;
        let row = row.ok_or_else(|| damaged(format!("what entry {position} puts back is missing")))?;
        let signed = SignedRow { text: row.signed.text, signature: row.signed.signature };
        let signed = (!erased.contains_key(&position)).then_some(signed);
        rows.push(ImportedRow { position, id: row.id, key: row.key.to_string(), signed });
    }
    Ok(rows)
}

/// Returns the keys of the entries whose text is erased, as lines of OpenSSH.
pub(crate) fn keys_of_erased(tx: &Tx<'_>) -> Result<BTreeMap<u64, String>, StoreError> {
    let (keys, mut found) = (log::keys(tx)?, BTreeMap::new());
    for at in erased_and_imported::all_erased(tx)?.into_keys() {
        let entries = log::entries(tx, at..at + 1)?;
        found.extend(entries.first().and_then(|one| keys.get(&one.key)).map(|key| (at, key.to_string())));
    }
    Ok(found)
}

/// Reads a batch that an entry names.
pub(crate) fn batch(tx: &Tx<'_>, name: &[u8; 64]) -> Result<BatchRow, TransportError> {
    let missing = || damaged("a batch that was signed with a security key is missing");
    let found = touches::named(tx, name).and_then(|found| found.ok_or_else(missing));
    let found = found.map_err(|error| TransportError::Here(error.to_string()))?;
    Ok(BatchRow { name: found.name, key: found.key.to_string(), signature: found.signature, text: found.text })
}

/// Reads entries in order, a part at a time.
pub(crate) struct Source<'a> {
    tx: &'a Tx<'a>,
    next: u64,
    until: u64,
    erased: &'a HashMap<u64, Erased>,
    keys: HashMap<i64, (PublicKey, String)>,
    read: std::vec::IntoIter<RawEntry>,
    progress: &'a mut dyn FnMut(u64, u64),
    all: u64,
}

impl<'a> Source<'a> {
    pub(crate) fn new(
        tx: &'a Tx<'a>,
        (from, until): (u64, u64),
        erased: &'a HashMap<u64, Erased>,
        progress: &'a mut dyn FnMut(u64, u64),
    ) -> Result<Self, StoreError> {
        let keys = log::keys(tx)?.into_iter().map(|(number, key)| {
            let line = key.to_string();
            (number, (key, line))
        });
        let keys = keys.collect();
        Ok(Self { tx, next: from, until, erased, keys, read: Vec::new().into_iter(), progress, all: until - from })
    }

    fn entry(&mut self) -> Result<Option<EntryRow>, StoreError> {
        if self.next == self.until {
            return Ok(None);
        }
        let missing = format!("entry {} is missing", self.next);
        if self.read.len() == 0 {
            self.read = log::entries(self.tx, self.next..self.until.min(self.next + PART))?.into_iter();
            (self.progress)(self.all - (self.until - self.next), self.all);
        }
        let entry = self.read.next().filter(|entry| entry.position == self.next).ok_or_else(|| damaged(missing))?;
        self.next += 1;
        self.row(entry).map(Some)
    }

    fn row(&self, found: RawEntry) -> Result<EntryRow, StoreError> {
        let position = found.position;
        let (key, line) = self.keys.get(&found.key).ok_or_else(|| damaged(format!("entry {position} has no key")))?;
        let (leaf, signed) = if let Some((leaf, _)) = self.erased.get(&position) {
            (*leaf, None)
        } else {
            let leaf = leaf_of(&found, key);
            let text = String::from_utf8(found.text).map_err(damaged)?;
            (leaf, Some(SignedRow { text, signature: found.signature.to_vec() }))
        };
        Ok(EntryRow { position, id: found.id, key: line.clone(), scheme: BY_ITS_KEY, signed, leaf })
    }
}

impl Iterator for Source<'_> {
    type Item = Result<EntryRow, TransportError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.entry().map_err(|error| TransportError::Here(error.to_string())).transpose()
    }
}
