//! Encodes, parses and verifies receipts: a statement with everything needed to check it and to import it, as readable text.
//! Parsing checks the format only; `check` verifies it.

use thiserror::Error;

use crate::armor::{ArmoredSignature, armor, unarmor_signature};
use crate::batch::{self, BatchFault, SignedBatch, namespace_of, signature_digest};
use crate::merkle::entry;
use crate::note::{Checkpoint, LogVerifier};
use crate::receipt::TlogProof;
use crate::replay::{EntryFault, ReceiptStatement};
use crate::security_key::KeySignature;
use crate::sshsig::{NAMESPACE, SignatureBytes};
use countersign_core::primitives::ids::{Digest, PersonId};
use countersign_core::primitives::key::PublicKey;
use countersign_core::primitives::presence::Presence;
use countersign_core::statement::{MAX_BYTES, Statement};

const HEAD: &str = "countersign-receipt/1";
const END: &str = "-----END SSH SIGNATURE-----\n";
const LENGTH: &str = "the statement’s length, as in “statement 812 bytes”";
const BATCH: &str = "the length of the batch, as in “batch 327 bytes”";
const ARMOR: &str = "an SSH signature as ssh-keygen writes it";
const SIGNER: &str = "the signer’s line, as in “signer 02c1 namespaces=\"countersign-statement\" ssh-ed25519 AAAA…”";
const LOG: &str = "the log’s verifier key, as in “log cardiology.example.org/8d1f4c20+f8f40de5+Ac3e…”";
/// Maximum bytes of a receipt: a statement, its batch and its proof, with a margin.
pub const LONGEST: usize = 3 * MAX_BYTES;

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReceiptFault {
    #[error("Line {line} should be {expected}")]
    Line { line: usize, expected: &'static str },
    #[error("This is not a receipt as countersign wrote it: it is too long")]
    TooLong,
    #[error("The statement in it is altered: {0}")]
    Statement(String),
    #[error("The signature in it is not valid: the text, signature or key was altered")]
    Signature,
    #[error("The statement in it is not signed: {0}")]
    Batch(BatchFault),
    #[error("The signer’s line in it does not match the person who signed")]
    Signer,
    #[error("{0}")]
    Proof(String),
    #[error("The statement in it was made for a different log from the receipt's")]
    OtherLog,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The statement's text, exactly as signed.
    pub text: String,
    pub key: PublicKey,
    /// The signature, or the name of the batch that it was signed in.
    pub signature: SignatureBytes,
    /// The batch, if a security key signed it with others in one touch.
    pub batch: Option<SignedBatch>,
    /// The signer. Written as a line of an `allowed_signers` file without dates, which only the log can prove.
    pub signer: PersonId,
    pub log: LogVerifier,
    pub proof: TlogProof,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    pub statement: Statement,
    /// Leaf index, from 0.
    pub position: u64,
    /// The log when the receipt was made.
    pub checkpoint: Checkpoint,
    pub leaf_data: Vec<u8>,
    /// What the signature shows about the person at the key.
    pub presence: Presence,
}

impl Receipt {
    pub fn render(&self) -> String {
        let armored = self.armored();
        let (bytes, text, signer, log) = (self.text.len(), &self.text, self.signer_line(), &self.log);
        let batch = self.batch.as_ref().map(|batch| format!("batch {} bytes\n{}", batch.text.len(), batch.text));
        let (batch, proof) = (batch.unwrap_or_default(), self.proof.render());
        format!("{HEAD}\nstatement {bytes} bytes\n{text}{batch}{armored}signer {signer}\nlog {log}\n{proof}")
    }

    /// Returns the signature as `ssh-keygen -Y sign` writes it: over the statement, or over its batch.
    pub fn armored(&self) -> String {
        match &self.batch {
            Some(batch) => batch.armored(),
            None => armor(&self.key, NAMESPACE, &self.signature),
        }
    }

    /// Returns the line of an `allowed_signers` file (ssh-keygen(1)) that its signature is checked with.
    pub fn signer_line(&self) -> String {
        format!("{} namespaces=\"{}\" {}", self.signer, namespace_of(&self.key), self.key)
    }

    /// Parses a receipt; only the canonical form is accepted.
    pub fn parse(text: &str) -> Result<Self, ReceiptFault> {
        if text.len() > LONGEST {
            return Err(ReceiptFault::TooLong);
        }
        let mut rest = ReceiptReader { text, line: 1 };
        if rest.line("countersign-receipt/1")? != HEAD {
            return Err(rest.fault_before("countersign-receipt/1"));
        }
        let bytes = rest.line(LENGTH)?.strip_prefix("statement ").and_then(|n| n.strip_suffix(" bytes"));
        let bytes: usize = bytes.and_then(|n| n.parse().ok()).ok_or_else(|| rest.fault_before(LENGTH))?;
        let statement = rest.take(bytes, "the statement, of the length that the line above says")?.to_owned();
        let batch_text = if rest.text.starts_with("batch ") {
            let bytes = rest.line(BATCH)?.strip_prefix("batch ").and_then(|n| n.strip_suffix(" bytes"));
            let bytes: usize = bytes.and_then(|n| n.parse().ok()).ok_or_else(|| rest.fault_before(BATCH))?;
            Some((rest.line - 1, rest.take(bytes, "the batch, of the length that the line above says")?.to_owned()))
        } else {
            None
        };
        let end = rest.text.find(END).ok_or_else(|| rest.fault(ARMOR))?;
        let first = rest.line;
        let armored = unarmor_signature(rest.take(end + END.len(), ARMOR)?).ok();
        let (batch_at, batch_text) = batch_text.unzip();
        let found = armored.and_then(|armored| signed(armored, batch_text));
        let (key, signature, batch) = found.ok_or(ReceiptFault::Line { line: first, expected: ARMOR })?;
        let signer = rest.line(SIGNER)?.strip_prefix("signer ").and_then(|line| line.split(' ').next());
        let signer = signer.and_then(|id| id.parse().ok()).ok_or_else(|| rest.fault_before(SIGNER))?;
        let signer_at = rest.line - 1;
        let log = rest.line(LOG)?.strip_prefix("log ").and_then(|key| key.parse().ok());
        let log = log.ok_or_else(|| rest.fault_before(LOG))?;
        let proof = TlogProof::parse(rest.text).map_err(|_| rest.fault("a proof of entry (c2sp.org/tlog-proof@v1)"))?;
        let receipt = Self { text: statement, key, signature, batch, signer, log, proof };
        let written = receipt.render();
        if written == text {
            return Ok(receipt);
        }
        // All other lines were compared with their canonical form on the way.
        let spelled = |line: usize| written.lines().nth(line - 1) == text.lines().nth(line - 1);
        Err(match batch_at {
            _ if !spelled(2) => ReceiptFault::Line { line: 2, expected: LENGTH },
            Some(line) if !spelled(line) => ReceiptFault::Line { line, expected: BATCH },
            _ => ReceiptFault::Line { line: signer_at, expected: SIGNER },
        })
    }

    /// Verifies everything that can be checked from the receipt alone.
    pub fn check(&self) -> Result<Received, ReceiptFault> {
        let looked = self.statement().map_err(|fault| match fault {
            EntryFault::Signature => ReceiptFault::Signature,
            EntryFault::Batch(fault) => ReceiptFault::Batch(fault),
            fault => ReceiptFault::Statement(fault.to_string()),
        })?;
        let (presence, statement) = (looked.presence(), looked.statement);
        if statement.log != *self.log.origin() {
            return Err(ReceiptFault::OtherLog);
        }
        if self.signer != statement.signer.who.id {
            return Err(ReceiptFault::Signer);
        }
        let text = Digest::of(self.text.as_bytes());
        let leaf_data = entry(statement.id, text, signature_digest(&self.key, &self.signature));
        let checkpoint =
            self.proof.verify(&leaf_data, &self.log).map_err(|fault| ReceiptFault::Proof(fault.to_string()))?;
        Ok(Received { statement, position: self.proof.index, checkpoint, leaf_data, presence })
    }

    /// Verifies the text and how it is signed.
    pub fn statement(&self) -> Result<ReceiptStatement, EntryFault> {
        ReceiptStatement::look(self.text.clone(), self.key.clone(), self.signature, self.batch.clone())
    }
}

/// Returns the key and signature of a statement, or those of its batch with the batch's name.
fn signed(
    armored: ArmoredSignature,
    batch: Option<String>,
) -> Option<(PublicKey, SignatureBytes, Option<SignedBatch>)> {
    let ArmoredSignature { key, namespace, signature } = armored;
    match (signature, batch) {
        (KeySignature::Ed25519(signature), None) if namespace == NAMESPACE => Some((key, signature, None)),
        (KeySignature::SecurityKey(_), Some(text)) if namespace == batch::NAMESPACE => {
            let batch = SignedBatch { text, key: key.clone(), signature };
            Some((key, batch.name(), Some(batch)))
        }
        _ => None,
    }
}

/// Splits a text of several receipts; returns each with its first line number.
pub fn receipts(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let (mut from, mut from_line, mut at) = (0, 1, 0);
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        // No other line of a receipt is equal to the header: a statement's lines contain a space, a proof's are base64.
        if at > from && line.trim_end_matches('\n') == HEAD {
            found.push((from_line, &text[from..at]));
            (from, from_line) = (at, number);
        }
        at += line.len();
    }
    found.push((from_line, &text[from..]));
    found
}

struct ReceiptReader<'a> {
    text: &'a str,
    line: usize,
}

impl<'a> ReceiptReader<'a> {
    fn fault(&self, expected: &'static str) -> ReceiptFault {
        ReceiptFault::Line { line: self.line, expected }
    }

    /// Returns the error for the line that was just taken.
    fn fault_before(&self, expected: &'static str) -> ReceiptFault {
        ReceiptFault::Line { line: self.line.saturating_sub(1).max(1), expected }
    }

    fn line(&mut self, expected: &'static str) -> Result<&'a str, ReceiptFault> {
        let (line, rest) = self.text.split_once('\n').ok_or_else(|| self.fault(expected))?;
        self.text = rest;
        self.line += 1;
        Ok(line)
    }

    fn take(&mut self, bytes: usize, expected: &'static str) -> Result<&'a str, ReceiptFault> {
        let part = self.text.get(..bytes).filter(|part| part.ends_with('\n')).ok_or_else(|| self.fault(expected))?;
        self.text = &self.text[bytes..];
        self.line += part.matches('\n').count();
        Ok(part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::armor::unarmor;

    fn receipt() -> Receipt {
        let read = |name: &str| {
            std::fs::read_to_string(format!("{}/../../tests/fixtures/vectors/{name}", env!("CARGO_MANIFEST_DIR")))
                .unwrap()
        };
        let signed = unarmor(&read("statement3.txt.sig")).unwrap();
        let text = read("statement3.txt");
        let id = text.lines().find_map(|line| line.strip_prefix("signer ")).unwrap().split(' ').next().unwrap();
        Receipt {
            signer: id.parse().unwrap(),
            text: text.clone(),
            key: signed.key,
            signature: signed.signature,
            batch: None,
            log: read("vkey").trim_end().parse().unwrap(),
            proof: TlogProof::parse(&read("statement3.tlog-proof")).unwrap(),
        }
    }

    #[test]
    fn a_receipt_reads_back_as_written_alone_and_among_others() {
        let text = receipt().render();
        assert_eq!(Receipt::parse(&text), Ok(receipt()));
        let both = format!("{text}{text}");
        let found = receipts(&both);
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|(_, one)| *one == text));
        assert_eq!(both.lines().nth(found[1].0 - 1), Some(HEAD));
    }

    #[test]
    fn a_receipt_with_any_byte_altered_is_refused() {
        let text = receipt().render();
        assert!(receipt().proof.verify(&crate_entry(), &receipt().log).is_ok());
        for at in 0..text.len() {
            for add in [1, 2, 32, 128, 200] {
                let mut altered = text.as_bytes().to_vec();
                altered[at] = altered[at].wrapping_add(add);
                let Ok(altered) = String::from_utf8(altered) else { continue };
                let checked = Receipt::parse(&altered).and_then(|receipt| receipt.check());
                assert!(checked.is_err(), "byte {at} plus {add}");
            }
        }
    }

    fn crate_entry() -> Vec<u8> {
        include_bytes!("../../tests/fixtures/vectors/entry3.txt").to_vec()
    }

    #[test]
    fn what_is_not_a_receipt_is_named_with_its_line() {
        let text = receipt().render();
        let log_line = text.lines().position(|line| line.starts_with("log card") && line.contains('+')).unwrap() + 1;
        for (broken, line) in [
            (String::new(), 1),
            ("hello\n".into(), 1),
            (text.replace("statement ", "statement +"), 2),
            (text.replace("\nlog cardiology.example.org/8d1f4c20+", "\nlog x"), log_line),
        ] {
            match Receipt::parse(&broken) {
                Err(ReceiptFault::Line { line: at, .. }) => assert_eq!(at, line, "{broken}"),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(Receipt::parse(&"x".repeat(LONGEST + 1)), Err(ReceiptFault::TooLong));
    }
}
