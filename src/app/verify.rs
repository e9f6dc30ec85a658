//! Whether a file holds what was signed, all of it and nothing else: every signature, spelling, rule, root and index. Needs
//! no key and no settings; memory grows with the people, not with the records.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};

use crate::app::book::head_of;
use crate::app::error::Error;
use crate::app::faults::{Fault, Faults};
use crate::app::verify_index::{self, Tally};
use crate::domain::rules::Target;
use crate::domain::standard::Standard;
use crate::domain::statement::decode::decode;
use crate::domain::statement::{Body, Statement};
use crate::domain::value::Digest;
use crate::domain::view::Head;
use crate::ledger::merkle::{TILE, entry, leaf_hash};
use crate::ledger::note::LogVerifier;
use crate::ledger::proof::{Hashes, root_at};
use crate::ledger::replay::{Looked, ReadyKey, Replay, look};
use crate::ledger::sshsig::{NAMESPACE, blob_digest};
use crate::store::audit::{self, Numbers};
use crate::store::db::{Access, Db, Tx};
use crate::store::error::{StoreError, damaged};
use crate::store::log::{self, RawEntry};
use crate::store::{competence, standards};

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
}

/// Verifies a file, also against checkpoints (signed notes) that were kept outside it. `progress` is told how many entries
/// are done, and of how many.
pub fn verify(
    path: &Path,
    checkpoints: &[String],
    threads: usize,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Report, Error> {
    let doing = |e: Error| e.doing(format!("Verifying {}", path.display()));
    let db = Db::open(path, Access::Read).map_err(|e| doing(e.into()))?;
    db.read(|tx| whole(tx, checkpoints, threads.max(1), progress)).map_err(doing)
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
    checkpoints: &[String],
    threads: usize,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Report, Error> {
    let mut faults = Faults::default();
    let size = log::head(tx)?.map_or(0, |head| head.size);
    let keys: HashMap<i64, ReadyKey> =
        log::keys(tx)?.into_iter().filter_map(|(n, key)| Some((n, ReadyKey::new(key).ok()?))).collect();
    let mut book = Audit {
        keys: &keys,
        replay: Replay::default(),
        numbers: audit::numbers(tx)?,
        tally: Tally::default(),
        standards: HashMap::new(),
    };
    let parts = size.div_ceil(PART);
    std::thread::scope(|scope| -> Result<(), Error> {
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
        })
    })?;
    book.finish(tx, size, checkpoints, faults)
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
    standards: HashMap<Digest, Option<Arc<Standard>>>,
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
        let mut rows = audit::rows(tx, expected..expected + PART)?.into_iter().peekable();
        for (entry, looked) in part.entries.iter().zip(&part.looked) {
            if entry.position != expected {
                faults.add(Some(expected), "The entry is missing");
            }
            expected = entry.position + 1;
            self.tally.count(entry.id, entry.position);
            let row = rows.next_if(|row| row.position <= entry.position);
            match &looked.statement {
                Err(fault) => faults.add(Some(entry.position), fault),
                Ok(statement) => {
                    self.step(tx, entry, statement, faults)?;
                    if let Err(what) = self.tally.hold(statement, entry.position, row, &self.numbers) {
                        faults.add(Some(entry.position), what);
                    }
                }
            }
            let Some(leaf) = looked.leaf else { continue };
            if let Some(tile) = self.replay.push(leaf)
                && log::tile(tx, tile.index)? != Some(tile.hash)
            {
                faults.add(Some(entry.position), "The tile that ends here is not the node of its entries");
            }
        }
        Ok(())
    }

    fn step(&mut self, tx: &Tx<'_>, entry: &RawEntry, statement: &Statement, faults: &mut Faults) -> Result<(), Error> {
        let target = match &statement.body {
            Body::Withdraw(withdraw) => match log::entry_of(tx, withdraw.of)? {
                Some(of) if of.position < entry.position => self.target(tx, &of, entry.position, faults)?,
                _ => None,
            },
            _ => None,
        };
        let standard = match &statement.body {
            Body::Standard(adoption) => self.standard(tx, &adoption.content),
            _ => None,
        };
        let Some(key) = self.keys.get(&entry.key).map(|key| *key.fingerprint()) else { return Ok(()) };
        let older = |size| old_root(tx, size);
        let stepped = self.replay.step(statement, &key, target.as_ref(), standard.as_ref(), older)?;
        if let Err(fault) = stepped {
            faults.add(Some(entry.position), fault);
        }
        Ok(())
    }

    /// What a withdrawal at `by` must know of its target; also whether the index says that this one withdrew it.
    fn target(
        &mut self,
        tx: &Tx<'_>,
        of: &log::StoredEntry,
        by: u64,
        faults: &mut Faults,
    ) -> Result<Option<Target>, Error> {
        let Ok(statement) = decode(&of.signed.text) else { return Ok(None) };
        let Body::SignOff(sign_off) = &statement.body else {
            return Ok(Some(Target {
                kind: statement.body.kind(),
                signer: statement.signer.who.id.clone(),
                trainee: statement.signer.who.id.clone(),
                withdrawn: false,
            }));
        };
        let indexed = competence::withdrawn(tx, of.position)?;
        if indexed == Some(by) {
            self.tally.withdrawn += 1;
        } else if indexed.is_none_or(|other| other > by) {
            faults.add(Some(by), "The index does not say that this withdraws its sign-off");
        }
        Ok(Some(Target {
            kind: statement.body.kind(),
            signer: statement.signer.who.id.clone(),
            trainee: sign_off.trainee.id.clone(),
            withdrawn: indexed.is_some_and(|other| other < by),
        }))
    }

    fn standard(&mut self, tx: &Tx<'_>, digest: &Digest) -> Option<Arc<Standard>> {
        if !self.standards.contains_key(digest) {
            let standard = standards::content(tx, digest).ok().flatten().map(Arc::new);
            self.standards.insert(*digest, standard);
        }
        self.standards.get(digest).cloned().flatten()
    }

    /// What can only be said at the end: sizes, roots, checkpoints, indexes.
    fn finish(self, tx: &Tx<'_>, size: u64, checkpoints: &[String], mut faults: Faults) -> Result<Report, Error> {
        let edge = self.replay.edge();
        let root = edge.root();
        let head = Head { size: edge.size(), root, code: crate::ledger::note::code(edge.size(), &root) };
        if edge.size() != size {
            faults.add(None, format!("The log says that it has {size} entries; {} are there", edge.size()));
        } else if head_of(tx).ok().is_none_or(|kept| kept.root != root) {
            faults.add(None, "The log's root is not the root of its entries");
        }
        let verifier = verify_index::log_verifier(tx, &mut faults)?;
        if let Some(verifier) = &verifier {
            let newest = log::head(tx)?.map(|head| head.checkpoint).unwrap_or_default();
            if verifier.open(&newest).ok().is_none_or(|c| (c.size, c.root) != (edge.size(), root)) {
                faults.add(None, "The newest checkpoint in the file is not that of its entries");
            }
        }
        verify_index::hold_all(tx, &self.replay.roster, &self.numbers, &self.tally, &mut faults)?;
        let consistent = against(tx, verifier.as_ref(), checkpoints, edge.size(), &mut faults)?;
        let verdict = match (consistent, faults.found, checkpoints.is_empty()) {
            (false, _, _) => Verdict::Inconsistent,
            (true, 1.., _) => Verdict::Altered,
            (true, 0, true) => Verdict::CannotTell,
            (true, 0, false) => Verdict::Sound,
        };
        Ok(Report { head, verdict, faults: faults.list, found: faults.found })
    }
}

/// Whether the log goes on from every checkpoint that was kept outside.
fn against(
    tx: &Tx<'_>,
    verifier: Option<&LogVerifier>,
    checkpoints: &[String],
    size: u64,
    faults: &mut Faults,
) -> Result<bool, Error> {
    let mut consistent = true;
    for note in checkpoints {
        let opened = verifier.map(|verifier| verifier.open(note));
        let kept = match opened {
            Some(Ok(kept)) => kept,
            Some(Err(fault)) => {
                return Err(Error::usage(format!("The checkpoint cannot be used: {fault}"))
                    .hint("Give a note as `countersign checkpoint` prints it"));
            }
            None => return Ok(false),
        };
        let what = if kept.size > size {
            format!("{} entries are missing: a checkpoint was kept of {}", kept.size - size, kept.size)
        } else if old_root(tx, kept.size)? == Some(kept.root) {
            continue;
        } else {
            format!("The first {} entries are not those of the checkpoint that was kept", kept.size)
        };
        consistent = false;
        faults.add(None, what);
    }
    Ok(consistent)
}

/// The root that the log had at a size, from its tiles and entries.
pub(in crate::app) fn old_root(tx: &Tx<'_>, size: u64) -> Result<Option<Digest>, Error> {
    match root_at(&Stored(tx), size) {
        Ok(root) => Ok(Some(root)),
        Err(crate::ledger::proof::ProofError::Read(error)) => Err(error.into()),
        Err(crate::ledger::proof::ProofError::Range { .. }) => Ok(None),
    }
}

/// The tree's hashes, read from the file.
struct Stored<'a>(&'a Tx<'a>);

impl Hashes for Stored<'_> {
    type Error = StoreError;

    fn leaf(&self, index: u64) -> Result<Digest, StoreError> {
        let missing = || damaged(format!("entry {index} is not there"));
        let found = log::entry_at(self.0, index)?.ok_or_else(missing)?;
        let key = log::key_of(self.0, &found.signed.key)?.ok_or_else(missing)?;
        let signature: [u8; 64] = found.signed.signature.as_slice().try_into().map_err(damaged)?;
        let statement = Digest::of(found.signed.text.as_bytes());
        Ok(leaf_hash(&entry(found.id, statement, blob_digest(&key, NAMESPACE, &signature))))
    }

    fn tile(&self, tile: u64) -> Result<Digest, StoreError> {
        let missing = || damaged(format!("the node of entries {} to {} is not there", tile * TILE, (tile + 1) * TILE));
        log::tile(self.0, tile)?.ok_or_else(missing)
    }
}
