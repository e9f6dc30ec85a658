//! Verifies a file in full: signatures, encodings, rules, roots, erasures, tables, indexes and database pages.
//!
//! Invariant: only the entries themselves are trusted. Rules are checked against indexes rebuilt from the earlier
//! statements in a temporary database, which are then compared with the file's. Memory grows with the number of people, not
//! of records.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::claims::answered::{ClaimFault, Claims};
use crate::clock::Deadline;
use crate::error::{Error, Exit};
use crate::hub::results::{LogState, last_results};
use crate::hub::selection::evidence;
use crate::log::append::head_of;
use crate::log::historical_root::old_root;
use crate::log::referenced::{check_restored, erased_time, target};
use crate::log::touched;
use crate::verify::anchors::{AnchorMatches, ExternalAnchors, OpenAnchors};
use crate::verify::findings::{Absent, Fault, Faults};
use crate::verify::held;
use crate::verify::index::{self, ExpectedContent};
use crate::verify::pulled;
use crate::verify::rebuild::Reindexing;
use crate::verify::touches::{BatchOrder, compare_touches};
use crate::verify::witnesses;
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::StatementId;
use countersign_core::primitives::presence::Presence;
use countersign_core::record::view::TreeHead;
use countersign_core::rules::facts::RuleContext;
use countersign_core::statement::kind::Kind;
use countersign_core::statement::{Body, Statement};
use countersign_ledger::batch::{BatchFault, CheckedBatch, SignedBatch, signs_batches};
use countersign_ledger::checkpoint_code::code;
use countersign_ledger::merkle::CompactRange;
use countersign_ledger::note::LogVerifier;
use countersign_ledger::replay::{CheckedEntry, PreparedKey, ReceiptStatement, Replay, look, look_again};
use countersign_ledger::sshsig::SignatureBytes;
use countersign_store::db::{Access, Db, MOST_BYTES, Tx, WriteTx};
use countersign_store::erased_and_imported::{self, Erased};
use countersign_store::error::{StoreError, damaged};
use countersign_store::from_elsewhere::cosignatures;
use countersign_store::from_elsewhere::rebuilt;
use countersign_store::index::indexer::{self, Indexer};
use countersign_store::index::programme_index;
use countersign_store::index::scratch::{Scratch, compared};
use countersign_store::log::{self, RawEntry};
use countersign_store::queries::audit;

/// What to do if all that is wrong is an index.
const REBUILD: &str = "Nothing that was signed has changed. Run `countersign rebuild` to make the indexes again from the signed statements";
/// Entries in one part.
const PART: u64 = 512;
/// Time limit of a verification, before the allowance for the file's size.
const PATIENCE: Duration = Duration::from_mins(2);
/// Extra time per mebibyte of the file, for a very slow disk.
const FOR_EACH_MIB: Duration = Duration::from_millis(500);

/// The verdict on a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Sound, and consistent with the evidence kept outside it.
    Sound,
    Altered,
    /// Not the history that the evidence outside shows.
    Inconsistent,
    /// No fault found, but there was no evidence from outside to compare with.
    CannotTell,
}

/// The result of a verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The log's size and root, computed from its entries; those of an empty log if none could be read.
    pub head: TreeHead,
    /// The last readable entry.
    pub last: Option<LastEntry>,
    pub verdict: Verdict,
    /// In order; at most 1,000.
    pub faults: Vec<Fault>,
    pub found: u64,
    /// Whether all that is wrong is an index, so that the statements are intact.
    pub only_indexes: bool,
    /// Further sentences for the reader.
    pub notes: Vec<String>,
    /// What it would be sound with.
    pub lacks: Option<Lack>,
}

/// What keeps a file from being sound although nothing in it is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// The copies of other logs, with which what the hub brought is compared.
    Copies,
    /// What a hub does not bring back. Somebody who deletes it could write that the file was rebuilt.
    LostInRebuild,
    /// What shows that a log erased texts: a bundle of it was taken back.
    ErasedElsewhere,
}

/// The last entry, by which a reader can tell whether a copy is complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastEntry {
    /// Its position, from 0.
    pub position: u64,
    pub kind: Kind,
    pub signed: Timestamp,
    /// The department that the log belongs to.
    pub department: String,
}

/// What a file is, which decides what must be in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// A department's own file: all of it is verified.
    Own,
    /// A copy of another department's log, whose evidence, claims and bundles stay there. The signatures of its first entries
    /// were verified before.
    Copy { verified: u64 },
}

/// Verifies the copy of another department's log in this transaction, and makes its indexes again. The entries whose
/// signatures were verified before must have the root that was signed for them: `evidence` has that checkpoint.
pub(crate) fn verify_copy(
    tx: &WriteTx<'_>,
    evidence: &ExternalAnchors,
    (threads, verified): (usize, u64),
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Report, Error> {
    indexer::clear(tx)?;
    let mut work = Verification { evidence, threads: threads.max(1), scope: Scope::Copy { verified }, progress };
    work.go_through(tx, || Ok(Vec::new()))
}

/// Verifies a file and compares it with checkpoints (signed notes) kept outside it. See [`verify_against`].
pub fn verify(
    path: &Path,
    checkpoints: &[String],
    threads: usize,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Report, Error> {
    let mut evidence = ExternalAnchors::default();
    for note in checkpoints {
        evidence.add_checkpoints("what was given", note)?;
    }
    verify_against(path, &evidence, threads, progress)
}

/// Verifies a file and compares it with evidence kept outside it. `progress` gets the amount done and the total.
pub fn verify_against(
    path: &Path,
    evidence: &ExternalAnchors,
    threads: usize,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Report, Error> {
    let doing = |e: Error| e.context(format!("Verifying {}", path.display()));
    let opened = Db::open(path, Access::Read).and_then(|file| {
        let other = file.another()?;
        Ok((file, other))
    });
    let (file, other) = match opened {
        Ok(both) => both,
        // A changed schema is a finding about the file, not a failure to verify it.
        Err(fault @ StoreError::Schema(_)) => return Ok(Report::of_one_fault(fault.to_string())),
        Err(fault) => return Err(doing(unread(fault))),
    };
    let mut scratch = Scratch::over(&file).map_err(|e| doing(in_temporary_folder(e)))?;
    let bytes = file.bytes().map_err(|e| doing(unread(e)))?;
    if bytes > MOST_BYTES {
        return Ok(Report::of_one_fault(format!(
            "The file claims to be {} GiB in size, which is too large to be a log",
            bytes >> 30
        )));
    }
    let mebibytes = u32::try_from(bytes >> 20).unwrap_or(u32::MAX);
    let deadline = Deadline::after(PATIENCE + FOR_EACH_MIB * mebibytes);
    other.stop_when(move || deadline.passed()).map_err(|e| doing(e.into()))?;
    scratch.stop_when(move || deadline.passed()).map_err(|e| doing(e.into()))?;
    let incomplete_alone = file.is_incomplete_alone();
    let report = std::thread::scope(|scope| {
        let pages = scope.spawn(move || audit::pages(&other));
        let whole = |tx: &WriteTx<'_>| {
            let mut work = Verification { evidence, threads: threads.max(1), scope: Scope::Own, progress };
            let early = |_| Err(damaged("the check of its pages ended early"));
            work.go_through(tx, || pages.join().unwrap_or_else(early))
        };
        scratch.work(whole)
    });
    let mut report = report.map_err(doing)?;
    let data = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    report.add_copies(&file, data);
    if incomplete_alone {
        report.notes.push(
            "Some entries may still be in a second file next to this one (-wal), which was read too. To hand the record over, make a backup"
                .to_owned(),
        );
    }
    Ok(report)
}

/// Records a read error as a fault of the file and goes on; returns an error if the machine failed, which says nothing of
/// the file.
fn tolerated<T>(read: Result<T, StoreError>, at: Option<u64>, faults: &mut Faults) -> Result<Option<T>, Error> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(fault) if fault.is_of_the_machine() => Err(in_temporary_folder(fault)),
        Err(fault) => {
            faults.add(at, fault);
            Ok(None)
        }
    }
}

/// A lack of room for the temporary database says nothing about the file.
fn in_temporary_folder(fault: StoreError) -> Error {
    match fault {
        StoreError::Full | StoreError::Unwritable => Error {
            exit: Exit::CannotTell,
            ..Error::refused("There is not enough room in the temporary folder")
                .hint("Set TMPDIR to a folder with as much free space as the file is large, then verify again")
        },
        other => unread(other),
    }
}

impl Report {
    /// Returns what a reader can conclude, as a sentence.
    pub fn sentence(&self) -> &'static str {
        match self.verdict {
            Verdict::Sound => "Intact: every signature is valid, and the file matches what you kept",
            Verdict::Altered if self.only_indexes => {
                "Every signature is valid, but an index does not match what was signed. The faults are listed below"
            }
            Verdict::Altered => "Altered: this file is not as countersign wrote it. The faults are listed below",
            Verdict::Inconsistent => "Inconsistent: the file's history does not match what you kept",
            Verdict::CannotTell if self.lacks == Some(Lack::LostInRebuild) => {
                "Every signature is valid, and the file matches what you kept, but it says that it was rebuilt from a hub: what is missing cannot be told from what somebody deleted"
            }
            Verdict::CannotTell if self.lacks == Some(Lack::ErasedElsewhere) => {
                "Every signature is valid, and the file matches what you kept, but texts of another log are erased here, and nothing shows any more that it erased them"
            }
            Verdict::CannotTell if self.lacks == Some(Lack::Copies) => {
                "Every signature is valid, and the file matches what you kept, but a copy of another log is missing, damaged or newer than the record, so what the hub brought cannot be compared"
            }
            Verdict::CannotTell => {
                "Intact: every signature is valid. Nothing that you kept was compared, so entries cut off at the end would not show"
            }
        }
    }

    /// Compares what the hub brought with the copies of other logs next to the file, and mentions logs that were rejected.
    fn add_copies(&mut self, file: &Db, data: &Path) {
        match pulled::compare_copies(file, data) {
            Ok(compared) => {
                self.found += compared.faults.len() as u64;
                self.only_indexes &= compared.faults.is_empty();
                if !self.only_indexes {
                    self.notes.retain(|note| note != REBUILD);
                }
                if !compared.faults.is_empty() && self.verdict != Verdict::Inconsistent {
                    self.verdict = Verdict::Altered;
                }
                self.faults.extend(compared.faults);
                if !compared.uncompared.is_empty() {
                    self.lacks(&compared.uncompared);
                }
            }
            // The file itself may be too damaged to say who rotates; its own faults are listed.
            Err(error) => self.lacks(&[format!("The copies of other departments’ logs were not compared: {error}")]),
        }
        let rejected = last_results(data).into_iter().filter(|result| result.state == LogState::Rejected);
        self.notes.extend(rejected.map(|result| result.why));
        self.notes.extend(evidence(data).into_iter().map(|(file, now)| evidence_words(&file, now)));
    }

    /// Notes what could not be compared: somebody who alters what the hub brought deletes the copy first.
    fn lacks(&mut self, notes: &[String]) {
        self.notes.extend(notes.iter().cloned());
        self.notes
            .push("To fetch and check the copies again, in the data folder: `countersign hub sync --all`".to_owned());
        if self.verdict == Verdict::Sound {
            (self.verdict, self.lacks) = (Verdict::CannotTell, Some(Lack::Copies));
        }
    }

    /// Builds the report for a file that could not be verified further.
    fn of_one_fault(what: String) -> Self {
        let faults = vec![Fault { position: None, what }];
        let (size, root) = (0, CompactRange::new().root());
        let head = TreeHead { size, root, code: code(size, &root) };
        Self {
            head,
            last: None,
            verdict: Verdict::Altered,
            faults,
            found: 1,
            only_indexes: false,
            notes: Vec::new(),
            lacks: None,
        }
    }
}

/// Returns the sentence about a file with both checkpoints of a log that was rejected.
pub fn evidence_words(file: &Path, now: bool) -> String {
    let place = file.display();
    if now {
        format!("Both checkpoints of the rejected log are in {place}: show them to that department")
    } else {
        format!("Both checkpoints of an earlier rejection are in {place}")
    }
}

/// The verification of one file.
struct Verification<'w> {
    evidence: &'w ExternalAnchors,
    threads: usize,
    scope: Scope,
    progress: &'w mut dyn FnMut(u64, u64),
}

impl Verification<'_> {
    fn go_through(
        &mut self,
        tx: &WriteTx<'_>,
        pages: impl FnOnce() -> Result<Vec<String>, StoreError>,
    ) -> Result<Report, Error> {
        let mut faults = Faults::default();
        faults.rebuilt = tolerated(rebuilt::size(tx), None, &mut faults)?.unwrap_or_default();
        let began = index::log_verifier(tx, &mut faults);
        let verifier = tolerated(began, None, &mut faults)?.flatten();
        let outside = match &verifier {
            Some(verifier) => self.evidence.open(verifier)?,
            None => OpenAnchors::default(),
        };
        if verifier.is_none() && !self.evidence.is_empty() {
            faults.add(None, "What was kept outside cannot be compared: the first entry does not begin a log");
        }
        let size = tolerated(log::head(tx), None, &mut faults)?.flatten().map_or(0, |head| head.size);
        if faults.rebuilt > size {
            faults.add(None, "It says that it was rebuilt from a hub with more entries than it has");
        }
        let ready = |row: audit::KeyRow| Some((row.number, PreparedKey::new(row.key?).ok()?));
        let keys: HashMap<i64, PreparedKey> = audit::keys(tx).map_err(unread)?.into_iter().filter_map(ready).collect();
        let mut log = LogWalk {
            keys: &keys,
            scope: self.scope,
            replay: Replay::default(),
            stated: ExpectedContent::default(),
            erased: tolerated(erased_and_imported::all_erased(tx), None, &mut faults)?.unwrap_or_default(),
            reindexing: Reindexing::default(),
            batches: BatchOrder::default(),
            met: outside.asks(),
            claims: Claims::default(),
            department: String::new(),
            last: None,
        };
        let cosigned = match self.scope {
            Scope::Own => tolerated(cosignatures::all(tx), None, &mut faults)?.unwrap_or_default(),
            Scope::Copy { .. } => Vec::new(),
        };
        for row in &cosigned {
            log.met.ask(row.size);
        }
        // An altered head may claim more entries than exist.
        let parts = size.min(log::end(tx).map_err(unread)?).div_ceil(PART);
        // Comparing the tables takes about a quarter of the time.
        let (entries, tables) = (parts * PART, parts * PART / 4);
        let known = match self.scope {
            Scope::Own => 0,
            Scope::Copy { verified } => verified,
        };
        std::thread::scope(|scope| -> Result<(), Error> {
            let (to_look, look_at) = sync_channel::<VerifyPart>(self.threads);
            let (to_step, looked) = sync_channel::<VerifyPart>(self.threads);
            let look_at = Arc::new(Mutex::new(look_at));
            for _ in 0..self.threads {
                let (look_at, to_step, keys) = (Arc::clone(&look_at), to_step.clone(), &keys);
                scope.spawn(move || look_on(&look_at, &to_step, keys, known));
            }
            drop(to_step);
            drop(look_at);
            let belt = VerifyPipeline { parts, threads: self.threads as u64, to_look, looked };
            log.go_through(tx, &belt, &mut faults, &mut |part| (self.progress)(part * PART, entries + tables))
        })?;
        if !log.batches.is_complete() {
            faults.add(None, "The last batch that was signed with a touch has statements that are not in the file");
        }
        tolerated(compare_touches(tx, &mut faults), None, &mut faults)?;
        let head = log.compare_head(tx, verifier.as_ref(), &mut faults);
        let compared_log = index::compare_log(tx, &log.stated, &log.erased, size, &mut faults);
        tolerated(compared_log, None, &mut faults)?;
        let unlisted = match self.scope {
            Scope::Own => self.compare_rest(tx, &log.stated, (entries, tables), pages, &mut faults)?,
            Scope::Copy { .. } => Vec::new(),
        };
        let witnessed = verifier.as_ref().and_then(|own| {
            witnesses::compare(
                own,
                &cosigned,
                &witnesses::Found { stated: &log.stated, met: &log.met, outside: &outside },
                &mut faults,
            )
        });
        let notes = unlisted.into_iter().chain(witnessed).collect();
        self.conclude(tx, &log, &outside, (head, notes), faults)
    }

    /// Compares what a department's own file has besides its log.
    fn compare_rest(
        &mut self,
        tx: &WriteTx<'_>,
        stated: &ExpectedContent,
        (entries, tables): (u64, u64),
        pages: impl FnOnce() -> Result<Vec<String>, StoreError>,
        faults: &mut Faults,
    ) -> Result<Vec<String>, Error> {
        tolerated(held::compare_received(tx, stated, faults), None, faults)?;
        tolerated(pulled::compare_pulled(tx, stated, faults), None, faults)?;
        let (mut done, all) = (0, compared().count() as u64);
        let compared_indexes = index::compare_indexes(tx, faults, &mut || {
            done += 1;
            (self.progress)(entries + tables * done / all, entries + tables);
        });
        tolerated(compared_indexes, None, faults)?;
        let pages = tolerated(pages(), None, faults)?.unwrap_or_default();
        for fault in pages {
            faults.add(None, format!("SQLite finds the file damaged: {fault}"));
        }
        let evidence = index::compare_evidence(tx, stated, faults);
        let unlisted = tolerated(evidence, None, faults)?.flatten();
        tolerated(index::compare_workspace(tx, faults), None, faults)?;
        Ok(unlisted.into_iter().chain(faults.notes()).collect())
    }

    fn conclude(
        &self,
        tx: &WriteTx<'_>,
        log: &LogWalk<'_>,
        outside: &OpenAnchors<'_>,
        (head, further): (TreeHead, Vec<String>),
        mut faults: Faults,
    ) -> Result<Report, Error> {
        let consistent = outside.against(tx, &log.met, &log.stated, head.size, &mut faults)?;
        let verdict = match (consistent, faults.found, self.evidence.is_empty()) {
            (false, _, _) => Verdict::Inconsistent,
            (true, 1.., _) => Verdict::Altered,
            (true, 0, true) => Verdict::CannotTell,
            (true, 0, false) if faults.lacks_absent() || faults.has_untold() => Verdict::CannotTell,
            (true, 0, false) => Verdict::Sound,
        };
        let lacks = if faults.lacks_absent() { Lack::LostInRebuild } else { Lack::ErasedElsewhere };
        let lacks = (verdict == Verdict::CannotTell && !self.evidence.is_empty()).then_some(lacks);
        let mut notes = outside.passed_over.clone();
        let only_indexes = verdict == Verdict::Altered && faults.found == faults.in_indexes;
        if only_indexes {
            notes.push(REBUILD.to_owned());
        }
        notes.extend(log.stated.note().into_iter().chain(further));
        Ok(Report {
            head,
            last: log.last.clone(),
            verdict,
            faults: faults.list,
            found: faults.found,
            only_indexes,
            notes,
            lacks,
        })
    }
}

/// Explains why a file cannot be verified; it counts as altered only if its contents show it.
fn unread(error: StoreError) -> Error {
    match error {
        StoreError::Truncated { .. } | StoreError::Damaged(_) => {
            Error::from(error).hint("Nothing was changed. Restore a backup, and keep this file")
        }
        StoreError::Schema(_) | StoreError::Busy => error.into(),
        _ => Error { exit: Exit::CannotTell, ..error.into() },
    }
}

/// A batch of entries with its results, reused to avoid allocations.
#[derive(Default)]
struct VerifyPart {
    number: u64,
    entries: Vec<RawEntry>,
    /// The batches that they were signed in, by name.
    batches: HashMap<SignatureBytes, SignedBatch>,
    looked: Vec<CheckedEntry>,
}

/// Checks entries one by one on a worker thread until the channel closes.
fn look_on(
    parts: &Mutex<Receiver<VerifyPart>>,
    to: &SyncSender<VerifyPart>,
    keys: &HashMap<i64, PreparedKey>,
    verified: u64,
) {
    loop {
        let part = parts.lock().unwrap_or_else(std::sync::PoisonError::into_inner).recv();
        let Ok(mut part) = part else { return };
        // Cleared here, so that memory is freed by the kind of thread that allocated it.
        part.looked.clear();
        // A batch is verified once for all its statements.
        let checked: HashMap<SignatureBytes, Result<CheckedBatch, BatchFault>> =
            part.batches.iter().map(|(name, batch)| (*name, batch.check())).collect();
        part.looked.extend(part.entries.iter().map(|e| {
            let key = keys.get(&e.key);
            // What a touch showed is in the batch, which is therefore looked at each time.
            if e.position < verified && !key.is_some_and(|key| signs_batches(key.public())) {
                return look_again(e.id, &e.text, key, &e.signature);
            }
            let batch = checked.get(&e.signature).map(|checked| checked.as_ref().map_err(Clone::clone));
            look(e.id, &e.text, key, &e.signature, batch)
        }));
        if to.send(part).is_err() {
            return;
        }
    }
}

/// The channels to and from the worker threads.
struct VerifyPipeline {
    parts: u64,
    threads: u64,
    to_look: SyncSender<VerifyPart>,
    looked: Receiver<VerifyPart>,
}

/// The state of the in-order replay.
struct LogWalk<'k> {
    keys: &'k HashMap<i64, PreparedKey>,
    scope: Scope,
    replay: Replay,
    stated: ExpectedContent,
    /// The records of erased entries, by position.
    erased: HashMap<u64, Erased>,
    reindexing: Reindexing,
    /// Where the batches signed with one touch are.
    batches: BatchOrder,
    /// What the replay found for the evidence.
    met: AnchorMatches,
    claims: Claims,
    department: String,
    last: Option<LastEntry>,
}

impl LogWalk<'_> {
    /// Reads parts ahead, has the workers check them, and replays them in order.
    fn go_through(
        &mut self,
        tx: &WriteTx<'_>,
        belt: &VerifyPipeline,
        faults: &mut Faults,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), Error> {
        let (mut sent, mut done) = (0, 0);
        let mut waiting: BTreeMap<u64, VerifyPart> = BTreeMap::new();
        let mut spare: Vec<VerifyPart> = Vec::new();
        while done < belt.parts {
            // Never more parts than the channels can hold: that avoids a deadlock and bounds memory.
            while sent < belt.parts && sent - done < belt.threads * 2 {
                let range = sent * PART..(sent + 1) * PART;
                let mut part = VerifyPart { number: sent, ..spare.pop().unwrap_or_default() };
                log::entries_into(tx, range, &mut part.entries)?;
                self.read_batches(tx, &mut part)?;
                // The workers end only when their channel closes, so a send cannot fail.
                let _ = belt.to_look.send(part);
                sent += 1;
            }
            let Ok(part) = belt.looked.recv() else {
                return Err(Error::refused("A thread ended early"));
            };
            waiting.insert(part.number, part);
            while let Some(part) = waiting.remove(&done) {
                self.step_through(tx, &part, faults)?;
                spare.push(part);
                done += 1;
                progress(done);
            }
        }
        Ok(())
    }

    /// Reads the batches that the entries of a part were signed in.
    fn read_batches(&self, tx: &Tx<'_>, part: &mut VerifyPart) -> Result<(), StoreError> {
        part.batches.clear();
        for entry in &part.entries {
            let key = self.keys.get(&entry.key).map(PreparedKey::public).filter(|key| signs_batches(key));
            let Some(key) = key.filter(|_| !part.batches.contains_key(&entry.signature)) else { continue };
            let batch = touched::batch_of(tx, key, &entry.signature)?;
            part.batches.extend(batch.map(|batch| (entry.signature, batch)));
        }
        Ok(())
    }

    fn step_through(&mut self, tx: &WriteTx<'_>, part: &VerifyPart, faults: &mut Faults) -> Result<(), Error> {
        let mut expected = part.number * PART;
        let mut indexer = Indexer::default();
        for (entry, looked) in part.entries.iter().zip(&part.looked) {
            if entry.position != expected {
                faults.add(Some(expected), "The entry is missing");
            }
            expected = entry.position + 1;
            let mut leaf = looked.leaf;
            if let Some((kept, by)) = self.erased.get(&entry.position) {
                if let Some(signed) = tolerated(erased_time(tx, *by), Some(entry.position), faults)?.flatten() {
                    self.replay.pass_over(signed);
                    indexer.saw(signed);
                }
                leaf = Some(*kept);
                self.batches.pass_over();
                if !self.keys.contains_key(&entry.key) {
                    faults.add(Some(entry.position), "It is erased, and its key is not one that the log knows");
                }
                if !entry.text.is_empty() || entry.signature != [0; 64] {
                    faults
                        .add(Some(entry.position), "It is marked as erased, but its text or signature is still there");
                }
            } else {
                match &looked.statement {
                    Err(fault) => {
                        faults.add(Some(entry.position), fault);
                        self.batches.pass_over();
                    }
                    Ok(statement) => {
                        if let Some(fault) = self.batches.entry(looked.place) {
                            faults.add(Some(entry.position), fault);
                        }
                        let stepped = self.step(tx, &mut indexer, entry, (statement, looked.presence), faults);
                        tolerated(stepped, Some(entry.position), faults)?;
                    }
                }
            }
            let Some(leaf) = leaf else { continue };
            let tile = self.replay.push(leaf);
            self.met.at(entry.position, leaf, self.replay.edge());
            if let Some(tile) = tile
                && log::tile(tx, tile.index).ok().flatten() != Some(tile.hash)
            {
                faults.add(Some(entry.position), "The tile that ends here is not the node of its entries");
            }
        }
        tolerated(indexer.finish(tx), None, faults)?;
        Ok(())
    }

    fn step(
        &mut self,
        tx: &WriteTx<'_>,
        indexer: &mut Indexer,
        entry: &RawEntry,
        (statement, presence): (&Statement, Presence),
        faults: &mut Faults,
    ) -> Result<(), StoreError> {
        let at = entry.position;
        if let Body::Genesis(genesis) = &statement.body {
            genesis.department.as_str().clone_into(&mut self.department);
        }
        let (kind, signed, department) = (statement.body.kind(), statement.signed, self.department.clone());
        self.last = Some(LastEntry { position: at, kind, signed, department });
        // An altered target is reported as a fault at its own position.
        let find = |of: Option<StatementId>| of.and_then(|of| target(tx, of, at).ok().flatten());
        let of = statement.body.refers_to();
        let imports = statement.body.put_back().is_some();
        // An imported statement counts at the import's position.
        let own = match of.filter(|_| imports) {
            Some(id) => log::entry_of(tx, id)?.filter(|found| found.position < at).and_then(|_| find(of)),
            None => find(of),
        };
        let back = if imports { check_restored(tx, at)?.map_err(|what| faults.add(Some(at), what)).ok() } else { None };
        let inner = back.as_ref().and_then(|back| find(back.statement.body.refers_to()));
        self.stated.add(statement, at, back.as_ref().map(ReceiptStatement::fingerprint), faults);
        if self.scope == Scope::Own {
            index::names_what_is_here(tx, statement, at, faults)?;
            let counting = back.as_ref().map_or(statement, |back| &back.statement);
            match self.claims.fault(tx, (counting, at), back.is_some()) {
                Some(ClaimFault::Wrong(what)) => faults.add(Some(at), what),
                Some(ClaimFault::Absent(id, what)) => faults.add_absent(Absent::Claim(id), at, what),
                None => {}
            }
        }
        let standard = self.reindexing.adopted(tx, statement).ok().flatten();
        let Some(key) = self.keys.get(&entry.key).map(|key| *key.fingerprint()) else { return Ok(()) };
        let facts = RuleContext {
            position: at,
            key: &key,
            presence,
            target: own.as_ref(),
            standard: standard.as_ref(),
            inner: back.as_ref().map(|back| back.inner(inner.as_ref())),
            before: &programme_index::before(tx, &statement.body, at)?,
        };
        let before = faults.found;
        if let Err(fault) = self.replay.step(statement, facts, |size| old_root(tx, size))? {
            faults.add(Some(at), fault);
        }
        match self.reindexing.index(tx, indexer, statement, at) {
            // A statement that breaks a rule may also fail to index; one fault is enough.
            Err(fault) if !fault.is_of_the_machine() && faults.found > before => Ok(()),
            done => done,
        }
    }

    /// Compares the stored size, root and newest checkpoint with the entries.
    fn compare_head(&self, tx: &Tx<'_>, verifier: Option<&LogVerifier>, faults: &mut Faults) -> TreeHead {
        let edge = self.replay.edge();
        let (size, root) = (edge.size(), edge.root());
        let kept = log::head(tx).ok().flatten();
        let stated = kept.as_ref().map_or(0, |head| head.size);
        if size != stated {
            faults.add(None, format!("The log says that it has {stated} entries, but the file contains {size}"));
        } else if head_of(tx).ok().is_none_or(|kept| kept.root != root) {
            faults.add(None, "The log's root does not match its entries");
        }
        if let Some(verifier) = verifier {
            let newest = kept.map(|head| head.checkpoint).unwrap_or_default();
            if verifier.open(&newest).ok().is_none_or(|c| (c.size, c.root) != (size, root)) {
                faults.add(None, "The newest checkpoint in the file does not match its entries");
            }
        }
        TreeHead { size, root, code: code(size, &root) }
    }
}
