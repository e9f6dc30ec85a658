//! A log gone through from its beginning: each signature, spelling, rule and root. The costly part stands alone, so that
//! many threads can do it; the rest goes in order. Must never trust an index.

use std::collections::VecDeque;

use thiserror::Error;

use crate::domain::people::department::proof_text;
use crate::domain::primitives::date::Timestamp;
use crate::domain::primitives::ids::{Digest, StatementId};
use crate::domain::primitives::key::PublicKey;
use crate::domain::rules::check_decoded;
use crate::domain::rules::facts::{ImportedStatement, ReferencedEntry, RuleContext};
use crate::domain::rules::log_state::Roster;
use crate::domain::rules::refusal::RuleViolation;
use crate::domain::statement::decode::{DecodeFault, decode};
use crate::domain::statement::{Body, SignedText, Statement};
use crate::ledger::merkle::{CompactRange, Tile, entry, leaf_hash};
use crate::ledger::sshsig::{
    NAMESPACE, PROOF_NAMESPACE, SignatureBytes, SignatureFault, VerifyingKey, blob_digest, verify,
};

/// Roots remembered: those that the statements to come may say that they saw.
const REMEMBERED: usize = 512;

/// What is wrong with an entry.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EntryFault {
    /// Its text has bytes that are not UTF-8.
    #[error("It is not text: it holds bytes that are not UTF-8")]
    NotText,
    /// Its text is no statement in the one spelling.
    #[error("{0}")]
    Spelling(#[from] DecodeFault),
    /// Its signature does not hold.
    #[error("The signature does not hold: text, signature or key is altered")]
    Signature,
    /// Nobody here has the key, or it signs in another way than this program knows.
    #[error("It is signed by a key, or in a way, that the log does not know")]
    UnknownKey,
    /// It is kept under another id.
    #[error("It is kept under another id than its own")]
    OtherId,
    /// It was not allowed where it stands.
    #[error("{0}")]
    Rule(#[from] RuleViolation),
    /// It says that it saw another history.
    #[error("It was signed on another history: the root that it saw is not the root of these entries")]
    Seen,
    /// A key did not consent.
    #[error("The new key did not sign that it is held")]
    NoProof,
}

/// A key that signs, made ready once.
#[derive(Debug, Clone)]
pub struct PreparedKey {
    key: PublicKey,
    fingerprint: Digest,
    verifier: VerifyingKey,
}

impl PreparedKey {
    /// Makes a key ready; refuses what no signature can be trusted with.
    pub fn new(key: PublicKey) -> Result<Self, SignatureFault> {
        Ok(Self { fingerprint: key.fingerprint(), verifier: VerifyingKey::new(&key)?, key })
    }

    /// The key's fingerprint.
    pub fn fingerprint(&self) -> &Digest {
        &self.fingerprint
    }
}

/// An entry looked at by itself: its leaf, and its statement if text and signature hold.
#[derive(Debug)]
pub struct CheckedEntry {
    /// The leaf that stands for it in the tree, whatever it says.
    pub leaf: Option<Digest>,
    /// The statement, or what is wrong.
    pub statement: Result<Statement, EntryFault>,
}

/// Looks at one entry by itself. Costs a signature's check, some 40 µs.
pub fn look(id: StatementId, text: &[u8], key: Option<&PreparedKey>, signature: &SignatureBytes) -> CheckedEntry {
    let Some(key) = key else {
        return CheckedEntry { leaf: None, statement: Err(EntryFault::UnknownKey) };
    };
    let digest = Digest::of(text);
    let leaf = leaf_hash(&entry(id, digest, blob_digest(&key.key, NAMESPACE, signature)));
    let statement = match (verify(&key.verifier, NAMESPACE, text, signature), std::str::from_utf8(text)) {
        (_, Err(_)) => Err(EntryFault::NotText),
        (Err(_), _) => Err(EntryFault::Signature),
        (Ok(()), Ok(text)) => match decode(text) {
            Err(fault) => Err(fault.into()),
            Ok(statement) if statement.id != id => Err(EntryFault::OtherId),
            Ok(statement) => Ok(statement),
        },
    };
    CheckedEntry { leaf: Some(leaf), statement }
}

/// A statement that an `import` puts back: its text and signature hold under its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptStatement {
    pub statement: Statement,
    text: String,
    key: PublicKey,
    fingerprint: Digest,
    signature: SignatureBytes,
}

impl ReceiptStatement {
    /// Looks at text, key and signature as a receipt brings them.
    pub fn look(text: String, key: PublicKey, signature: SignatureBytes) -> Result<Self, EntryFault> {
        let verifier = VerifyingKey::new(&key).map_err(|_| EntryFault::Signature)?;
        verify(&verifier, NAMESPACE, text.as_bytes(), &signature).map_err(|_| EntryFault::Signature)?;
        Ok(Self { statement: decode(&text)?, fingerprint: key.fingerprint(), text, key, signature })
    }

    /// The fingerprint of the key that signed it.
    pub fn fingerprint(&self) -> Digest {
        self.fingerprint
    }

    /// The digest of its text, which the `import` names.
    pub fn text_digest(&self) -> Digest {
        Digest::of(self.text.as_bytes())
    }

    /// The digest of its signature as an SSHSIG blob, which the `import` names.
    pub fn signature_digest(&self) -> Digest {
        blob_digest(&self.key, NAMESPACE, &self.signature)
    }

    /// As it is kept.
    pub fn signed(&self) -> SignedText {
        SignedText { text: self.text.clone(), key: self.fingerprint, signature: self.signature.to_vec() }
    }

    /// As the rules must know it; `target` is what it is about, if it is a withdrawal.
    pub fn inner<'a>(&'a self, target: Option<&'a ReferencedEntry>) -> ImportedStatement<'a> {
        ImportedStatement {
            statement: &self.statement,
            key: &self.fingerprint,
            text: self.text_digest(),
            signature: self.signature_digest(),
            target,
        }
    }
}

/// A replay: what holds after the entries gone through so far.
#[derive(Debug, Default)]
pub struct Replay {
    /// Who there is and what holds.
    pub roster: Roster,
    edge: CompactRange,
    roots: VecDeque<(u64, Digest)>,
}

impl Replay {
    /// The tree's right edge.
    pub fn edge(&self) -> &CompactRange {
        &self.edge
    }

    /// Goes through one statement: its rule, what it saw, a new key's consent. The position of the facts is that of the
    /// replay; `older` finds roots of long ago. An erased entry has no step: it is passed over, and its leaf pushed.
    pub fn step<E>(
        &mut self,
        statement: &Statement,
        facts: RuleContext<'_>,
        older: impl FnOnce(u64) -> Result<Option<Digest>, E>,
    ) -> Result<Result<(), EntryFault>, E> {
        let facts = RuleContext { position: self.edge.size(), ..facts };
        if let Err(refusal) = check_decoded(&self.roster, statement, facts) {
            return Ok(Err(refusal.into()));
        }
        let seen = match self.root(statement.seen.size) {
            Some(root) => Some(root),
            None => older(statement.seen.size)?,
        };
        if seen != Some(statement.seen.root) {
            return Ok(Err(EntryFault::Seen));
        }
        if !consented(statement) {
            return Ok(Err(EntryFault::NoProof));
        }
        self.roster.apply(statement, facts.position, facts.standard);
        Ok(Ok(()))
    }

    /// Passes over an erased entry, which was signed at this time.
    pub fn pass_over(&mut self, signed: Timestamp) {
        self.roster.newest = self.roster.newest.max(Some(signed));
    }

    /// Adds an entry's leaf to the tree, after its step.
    pub fn push(&mut self, leaf: Digest) -> Option<Tile> {
        self.edge.push(leaf)
    }

    /// The root at a size, if it is the present one or was asked for not long ago.
    fn root(&mut self, size: u64) -> Option<Digest> {
        if let Some((_, root)) = self.roots.iter().rev().find(|(known, _)| *known == size) {
            return Some(*root);
        }
        if size != self.edge.size() {
            return None;
        }
        let root = self.edge.root();
        if self.roots.len() == REMEMBERED {
            self.roots.pop_front();
        }
        self.roots.push_back((size, root));
        Some(root)
    }
}

/// Whether a new key, if the statement brings one, signed that it is held.
fn consented(statement: &Statement) -> bool {
    let Body::Key(grant) = &statement.body else { return true };
    let text = proof_text(&statement.log, &grant.person.id, &grant.key);
    VerifyingKey::new(&grant.key)
        .is_ok_and(|verifier| verify(&verifier, PROOF_NAMESPACE, text.as_bytes(), &grant.proof).is_ok())
}
