//! What was kept outside a file, held against it: checkpoints, codes and receipts. Must never take the file's word for
//! what lies outside.

use crate::app::error::Error;
use crate::app::faults::Faults;
use crate::app::restored;
use crate::app::targets::leaf_at;
use crate::app::tree::old_root;
use crate::domain::statement::Statement;
use crate::ledger::merkle::leaf_hash;
use crate::ledger::note::{Checkpoint, LogVerifier, NoteFault, code, code_size, is_code_of, notes};
use crate::ledger::receipt_text::{Receipt, ReceiptFault, Received, receipts};
use crate::store::db::Tx;

/// What was kept outside the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    checkpoints: Vec<Kept<String>>,
    codes: Vec<String>,
    receipts: Vec<Kept<Receipt>>,
}

/// A piece of evidence and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Kept<T> {
    name: String,
    what: T,
}

impl Evidence {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.checkpoints.is_empty() && self.codes.is_empty() && self.receipts.is_empty()
    }

    /// Adds the signed notes of a file: one, or all of a `checkpoints.log`.
    pub fn add_checkpoints(&mut self, name: &str, text: &str) -> Result<(), Error> {
        let found = notes(text);
        if found.is_empty() {
            return Err(unusable(name, &NoteFault::NotOne));
        }
        self.checkpoints.extend(found.into_iter().map(|note| Kept { name: name.to_owned(), what: note.to_owned() }));
        Ok(())
    }

    /// Adds a checkpoint code that a person copied; whether the text is one.
    pub fn add_code(&mut self, text: &str) -> bool {
        let is_one = code_size(text).is_some();
        if is_one {
            self.codes.push(text.to_owned());
        }
        is_one
    }

    /// Adds the receipts of a file, each of which must hold by itself; gives what they say.
    pub fn add_receipts(&mut self, name: &str, text: &str) -> Result<Vec<Said>, Error> {
        let mut said = Vec::new();
        for (receipt, received) in checked(name, text)? {
            self.receipts.push(Kept { name: name.to_owned(), what: receipt });
            said.push(Said::new(received));
        }
        Ok(said)
    }
}

/// What a receipt says, which holds by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Its statement.
    pub statement: Statement,
    /// Where that stood, from 0.
    pub position: u64,
    /// Entries in the log when the receipt was made.
    pub size: u64,
    /// The checkpoint code then.
    pub code: String,
}

impl Said {
    fn new(received: Received) -> Self {
        let Received { statement, position, checkpoint, .. } = received;
        Self { statement, position, size: checkpoint.size, code: code(checkpoint.size, &checkpoint.root) }
    }
}

/// The receipts of a file, each checked by itself.
pub fn checked(name: &str, text: &str) -> Result<Vec<(Receipt, Received)>, Error> {
    let refused = |first: usize, fault: ReceiptFault| {
        let fault = match fault {
            ReceiptFault::Line { line, expected } => ReceiptFault::Line { line: first + line - 1, expected },
            other => other,
        };
        let doing = format!("Reading the receipt in {name} that begins on line {first}");
        Error::refused(fault).doing(doing).hint("Give it as `countersign receipts` printed it; nothing was changed")
    };
    let each = |(first, one): (usize, &str)| {
        let receipt = Receipt::parse(one).map_err(|fault| refused(first, fault))?;
        let received = receipt.check().map_err(|fault| refused(first, fault))?;
        Ok((receipt, received))
    };
    receipts(text).into_iter().map(each).collect()
}

fn unusable(name: &str, fault: &NoteFault) -> Error {
    Error::usage(format!("The checkpoint in {name} cannot be used: {fault}"))
        .hint("Give a note as `countersign checkpoint` prints it, or the code that slips and screens show")
}

/// Whether the log goes on from everything that was kept outside.
pub(in crate::app) fn against(
    tx: &Tx<'_>,
    verifier: Option<&LogVerifier>,
    evidence: &Evidence,
    size: u64,
    faults: &mut Faults,
) -> Result<bool, Error> {
    let Some(verifier) = verifier else { return Ok(evidence.is_empty()) };
    let before = faults.found;
    for Kept { name, what: note } in &evidence.checkpoints {
        let kept = verifier.open(note).map_err(|fault| unusable(name, &fault))?;
        goes_on_from(tx, &kept, size, &format!("the checkpoint in {name}"), faults)?;
    }
    for text in &evidence.codes {
        let kept = code_size(text).unwrap_or_default();
        if kept > size {
            faults.add(None, missing(kept, size, &format!("the code {text}")));
        } else if old_root(tx, kept)?.is_none_or(|root| !is_code_of(text, kept, &root)) {
            faults.add(None, format!("The first {kept} entries are not those of the code {text}"));
        }
    }
    for Kept { name, what: receipt } in &evidence.receipts {
        holds(tx, verifier, receipt, name, size, faults)?;
    }
    Ok(faults.found == before)
}

fn missing(kept: u64, size: u64, by: &str) -> String {
    let missing = if kept - size == 1 { "1 entry is".to_owned() } else { format!("{} entries are", kept - size) };
    format!("{missing} missing: {by} was made when there were {kept}")
}

fn goes_on_from(tx: &Tx<'_>, kept: &Checkpoint, size: u64, name: &str, faults: &mut Faults) -> Result<(), Error> {
    let what = if kept.size > size {
        missing(kept.size, size, name)
    } else if old_root(tx, kept.size)? == Some(kept.root) {
        return Ok(());
    } else {
        format!("The first {} entries are not those of {name}", kept.size)
    };
    faults.add(None, restored::told(tx, kept)?.unwrap_or(what));
    Ok(())
}

/// Whether the file holds what a receipt says that it held.
fn holds(
    tx: &Tx<'_>,
    verifier: &LogVerifier,
    receipt: &Receipt,
    name: &str,
    size: u64,
    faults: &mut Faults,
) -> Result<(), Error> {
    let received = receipt.check().map_err(|fault| Error::refused(fault).doing(format!("Reading {name}")))?;
    if receipt.log.origin() != verifier.origin() {
        let why = format!("{name} is a receipt of the log {}, not of {}", receipt.log.origin(), verifier.origin());
        return Err(Error::usage(why).hint("Give receipts of this log, or the file of that one"));
    }
    if receipt.log != *verifier {
        faults.add(None, format!("The log has another key than the receipt {name} says: it was made anew"));
    }
    let (position, id) = (received.position, received.statement.id);
    if position >= size {
        let what = format!("The statement {id} of the receipt {name} is missing: {size} entries are there");
        faults.add(Some(position), what);
    } else if leaf_at(tx, position)? != leaf_hash(&received.leaf_data) {
        faults.add(Some(position), format!("Not the statement {id} that stood here when the receipt {name} was made"));
    }
    goes_on_from(tx, &received.checkpoint, size, &format!("the receipt {name}"), faults)
}
