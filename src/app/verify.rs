//! Whether a file holds what was signed, all of it and nothing else: every signature, spelling, rule, root and index. Needs
//! no key and no settings; memory grows with the people, not with the records.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};

use crate::app::claimed::Claims;
use crate::app::error::{Error, Exit};
use crate::app::evidence::{Evidence, Held, Met};
use crate::app::faults::{Fault, Faults};
use crate::app::targets::{checked_put_back, erased_time, target};
use crate::app::tree::old_root;
use crate::app::verify_index::{self, Aside, Found, IndexRow, Rows, Tally};
use crate::app::writing::head_of;
use crate::domain::rules::facts::Facts;
use crate::domain::standard::Standard;
use crate::domain::statement::about::about;
use crate::domain::statement::{Body, Statement};
use crate::domain::value::{Digest, StatementId};
use crate::domain::view::Head;
use crate::ledger::code::code;
use crate::ledger::note::LogVerifier;
use crate::ledger::replay::{Looked, ReadyKey, Replay, look};
use crate::store::audit::{self, Numbers};
use crate::store::beside::{self, Erased};
use crate::store::db::{Access, Db, Tx};
use crate::store::error::StoreError;
use crate::store::log::{self, RawEntry, StoredHead};
use crate::store::{facts, standards};

/// Entries looked at in one go.
const PART: u64 = 512;

/// What a file was found to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Sound, and consistent with what was kept outside.
    Sound,
    /// Something was altered.
    Altered,
    /// The history is not the one that was kept outside.
    Inconsistent,
    /// Sound as far as can be told: nothing from outside was given to compare with.
    CannotTell,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Where the log stands, by its own entries.
    pub head: Head,
    /// The verdict.
    pub verdict: Verdict,
    /// The faults, in order; at most 1,000.
    pub faults: Vec<Fault>,
    /// How many there are.
    pub found: u64,
    /// What of the evidence was passed over, and why: sentences.
    pub passed_over: Vec<String>,
}

/// Verifies a file, also against checkpoints (signed notes) that were kept outside it, as [`verify_against`] does.
pub fn verify(
    path: &Path,
    checkpoints: &[String],
    threads: usize,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Report, Error> {
    let mut evidence = Evidence::default();
    for note in checkpoints {
        evidence.add_checkpoints("what was given", note)?;
    }
    verify_against(path, &evidence, threads, progress)
}

/// Verifies a file, also against what was kept outside it. `progress` is told how many entries are done, and of how many.
pub fn verify_against(
    path: &Path,
    evidence: &Evidence,
    threads: usize,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Report, Error> {
    let doing = |e: Error| e.doing(format!("Verifying {}", path.display()));
    let db = Db::open(path, Access::Read).map_err(|e| doing(unread(e)))?;
    // What the indexes come to among themselves is found meanwhile, by a reader of its own.
    let second = Db::open(path, Access::Read).ok();
    db.read(|tx| whole(tx, second, evidence, threads.max(1), progress)).map_err(doing)
}

/// Says why a file cannot be looked at; that it was altered is said only where what it holds shows it.
fn unread(error: StoreError) -> Error {
    let cannot_tell = matches!(
        error,
        StoreError::Stray(_)
            | StoreError::ReadOnly(_)
            | StoreError::Network { .. }
            | StoreError::Io { .. }
            | StoreError::Full
            | StoreError::Unwritable
            | StoreError::Sqlite(_)
    );
    let error = Error::from(error);
    if cannot_tell { Error { exit: Exit::CannotTell, ..error } } else { error }
}

/// Entries on their way, and what was seen of each; goes round, so that its room is taken once.
#[derive(Default)]
struct Part {
    number: u64,
    entries: Vec<RawEntry>,
    looked: Vec<Looked>,
}

fn whole(
    tx: &Tx<'_>,
    second: Option<Db>,
    evidence: &Evidence,
    threads: usize,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Report, Error> {
    let mut faults = Faults::default();
    let verifier = verify_index::log_verifier(tx, &mut faults)?;
    let held = match &verifier {
        Some(verifier) => evidence.open(verifier)?,
        None => Held::default(),
    };
    if verifier.is_none() && !evidence.is_empty() {
        faults.add(None, "What was kept outside cannot be compared: the log does not begin as a log does");
    }
    let newest = log::head(tx)?;
    let size = newest.as_ref().map_or(0, |head| head.size);
    let keys: HashMap<i64, ReadyKey> =
        log::keys(tx)?.into_iter().filter_map(|(n, key)| Some((n, ReadyKey::new(key).ok()?))).collect();
    let mut book = Audit {
        keys: &keys,
        replay: Replay::default(),
        numbers: audit::numbers(tx)?,
        tally: Tally::default(),
        erased: beside::all_erased(tx)?,
        gone: HashSet::new(),
        standards: HashMap::new(),
        met: held.asks(),
        claims: Claims::default(),
    };
    // A head that was altered may speak of more entries than there could ever be.
    let parts = size.min(log::end(tx)?).div_ceil(PART);
    let aside = std::thread::scope(|scope| -> Result<Option<Aside>, Error> {
        let aside = second.map(|db| scope.spawn(move || db.read(|other| aside(other, newest.as_ref()))));
        let (to_look, look_at) = sync_channel::<Part>(threads);
        let (to_step, looked) = sync_channel::<Part>(threads);
        let look_at = Arc::new(Mutex::new(look_at));
        for _ in 0..threads {
            let (look_at, to_step, keys) = (Arc::clone(&look_at), to_step.clone(), &keys);
            scope.spawn(move || look_on(&look_at, &to_step, keys));
        }
        drop(to_step);
        drop(look_at);
        let belt = Belt { parts, threads: threads as u64, to_look, looked };
        book.go_through(tx, &belt, &mut faults, &mut |part| {
            progress((part * PART).min(size), size);
        })?;
        Ok(aside.and_then(|thread| thread.join().ok()).transpose()?.flatten())
    })?;
    let aside = aside.map_or_else(|| Aside::of(tx), Ok)?;
    book.finish(tx, aside, (verifier.as_ref(), &held, evidence.is_empty()), faults)
}

/// What the indexes come to in another reading of the same state of the file; nothing where it went on meanwhile.
fn aside(tx: &Tx<'_>, newest: Option<&StoredHead>) -> Result<Option<Aside>, StoreError> {
    if log::head(tx)?.as_ref() == newest { Aside::of(tx).map(Some) } else { Ok(None) }
}

/// A thread that looks at entries by themselves until there are no more.
fn look_on(parts: &Mutex<Receiver<Part>>, to: &SyncSender<Part>, keys: &HashMap<i64, ReadyKey>) {
    loop {
        let part = parts.lock().unwrap_or_else(std::sync::PoisonError::into_inner).recv();
        let Ok(mut part) = part else { return };
        // What it held was done with; it is freed by the thread that made it, or one like it.
        part.looked.clear();
        part.looked.extend(part.entries.iter().map(|e| look(e.id, &e.text, keys.get(&e.key), &e.signature)));
        if to.send(part).is_err() {
            return;
        }
    }
}

/// The parts on their way to the threads that look at them, and back.
struct Belt {
    parts: u64,
    threads: u64,
    to_look: SyncSender<Part>,
    looked: Receiver<Part>,
}

/// What is known while the log is gone through in order.
struct Audit<'k> {
    keys: &'k HashMap<i64, ReadyKey>,
    replay: Replay,
    numbers: Numbers,
    tally: Tally,
    /// What is kept of the erased, by position.
    erased: HashMap<u64, Erased>,
    /// The positions of what no index has: what is erased, and what spoke of it.
    gone: HashSet<u64>,
    standards: HashMap<Digest, Option<Arc<Standard>>>,
    /// What the evidence asks of the way.
    met: Met,
    claims: Claims,
}

impl Audit<'_> {
    /// Reads parts ahead, has them looked at, and steps through them in order.
    fn go_through(
        &mut self,
        tx: &Tx<'_>,
        belt: &Belt,
        faults: &mut Faults,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), Error> {
        let (mut sent, mut done) = (0, 0);
        let mut waiting: BTreeMap<u64, Part> = BTreeMap::new();
        let mut spare: Vec<Part> = Vec::new();
        while done < belt.parts {
            // Never more parts in hand than the channels hold, so that nobody waits for ever and memory stays flat.
            while sent < belt.parts && sent - done < belt.threads * 2 {
                let range = sent * PART..(sent + 1) * PART;
                let mut part = Part { number: sent, ..spare.pop().unwrap_or_default() };
                log::entries_into(tx, range, &mut part.entries)?;
                // The workers only end when their channel does, so a send cannot fail.
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

    fn step_through(&mut self, tx: &Tx<'_>, part: &Part, faults: &mut Faults) -> Result<(), Error> {
        let mut expected = part.number * PART;
        let mut rows = Rows::load(tx, expected..expected + PART)?;
        for (entry, looked) in part.entries.iter().zip(&part.looked) {
            if entry.position != expected {
                faults.add(Some(expected), "The entry is missing");
            }
            expected = entry.position + 1;
            self.tally.count(entry.id, entry.position);
            let row = rows.take(entry.position);
            let mut leaf = looked.leaf;
            if let Some((kept, by)) = self.erased.get(&entry.position) {
                self.gone.insert(entry.position);
                if let Some(signed) = erased_time(tx, *by)? {
                    self.replay.pass_over(signed);
                }
                leaf = Some(*kept);
                if !entry.text.is_empty() || entry.signature != [0; 64] {
                    faults.add(Some(entry.position), "It is erased, and its text or signature is there");
                }
                if row != IndexRow::default() {
                    faults.add(Some(entry.position), "It is erased, and the index has it still");
                }
            } else {
                match &looked.statement {
                    Err(fault) => faults.add(Some(entry.position), fault),
                    Ok(statement) => self.step(tx, entry, statement, row, faults)?,
                }
            }
            let Some(leaf) = leaf else { continue };
            let tile = self.replay.push(leaf);
            self.met.at(entry.position, leaf, self.replay.edge());
            if let Some(tile) = tile
                && log::tile(tx, tile.index)? != Some(tile.hash)
            {
                faults.add(Some(entry.position), "The tile that ends here is not the node of its entries");
            }
        }
        Ok(())
    }

    fn step(
        &mut self,
        tx: &Tx<'_>,
        entry: &RawEntry,
        statement: &Statement,
        row: IndexRow,
        faults: &mut Faults,
    ) -> Result<(), Error> {
        let at = entry.position;
        // A text that is altered is a fault of its own, where it stands.
        let find = |of: Option<StatementId>| of.and_then(|of| target(tx, of, at).ok().flatten());
        let own = match &statement.body {
            // What it puts back stands at its own place now.
            Body::Import(import) => {
                log::entry_of(tx, import.of)?.filter(|found| found.position < at).and_then(|_| find(Some(import.of)))
            }
            body => find(about(body)),
        };
        let back = match &statement.body {
            Body::Import(_) => match checked_put_back(tx, at)? {
                Ok(back) => Some(back),
                Err(what) => {
                    faults.add(Some(at), what);
                    None
                }
            },
            _ => None,
        };
        let inner = back.as_ref().and_then(|back| find(about(&back.statement.body)));
        let standard = match &statement.body {
            Body::Standard(adoption) => self.standard(tx, &adoption.content),
            Body::Competences(adoption) => self.standard(tx, &adoption.content),
            _ => None,
        };
        let counting = back.as_ref().map_or(statement, |back| &back.statement);
        let under = if back.is_some() { inner.as_ref() } else { own.as_ref() };
        let found = Found { statement, counting, at, under: under.map(|target| target.position) };
        if let Err(what) = self.tally.hold(&found, row, &self.numbers, &mut self.gone) {
            faults.add(Some(at), what);
        }
        if let Some(what) = self.claims.fault(tx, counting, back.is_some()) {
            faults.add(Some(at), what);
        }
        if !verify_index::rests_on_what_is_here(tx, statement)? {
            faults.add(Some(at), "It rests on evidence that is not in the file");
        }
        let Some(key) = self.keys.get(&entry.key).map(|key| *key.fingerprint()) else { return Ok(()) };
        let facts = Facts {
            position: at,
            key: &key,
            target: own.as_ref(),
            standard: standard.as_ref(),
            inner: back.as_ref().map(|back| back.inner(inner.as_ref())),
            before: &facts::before(tx, &statement.body, at)?,
        };
        let stepped = self.replay.step(statement, facts, |size| old_root(tx, size))?;
        if let Err(fault) = stepped {
            faults.add(Some(at), fault);
        }
        Ok(())
    }

    fn standard(&mut self, tx: &Tx<'_>, digest: &Digest) -> Option<Arc<Standard>> {
        if !self.standards.contains_key(digest) {
            let standard = standards::content(tx, digest).ok().flatten().map(Arc::new);
            self.standards.insert(*digest, standard);
        }
        self.standards.get(digest).cloned().flatten()
    }

    /// What can only be said at the end: sizes, roots, checkpoints, indexes.
    fn finish(
        self,
        tx: &Tx<'_>,
        aside: Aside,
        (verifier, outside, alone): (Option<&LogVerifier>, &Held<'_>, bool),
        mut faults: Faults,
    ) -> Result<Report, Error> {
        let edge = self.replay.edge();
        let root = edge.root();
        let size = log::head(tx)?.map_or(0, |head| head.size);
        let head = Head { size: edge.size(), root, code: code(edge.size(), &root) };
        if edge.size() != size {
            faults.add(None, format!("The log says that it has {size} entries; {} are there", edge.size()));
        } else if head_of(tx).ok().is_none_or(|kept| kept.root != root) {
            faults.add(None, "The log's root is not the root of its entries");
        }
        if let Some(verifier) = verifier {
            let newest = log::head(tx)?.map(|head| head.checkpoint).unwrap_or_default();
            if verifier.open(&newest).ok().is_none_or(|c| (c.size, c.root) != (edge.size(), root)) {
                faults.add(None, "The newest checkpoint in the file is not that of its entries");
            }
        }
        verify_index::hold_all(tx, (&self.replay.roster, &self.numbers), (&self.tally, aside), &mut faults)?;
        verify_index::hold_beside(tx, &self.erased, &self.tally, &mut faults)?;
        verify_index::hold_evidence(tx, &mut faults)?;
        let consistent = outside.against(tx, &self.met, edge.size(), &mut faults)?;
        let verdict = match (consistent, faults.found, alone) {
            (false, _, _) => Verdict::Inconsistent,
            (true, 1.., _) => Verdict::Altered,
            (true, 0, true) => Verdict::CannotTell,
            (true, 0, false) => Verdict::Sound,
        };
        let passed_over = outside.passed_over.clone();
        Ok(Report { head, verdict, faults: faults.list, found: faults.found, passed_over })
    }
}
