//! Builds and checks the copy of another department's log from rows that a hub sent.
//!
//! Invariant: the old copy stays as it is until the new one is whole, checked and on the disk.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::hub::earlier::is_still;
use crate::hub::selection::{CopyState, SiteCopy, copy_state, database, folder, remove_set_aside, set_aside};
use crate::log::historical_root::old_root;
use crate::log::referenced::leaf_at;
use crate::log::touched;
use crate::storage::atomic_file::{lock_file, private_folder, write_private};
use crate::storage::data_dir::{io_error, read_small, remove_database};
use crate::verify::anchors::ExternalAnchors;
use crate::verify::log::{Report, Verdict, verify_copy};
use chrono::NaiveDate;
use countersign_core::primitives::ids::{Digest, LogOrigin};
use countersign_core::primitives::key::PublicKey;
use countersign_core::statement::decode::decode;
use countersign_core::statement::{Body, SignedText};
use countersign_hub::error::TransportError;
use countersign_hub::rows::{BatchRow, EntryRow, ImportedRow, Pulled, PulledRow, SignedRow, SiteHead, TextRow};
use countersign_hub::transport::RowSink;
use countersign_ledger::batch::{SignedBatch, signature_digest, signs_batches};
use countersign_ledger::checkpoint_code::code;
use countersign_ledger::merkle::{CompactRange, entry, leaf_hash};
use countersign_ledger::note::{Checkpoint, LogVerifier};
use countersign_ledger::replay::EntryFault;
use countersign_ledger::security_key::KeySignature;
use countersign_ledger::sshsig::SignatureBytes;
use countersign_store::db::{Access, Db, WriteTx};
use countersign_store::erased_and_imported;
use countersign_store::error::StoreError;
use countersign_store::index::standards;
use countersign_store::log::{self, SignedTreeHead};
use countersign_store::touches;

/// How an entry is signed: by its key, or by that in the batch that it names. The number is the file's.
const BY_ITS_KEY: u16 = 1;
const ED25519_KEYS: &str = "ssh-ed25519";
const STILL_THERE: &str = "its text is there, although it was erased";
const UNKNOWN_WAY: &str = "it is signed in a way that this version of the program does not know";
/// The largest text of a statement.
const MOST_TEXT: usize = 16 * 1024;

/// Why a log that a hub sent is rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// The entry, from 0; `None` if it is about the log as a whole.
    pub position: Option<u64>,
    pub what: String,
    pub kind: RejectionKind,
}

/// What a rejection is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RejectionKind {
    /// What the hub has is not what the log's key signed, so only the hub can have damaged or altered it.
    Damaged,
    /// Two checkpoints that the log's key signed do not follow each other.
    OtherCheckpoint,
}

impl Rejection {
    /// Returns it as a sentence about a log.
    pub fn sentence(&self, origin: &LogOrigin) -> String {
        let what = match self.kind {
            RejectionKind::Damaged => format!("The hub’s copy of {origin} is damaged"),
            RejectionKind::OtherCheckpoint => format!("The log of {origin} at the hub is rejected"),
        };
        match self.position {
            Some(at) => format!("{what} at entry {at}: {}", self.what),
            None => format!("{what}: {}", self.what),
        }
    }
}

fn damaged(position: Option<u64>, what: impl Into<String>) -> Rejection {
    Rejection { position, what: what.into(), kind: RejectionKind::Damaged }
}

fn other_checkpoint(what: String) -> Rejection {
    Rejection { position: None, what, kind: RejectionKind::OtherCheckpoint }
}

/// What became of a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CopyOutcome {
    /// Nothing new.
    Same { size: u64 },
    /// Entries from one size to another were checked and added.
    Grown { from: u64, size: u64 },
    /// What the hub has is damaged, or not the log that was here; the old copy stays. The file has both checkpoints, if they
    /// prove something.
    Rejected { why: Rejection, evidence: Option<PathBuf> },
    /// Another process renews it at this moment.
    Busy,
}

/// Whether all rows are fetched, also those that the copy has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fetch {
    New,
    All,
}

/// How a copy failed.
pub(crate) enum CopyError {
    Rejected(Rejection),
    Exchange(TransportError),
    Failed(Error),
}

/// Why a copy was not built, with the checkpoint that its rows came with, if they did.
pub(crate) struct Unbuilt {
    pub why: CopyError,
    offered: Option<String>,
}

impl Unbuilt {
    fn is_rejected(&self) -> bool {
        matches!(self.why, CopyError::Rejected(_))
    }
}

impl From<StoreError> for CopyError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Error> for CopyError {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

fn reject(position: Option<u64>, what: impl Into<String>) -> CopyError {
    CopyError::Rejected(damaged(position, what))
}

/// Where a copy is renewed, of which log, and how.
#[derive(Clone, Copy)]
pub struct Renewal<'a> {
    /// The data folder.
    pub data: &'a Path,
    /// The key that was accepted for the log.
    pub log: &'a LogVerifier,
    pub fetch: Fetch,
    /// The size and root of that log that were last cosigned here: they count also if the copy was deleted.
    pub cosigned: Option<(u64, Digest)>,
    pub titles: Titles,
    pub threads: usize,
    pub today: NaiveDate,
}

/// What becomes of the short titles of duties, which nobody signs: the hub’s administrator can change them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Titles {
    /// Of another department: they are not shown here.
    Dropped,
    /// Of this department itself, which wants them back.
    Kept,
}

/// Fetches a log from a position on and returns its head at that moment, with digests of what comes before.
pub type Pull<'a> = dyn FnMut(u64, RowSink<'_>) -> Result<Pulled, TransportError> + 'a;

/// Renews the copy of a log that a hub says has this head. `progress` gets the entries checked and their number.
pub fn renew(
    what: &Renewal<'_>,
    head: &SiteHead,
    pull: &mut Pull<'_>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<CopyOutcome, Error> {
    let origin = what.log.origin();
    let doing = |error: Error| error.context(format!("Copying the log of {origin} from the hub"));
    let place = folder(what.data, origin);
    private_folder(&place)?;
    let Some(_lock) = lock_file(&place.join("lock"))? else { return Ok(CopyOutcome::Busy) };
    let before = match copy_state(what.data, origin).map_err(doing)? {
        CopyState::Missing => None,
        CopyState::Sound(before) => Some(before),
        CopyState::Damaged => {
            set_aside(what.data, origin).map_err(doing)?;
            None
        }
    };
    let rejected = |why: Rejection, offered: &str| {
        let both = before.as_ref().filter(|_| why.kind == RejectionKind::OtherCheckpoint && !offered.is_empty());
        let evidence = both.map(|(_, note)| keep_evidence(&place, what.today, &why.sentence(origin), note, offered));
        Ok(CopyOutcome::Rejected { why, evidence: evidence.transpose()? })
    };
    let offered = head.checkpoint.clone().unwrap_or_default();
    let size = match compare_heads(what.log, before.as_ref().map(|(known, _)| known), &offered) {
        Err(why) => return rejected(why, &offered),
        Ok(newest) => newest.size,
    };
    let mut changed = false;
    if what.fetch == Fetch::New && before.as_ref().is_some_and(|(known, _)| known.size == size) {
        match look_again(what, (head, size), pull).map_err(doing)? {
            Since::Nothing => return Ok(CopyOutcome::Same { size }),
            Since::More => {}
            Since::Changed => changed = true,
        }
    }
    let whole = Renewal { fetch: Fetch::All, ..*what };
    let what = if changed { &whole } else { what };
    let part = place.join("log.db.part");
    remove_database(&part);
    let mut made = build(what, &part, before.as_ref(), pull, progress);
    if what.fetch == Fetch::New && before.is_some() && matches!(&made, Err(unbuilt) if unbuilt.is_rejected()) {
        // Only a whole log tells whether the hub has another history, or whether the hub or the copy here is damaged.
        remove_database(&part);
        made = build(&whole, &part, before.as_ref(), pull, progress);
    }
    let done = match made {
        Ok((from, size)) => put(&part, &database(what.data, origin)).and_then(|()| {
            remove_set_aside(what.data, origin);
            // What differs from a log that is whole belongs to none of its entries.
            if changed && matches!(look_again(what, (head, size), pull)?, Since::Changed) {
                return rejected(damaged(None, "it has rows that belong to no entry"), &offered);
            }
            Ok(CopyOutcome::Grown { from, size })
        }),
        Err(unbuilt) => match unbuilt.why {
            CopyError::Rejected(why) => rejected(why, &unbuilt.offered.unwrap_or(offered)),
            CopyError::Exchange(error) => Err(error.into()),
            CopyError::Failed(error) => Err(error),
        },
    };
    remove_database(&part);
    done.map_err(doing)
}

/// What became of a log at the hub since it was copied.
enum Since {
    Nothing,
    /// It has more entries by now.
    More,
    /// What the copy has is not what the hub has.
    Changed,
}

/// Asks whether a hub still has exactly what the copy has, which has as many entries as the hub’s head says.
fn look_again(what: &Renewal<'_>, (head, size): (&SiteHead, u64), pull: &mut Pull<'_>) -> Result<Since, Error> {
    let mut more = false;
    let pulled = pull(size, &mut |_| {
        more = true;
        Ok(())
    })?;
    if more || pulled.head.checkpoint != head.checkpoint {
        return Ok(Since::More);
    }
    let copy = SiteCopy::open(what.data, what.log.origin())?;
    let is_still = copy.is_some_and(|copy| copy.is_still((size, &pulled.earlier)));
    Ok(if is_still { Since::Nothing } else { Since::Changed })
}

/// Opens the checkpoint that a hub shows with the accepted key, and compares it with the one that is here.
fn compare_heads(log: &LogVerifier, before: Option<&Checkpoint>, offered: &str) -> Result<Checkpoint, Rejection> {
    if offered.is_empty() {
        return Err(damaged(None, "it has no checkpoint"));
    }
    let newest =
        log.open(offered).map_err(|fault| damaged(None, format!("its newest checkpoint cannot be used. {fault}")))?;
    let Some(known) = before else { return Ok(newest) };
    if newest.size < known.size {
        let what = format!("it shows {} entries, fewer than the {} that it had before", newest.size, known.size);
        return Err(other_checkpoint(what));
    }
    if newest.size == known.size && newest.root != known.root {
        return Err(fork(&newest, known));
    }
    Ok(newest)
}

fn fork(newest: &Checkpoint, known: &Checkpoint) -> Rejection {
    let code = |one: &Checkpoint| code(one.size, &one.root);
    let what = format!(
        "it is another history than the one that was here, signed by the same key. {} came before, {} is at the hub",
        code(known),
        code(newest)
    );
    other_checkpoint(what)
}

/// Builds the new copy in a file of its own and checks it; returns its size before and now.
pub(crate) fn build(
    what: &Renewal<'_>,
    part: &Path,
    before: Option<&(Checkpoint, String)>,
    pull: &mut Pull<'_>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(u64, u64), Box<Unbuilt>> {
    let failed = |error: Error| Box::new(Unbuilt { why: CopyError::Failed(error), offered: None });
    let stored = |error: StoreError| failed(error.into());
    let known = before.filter(|_| what.fetch == Fetch::New);
    let mut db = if known.is_some() {
        let old = database(what.data, what.log.origin());
        fs::copy(&old, part).map_err(|error| failed(io_error(part, &error)))?;
        Db::open(part, Access::Write).map_err(stored)?
    } else {
        Db::create(part).map_err(stored)?
    };
    let mut evidence = ExternalAnchors::default();
    if let Some((_, note)) = before {
        evidence.add_checkpoints("the copy that was here", note).map_err(failed)?;
    }
    let from = known.map_or(0, |(known, _)| known.size);
    let old = before.map(|_| SiteCopy::open(what.data, what.log.origin())).transpose().map_err(failed)?.flatten();
    let erased_keys = old.map(|old| old.keys_of_erased()).transpose().map_err(failed)?.unwrap_or_default();
    let (mut note, mut erased_before) = (None, false);
    let built = db.write(|tx| -> Result<u64, CopyError> {
        let mut builder = CopyBuilder::new(tx, what, from)?;
        builder.erased_keys = erased_keys;
        let mut fault = None;
        let mut each = |row: PulledRow| {
            builder.row(row).map_err(|error| {
                let why = match &error {
                    CopyError::Exchange(error) => error.to_string(),
                    CopyError::Rejected(why) => why.what.clone(),
                    CopyError::Failed(error) => error.why.clone(),
                };
                fault = Some(error);
                TransportError::Here(why)
            })
        };
        let pulled = pull(from, &mut each);
        let Pulled { head, earlier } = match (pulled, fault) {
            (_, Some(fault)) => return Err(fault),
            (Err(error), None) => return Err(CopyError::Exchange(error)),
            (Ok(pulled), None) => pulled,
        };
        let offered = head.checkpoint.unwrap_or_default();
        note = Some(offered.clone());
        let newest = compare_heads(what.log, before.map(|(known, _)| known), &offered);
        let newest = newest.map_err(CopyError::Rejected)?;
        let (size, root) = (builder.edge.size(), builder.edge.root());
        erased_before = builder.finish(&offered)?;
        if from > 0 && !is_still(tx, (from, &earlier)) {
            return Err(reject(None, format!("its first {from} entries are not what they were")));
        }
        let report = verify_copy(tx, &evidence, (what.threads, from), progress)?;
        judge(&report, &newest, (size, root), before.map(|(known, _)| known)).map_err(CopyError::Rejected)?;
        if let Some((before, root)) = what.cosigned
            && (before > size || old_root(tx, before)? != Some(root))
        {
            let what = format!("its first {before} entries are not those that were cosigned here");
            return Err(CopyError::Rejected(other_checkpoint(what)));
        }
        Ok(size)
    });
    let size = built.map_err(|why| Box::new(Unbuilt { why, offered: note }))?;
    if erased_before {
        db.scrub().map_err(stored)?;
    }
    db.settle().map_err(stored)?;
    Ok((from, size))
}

/// Decides from a report, and from the checkpoint that the rows must lead to, whether a log is what it was.
fn judge(
    report: &Report,
    newest: &Checkpoint,
    (size, root): (u64, Digest),
    before: Option<&Checkpoint>,
) -> Result<(), Rejection> {
    let leads = (newest.size, newest.root) == (size, root);
    let other_history = EntryFault::Seen.to_string();
    let fault = report.faults.iter().find(|fault| fault.position.is_some() && fault.what != other_history);
    if let Some(fault) = fault {
        return Err(damaged(fault.position, in_sentence(&fault.what)));
    }
    if newest.size > size {
        return Err(damaged(Some(size), format!("the entries from {size} to {} are missing", newest.size - 1)));
    }
    if newest.size < size {
        let what = format!("the log signed {} entries, and the hub sent more", newest.size);
        return Err(damaged(Some(newest.size), what));
    }
    // Entries that do not lead to the checkpoint prove nothing about it.
    if leads
        && report.verdict == Verdict::Inconsistent
        && let Some(known) = before
    {
        return Err(fork(newest, known));
    }
    match report.faults.first() {
        Some(fault) => Err(damaged(fault.position, in_sentence(&fault.what))),
        None if !leads => Err(damaged(None, "its entries are not those that it signed")),
        None => Ok(()),
    }
}

/// Lets a sentence begin with a small letter, to follow a colon.
fn in_sentence(what: &str) -> String {
    let mut letters = what.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// Renames a finished copy into place; durable on return.
fn put(part: &Path, place: &Path) -> Result<(), Error> {
    let sync = |path: &Path| fs::File::open(path).and_then(|file| file.sync_all()).map_err(|e| io_error(path, &e));
    sync(part)?;
    fs::rename(part, place).map_err(|e| io_error(place, &e))?;
    sync(place.parent().unwrap_or(place))
}

/// Writes both checkpoints to a file of the day, after what is there.
fn keep_evidence(folder: &Path, today: NaiveDate, why: &str, before: &str, offered: &str) -> Result<PathBuf, Error> {
    let path = folder.join(format!("evidence-{today}.txt"));
    let mut text = read_small(&path).map_err(|e| io_error(&path, &e))?.unwrap_or_default();
    let mut part = format!("{why}\n");
    for (name, note) in [("was here", before), ("is at the hub", offered)] {
        // Writing to a String cannot fail.
        let _ = write!(part, "\nThe checkpoint that {name}:\n\n{}\n", note.trim_end());
    }
    part.push('\n');
    // A sync every quarter of an hour must not fill the disk with the same.
    if !text.ends_with(&part) {
        text.push_str(&part);
        write_private(&path, text.as_bytes())?;
    }
    Ok(path)
}

/// Appends rows to a copy, and checks what can be checked row by row.
struct CopyBuilder<'t> {
    tx: &'t WriteTx<'t>,
    from: u64,
    titles: Titles,
    edge: CompactRange,
    keys: HashMap<String, (i64, PublicKey)>,
    /// The batches that new statements were signed in and that have not come, with the first position that names each.
    asked: HashMap<SignatureBytes, u64>,
    /// Entries without a text, with their leaves.
    blank: BTreeMap<u64, Digest>,
    /// The entries that erase, by the position that they erase.
    erasures: BTreeMap<u64, u64>,
    /// The keys of entries that are erased in the copy that was here: no leaf can be computed again that they are part of.
    erased_keys: BTreeMap<u64, String>,
}

impl<'t> CopyBuilder<'t> {
    fn new(tx: &'t WriteTx<'t>, what: &Renewal<'_>, from: u64) -> Result<Self, CopyError> {
        let edge = match log::head(tx)? {
            Some(head) => CompactRange::from_bytes(&head.edge).map_err(|e| CopyError::Failed(Error::refused(e)))?,
            None => CompactRange::new(),
        };
        if from == 0 {
            log::begin(tx, what.log.origin(), &what.log.to_string())?;
        }
        let (titles, keys, asked) = (what.titles, HashMap::new(), HashMap::new());
        Ok(Self {
            tx,
            from,
            titles,
            edge,
            keys,
            asked,
            blank: BTreeMap::new(),
            erasures: BTreeMap::new(),
            erased_keys: BTreeMap::new(),
        })
    }

    fn row(&mut self, row: PulledRow) -> Result<(), CopyError> {
        match row {
            PulledRow::Entry(row) => self.entry(row),
            PulledRow::Imported(row) => self.imported(row),
            PulledRow::Batch(row) => self.batch(row),
            PulledRow::Text(row) => self.text(&row),
        }
    }

    fn entry(&mut self, row: EntryRow) -> Result<(), CopyError> {
        let at = self.edge.size();
        if row.position != at {
            return Err(reject(
                Some(at),
                format!("it is missing, and the hub sent entry {} in its place", row.position),
            ));
        }
        if row.scheme != BY_ITS_KEY {
            return Err(reject(Some(at), UNKNOWN_WAY));
        }
        let (key, public) = self.key(&row.key, at)?;
        let fingerprint = public.fingerprint();
        let (text, signature) = match row.signed {
            None if self.erased_keys.get(&at).is_some_and(|known| *known != row.key) => {
                return Err(reject(Some(at), "its key is not the one that it had"));
            }
            None => {
                self.blank.insert(at, row.leaf);
                (String::new(), [0; 64])
            }
            Some(_) if public.algorithm() != ED25519_KEYS && !signs_batches(&public) => {
                return Err(reject(Some(at), UNKNOWN_WAY));
            }
            Some(signed) => {
                let (text, signature) = Self::signed(signed, at)?;
                let blob = signature_digest(&public, &signature);
                if leaf_hash(&entry(row.id, Digest::of(text.as_bytes()), blob)) != row.leaf {
                    return Err(reject(Some(at), "its id, text, key or signature is not the one that its leaf is of"));
                }
                if text.contains("\nkind erase\n")
                    && let Ok(Body::Erase(erase)) = decode(&text).map(|statement| statement.body)
                {
                    self.erasures.insert(erase.position, at);
                }
                self.ask(&public, signature, at);
                (text, signature)
            }
        };
        let signed = SignedText { text, key: fingerprint, signature: signature.to_vec() };
        if let Err(error) = log::append(self.tx, at, row.id, key, &signed) {
            return match erased_and_imported::position_of(self.tx, row.id)? {
                Some(other) => Err(reject(Some(at), format!("it has the id of entry {other}"))),
                None => Err(error.into()),
            };
        }
        if let Some(tile) = self.edge.push(row.leaf) {
            log::add_tile(self.tx, tile.index, &tile.hash)?;
        }
        Ok(())
    }

    fn imported(&mut self, row: ImportedRow) -> Result<(), CopyError> {
        let at = row.position;
        if at < self.from || at >= self.edge.size() || erased_and_imported::imported(self.tx, at)?.is_some() {
            return Err(reject(Some(at), "the hub sent a statement that it puts back, and it is not a new one"));
        }
        let (key, public) = self.key(&row.key, at)?;
        if row.signed.is_some() && self.erasures.contains_key(&at) {
            return Err(reject(Some(at), STILL_THERE));
        }
        let (text, signature) = match row.signed {
            None => (String::new(), [0; 64]),
            Some(signed) => {
                let (text, signature) = Self::signed(signed, at)?;
                self.ask(&public, signature, at);
                (text, signature)
            }
        };
        let signed = SignedText { text, key: public.fingerprint(), signature: signature.to_vec() };
        if let Err(error) = erased_and_imported::put_back(self.tx, at, row.id, key, &signed) {
            return match erased_and_imported::position_of(self.tx, row.id)? {
                Some(other) => Err(reject(Some(at), format!("what it puts back is entry {other}"))),
                None => Err(error.into()),
            };
        }
        Ok(())
    }

    /// Notes the batch that a new statement was signed in, if it was.
    fn ask(&mut self, key: &PublicKey, name: SignatureBytes, at: u64) {
        if signs_batches(key) {
            self.asked.entry(name).or_insert(at);
        }
    }

    /// Stores a batch that new statements name. Its name is of its text, key and signature; those are checked with the entries.
    fn batch(&mut self, row: BatchRow) -> Result<(), CopyError> {
        let Some(at) = self.asked.remove(&row.name) else {
            return Err(reject(None, "the hub sent a batch of a security key that no new statement was signed in"));
        };
        let altered = || reject(Some(at), "the batch that it was signed in is not the one that it names");
        let key: PublicKey = row.key.parse().map_err(|_| altered())?;
        let signature = KeySignature::from_bytes(key.algorithm(), &row.signature).ok_or_else(altered)?;
        let batch = SignedBatch { text: row.text, key, signature };
        if !signs_batches(&batch.key) || batch.name() != row.name {
            return Err(altered());
        }
        Ok(touched::keep(self.tx, &batch)?)
    }

    fn text(&mut self, row: &TextRow) -> Result<(), CopyError> {
        let named = || format!("the text sha256:{} of a standard", row.digest.hex());
        if Digest::of(row.canonical.as_bytes()) != row.digest {
            return Err(reject(None, format!("{} is not the one that this digest is of", named())));
        }
        let titles = if self.titles == Titles::Kept { row.titles.as_str() } else { "" };
        standards::add_copied(self.tx, &row.digest, &row.canonical, titles).map_err(|error| {
            if matches!(error, StoreError::Damaged(_)) {
                reject(None, format!("{} is not a standard", named()))
            } else {
                error.into()
            }
        })
    }

    fn signed(signed: SignedRow, at: u64) -> Result<(String, [u8; 64]), CopyError> {
        let SignedRow { text, signature } = signed;
        if text.len() > MOST_TEXT || text.is_empty() {
            return Err(reject(Some(at), "its text is empty or too long"));
        }
        match <[u8; 64]>::try_from(signature.as_slice()) {
            Ok(signature) => Ok((text, signature)),
            Err(_) => Err(reject(Some(at), "its signature has another length than one by its key")),
        }
    }

    fn key(&mut self, line: &str, at: u64) -> Result<(i64, PublicKey), CopyError> {
        if let Some((number, key)) = self.keys.get(line) {
            return Ok((*number, key.clone()));
        }
        let key: PublicKey = line.parse().map_err(|_| reject(Some(at), "its key cannot be read"))?;
        let number = log::add_key(self.tx, &key)?;
        self.keys.insert(line.to_owned(), (number, key.clone()));
        Ok((number, key))
    }

    /// Deletes what the log erased and stores the head. Returns whether a text that was here before is deleted.
    fn finish(self, checkpoint: &str) -> Result<bool, CopyError> {
        let known = erased_and_imported::all_erased(self.tx)?;
        if let Some((at, _)) = self.blank.iter().find(|(at, _)| !self.erasures.contains_key(at)) {
            return Err(reject(Some(*at), "its text is missing, and no statement erased it"));
        }
        let still_there = |at: &&u64| **at >= self.from && !self.blank.contains_key(at);
        if let Some(at) = self.erasures.keys().find(still_there) {
            return Err(reject(Some(*at), STILL_THERE));
        }
        let mut before = false;
        for (at, by) in &self.erasures {
            if known.contains_key(at) || at >= by {
                continue;
            }
            let leaf = match self.blank.get(at) {
                Some(leaf) => *leaf,
                None => leaf_at(self.tx, *at)?,
            };
            before |= *at < self.from;
            erased_and_imported::erase_in_copy(self.tx, *at, &leaf, *by)?;
        }
        touches::drop_unnamed(self.tx)?;
        let head =
            SignedTreeHead { size: self.edge.size(), edge: self.edge.to_bytes(), checkpoint: checkpoint.to_owned() };
        log::set_head(self.tx, &head)?;
        Ok(before)
    }
}
