//! Compares a log with checkpoints, codes and receipts that were kept outside its file.

use std::collections::{HashMap, HashSet};

use crate::error::Error;
use crate::log::restore_gap;
use crate::verify::findings::Faults;
use crate::verify::index::ExpectedContent;
use countersign_core::primitives::ids::Digest;
use countersign_core::statement::Statement;
use countersign_ledger::checkpoint_code::{code, code_size, is_code_of};
use countersign_ledger::merkle::{CompactRange, leaf_hash};
use countersign_ledger::note::{Checkpoint, LogVerifier, NoteFault, notes};
use countersign_ledger::receipt_text::{Receipt, ReceiptFault, Received, receipts};
use countersign_store::db::Tx;
use countersign_store::erased_and_imported;

/// Evidence kept outside the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExternalAnchors {
    checkpoints: Vec<KeptAnchors<Vec<String>>>,
    codes: Vec<String>,
    receipts: Vec<KeptAnchors<(Receipt, Received)>>,
}

/// A piece of evidence and its source.
#[derive(Debug, Clone, PartialEq, Eq)]
struct KeptAnchors<T> {
    name: String,
    what: T,
}

impl ExternalAnchors {
    pub fn is_empty(&self) -> bool {
        self.checkpoints.is_empty() && self.codes.is_empty() && self.receipts.is_empty()
    }

    /// Adds the signed notes of a file: one, or all of a `checkpoints.log`.
    pub fn add_checkpoints(&mut self, name: &str, text: &str) -> Result<(), Error> {
        let found: Vec<String> = notes(text).into_iter().map(str::to_owned).collect();
        if found.is_empty() {
            return Err(unusable(name, &NoteFault::NotOne));
        }
        self.checkpoints.push(KeptAnchors { name: name.to_owned(), what: found });
        Ok(())
    }

    /// Adds a checkpoint code that a person copied; returns whether it is one.
    pub fn add_code(&mut self, text: &str) -> bool {
        let is_one = code_size(text).is_some();
        if is_one {
            self.codes.push(text.to_owned());
        }
        is_one
    }

    /// Returns whether a text is a checkpoint code without the number of entries before it.
    pub fn lacks_size(text: &str) -> bool {
        code_size(text).is_none() && text.contains('-') && code_size(&format!("1 {text}")).is_some()
    }

    /// Adds the receipts of a file, each of which must verify by itself; returns their contents.
    pub fn add_receipts(&mut self, name: &str, text: &str) -> Result<Vec<AnchorSource>, Error> {
        let found = checked(name, text)?;
        let sources = found.iter().map(|(_, received)| AnchorSource::new(received)).collect();
        self.receipts.extend(found.into_iter().map(|what| KeptAnchors { name: name.to_owned(), what }));
        Ok(sources)
    }

    /// Opens all evidence with the log's verifier key; evidence of another log is refused by name.
    pub(crate) fn open(&self, verifier: &LogVerifier) -> Result<OpenAnchors<'_>, Error> {
        let mut anchors = OpenAnchors { codes: &self.codes, receipts: &self.receipts, ..OpenAnchors::default() };
        for KeptAnchors { name, what } in &self.checkpoints {
            anchors.add(name, what, verifier)?;
            anchors.notes.push(what);
        }
        for KeptAnchors { name, what: (receipt, received) } in &self.receipts {
            if receipt.log.origin() != verifier.origin() {
                let why =
                    format!("{name} is a receipt of the log {}, not of {}", receipt.log.origin(), verifier.origin());
                return Err(
                    Error::usage(why).hint("Use receipts from this log, or verify the file that they came from")
                );
            }
            if receipt.log != *verifier {
                anchors
                    .faults
                    .push(format!("The log's key is not the one in the receipt {name}: the log was created again"));
            }
            // Receipts of one file are reported together, as checkpoints are.
            let (by, kept) = (format!("the receipt {name}"), received.checkpoint.clone());
            match anchors.groups.last_mut() {
                Some((known, group)) if *known == by => group.push(kept),
                _ => anchors.groups.push((by, vec![kept])),
            }
        }
        Ok(anchors)
    }
}

/// The contents of a receipt that verifies by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnchorSource {
    pub statement: Statement,
    /// Its position, from 0.
    pub position: u64,
    /// The size of the log when the receipt was made.
    pub size: u64,
    pub code: String,
}

impl AnchorSource {
    pub fn new(received: &Received) -> Self {
        let Received { statement, position, checkpoint, .. } = received.clone();
        Self { statement, position, size: checkpoint.size, code: code(checkpoint.size, &checkpoint.root) }
    }
}

/// Parses the receipts of a file and verifies each by itself.
pub fn checked(name: &str, text: &str) -> Result<Vec<(Receipt, Received)>, Error> {
    let refused = |first: usize, fault: ReceiptFault| {
        let fault = match fault {
            ReceiptFault::Line { line, expected } => ReceiptFault::Line { line: first + line - 1, expected },
            other => other,
        };
        let doing = format!("Reading the receipt in {name} that begins on line {first}");
        Error::refused(fault)
            .context(doing)
            .hint("Use it exactly as `countersign receipts` printed it. Nothing was changed")
    };
    let each = |(first, one): (usize, &str)| {
        let receipt = Receipt::parse(one).map_err(|fault| refused(first, fault))?;
        let received = receipt.check().map_err(|fault| refused(first, fault))?;
        Ok((receipt, received))
    };
    receipts(text).into_iter().map(each).collect()
}

/// Returns the newest checkpoint of this log in a text of one or more notes, such as a `checkpoints.log`, which grows at
/// its end.
pub fn newest_of(text: &str, verifier: &LogVerifier) -> Result<Checkpoint, NoteFault> {
    let mut fault = NoteFault::NotOne;
    let mut good = Vec::new();
    for note in notes(text).into_iter().rev() {
        match verifier.open(note) {
            Ok(checkpoint) => good.push(checkpoint),
            Err(found) => fault = found,
        }
        // Concurrent writers may append a few notes out of order, but not this many.
        if good.len() == 64 {
            break;
        }
    }
    good.into_iter().max_by_key(|checkpoint| checkpoint.size).ok_or(fault)
}

fn unusable(name: &str, fault: &NoteFault) -> Error {
    Error::usage(format!("The checkpoint in {name} cannot be used: {fault}"))
        .hint("Give what `countersign checkpoint` printed, or the code that the Log shows")
}

/// Evidence opened with the log's verifier key, ready to compare.
#[derive(Debug, Default)]
pub(crate) struct OpenAnchors<'e> {
    /// The source and its checkpoints; those of one source are reported together.
    groups: Vec<(String, Vec<Checkpoint>)>,
    notes: Vec<&'e [String]>,
    codes: &'e [String],
    receipts: &'e [KeptAnchors<(Receipt, Received)>],
    faults: Vec<String>,
    /// What was skipped, and why.
    pub passed_over: Vec<String>,
}

/// What a replay found at the sizes and positions that the evidence names.
#[derive(Debug, Default)]
pub(crate) struct AnchorMatches {
    sizes: HashSet<u64>,
    positions: HashSet<u64>,
    roots: HashMap<u64, Digest>,
    leaves: HashMap<u64, Digest>,
}

impl AnchorMatches {
    /// Asks for the root at one more size.
    pub(crate) fn ask(&mut self, size: u64) {
        self.sizes.insert(size);
    }

    /// Returns the root at a size that was asked for, if the log has it.
    pub(crate) fn root(&self, size: u64) -> Option<&Digest> {
        self.roots.get(&size)
    }

    /// Records the tree after the entry at a position, if the evidence needs it.
    pub(crate) fn at(&mut self, position: u64, leaf: Digest, edge: &CompactRange) {
        if self.positions.contains(&position) {
            self.leaves.insert(position, leaf);
        }
        let size = edge.size();
        // If entries are missing, there is no tree of this size.
        if size == position + 1 && self.sizes.contains(&size) {
            self.roots.insert(size, edge.root());
        }
    }
}

impl OpenAnchors<'_> {
    fn add(&mut self, name: &str, what: &[String], verifier: &LogVerifier) -> Result<(), Error> {
        let (good, bad): (Vec<_>, Vec<_>) = what.iter().map(|note| verifier.open(note)).partition(Result::is_ok);
        let good: Vec<Checkpoint> = good.into_iter().flatten().collect();
        let bad: Vec<NoteFault> = bad.into_iter().filter_map(Result::err).collect();
        if bad.contains(&NoteFault::OtherKey) {
            self.faults.push(format!(
                "The log's key is not the one that signed the checkpoint in {name}: the log was created again"
            ));
        } else if let (true, Some(fault)) = (good.is_empty(), bad.first()) {
            return Err(unusable(name, fault));
        } else if !bad.is_empty() {
            let (bad, of) = (bad.len(), what.len());
            self.passed_over.push(format!(
                "{bad} of the {of} checkpoints in {name} are damaged or from another log, and were not used"
            ));
        }
        self.groups.push((format!("the checkpoint in {name}"), good));
        Ok(())
    }

    /// Returns the notes that were given, of whatever log.
    pub(crate) fn notes(&self) -> impl Iterator<Item = &str> {
        self.notes.iter().flat_map(|notes| notes.iter().map(String::as_str))
    }

    /// Returns what the replay has to record.
    pub(crate) fn asks(&self) -> AnchorMatches {
        let codes = self.codes.iter().filter_map(|text| code_size(text));
        let mut met = AnchorMatches {
            sizes: self.groups.iter().flat_map(|(_, kept)| kept).map(|kept| kept.size).chain(codes).collect(),
            positions: self.receipts.iter().map(|kept| kept.what.1.position).collect(),
            ..AnchorMatches::default()
        };
        met.roots.insert(0, CompactRange::new().root());
        met
    }

    /// Checks that the log extends everything that was kept outside.
    pub(crate) fn against(
        &self,
        tx: &Tx<'_>,
        met: &AnchorMatches,
        stated: &ExpectedContent,
        size: u64,
        faults: &mut Faults,
    ) -> Result<bool, Error> {
        let before = faults.found;
        self.faults.iter().for_each(|fault| faults.add(None, fault));
        for KeptAnchors { name, what: (_, received) } in self.receipts {
            holds(tx, met, received, name, size, faults)?;
            may_be_absent(tx, stated, received, name, faults)?;
        }
        for (name, kept) in &self.groups {
            let same = |kept: &&Checkpoint| met.roots.get(&kept.size) == Some(&kept.root);
            let newest = kept.iter().filter(|kept| kept.size > size).max_by_key(|kept| kept.size);
            let first = kept.iter().filter(|kept| kept.size <= size && !same(kept)).min_by_key(|kept| kept.size);
            let missing = newest.map(|kept| (kept, missing(kept.size, size, name)));
            let other = first.map(|kept| (kept, format!("The first {} entries do not match {name}", kept.size)));
            for (kept, what) in missing.into_iter().chain(other) {
                faults.add(None, restore_gap::describe(tx, kept)?.unwrap_or(what));
            }
        }
        for text in self.codes {
            let kept = code_size(text).unwrap_or_default();
            if kept > size {
                faults.add(None, missing(kept, size, &format!("the code {text}")));
            } else if met.roots.get(&kept).is_none_or(|root| !is_code_of(text, kept, root)) {
                faults.add(None, format!("The first {kept} entries do not match the code {text}"));
            }
        }
        Ok(faults.found == before)
    }
}

fn missing(kept: u64, size: u64, by: &str) -> String {
    let missing = if kept - size == 1 { "1 entry is".to_owned() } else { format!("{} entries are", kept - size) };
    format!("{missing} missing: {by} was made when there were {kept}")
}

/// Returns whether a receipt's statement, missing from the file, was erased by a statement and is of an erasable kind.
fn may_be_absent(
    tx: &Tx<'_>,
    stated: &ExpectedContent,
    received: &Received,
    name: &str,
    faults: &mut Faults,
) -> Result<(), Error> {
    let (at, statement) = (received.position, &received.statement);
    if erased_and_imported::erased(tx, at)?.is_none() {
        return Ok(());
    }
    let kind = statement.body.kind();
    let own = stated.erasures.get(&at).is_some_and(|(erase, _)| {
        let same = erase.of == statement.id && erase.leaf == leaf_hash(&received.leaf_data);
        same && erase.time == statement.signed && erase.kind.is_none_or(|erased| erased == kind)
    });
    if !own {
        faults.add(
            Some(at),
            format!("The statement {} of the receipt {name} is missing, and it was not erased", statement.id),
        );
    } else if !kind.is_erasable() {
        faults.add(Some(at), format!("The receipt {name} shows that this was a {kind}, which may never be erased"));
    }
    Ok(())
}

/// Checks that the file contains what a receipt proves.
fn holds(
    tx: &Tx<'_>,
    met: &AnchorMatches,
    received: &Received,
    name: &str,
    size: u64,
    faults: &mut Faults,
) -> Result<(), Error> {
    let (position, id) = (received.position, received.statement.id);
    if met.leaves.get(&position) == Some(&leaf_hash(&received.leaf_data)) {
        return Ok(());
    }
    let now = match erased_and_imported::position_of(tx, id)? {
        Some(at) if erased_and_imported::imported(tx, at)?.is_some_and(|back| back.id == id) => {
            format!("; entry {at} put it back")
        }
        Some(at) if at != position => format!("; it is now at entry {at}"),
        _ => String::new(),
    };
    let of = received.checkpoint.size;
    faults.add(
        Some(position),
        if position >= size {
            format!("The statement {id} of the receipt {name} is missing: the file has {size} entries, the receipt says position {position} of {of}{now}")
        } else {
            format!("This is not statement {id}, which was here when the receipt {name} was made, at position {position} of {of}{now}")
        },
    );
    Ok(())
}
