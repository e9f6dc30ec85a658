//! Replays a log from its start and checks each signature, encoding, rule and root. Checking one entry needs no other, so
//! threads can share that; the rest runs in order. No index is trusted.

use std::collections::VecDeque;

use thiserror::Error;

use crate::merkle::{CompactRange, Tile, entry, leaf_hash};
use crate::sshsig::{NAMESPACE, PROOF_NAMESPACE, SignatureBytes, SignatureFault, VerifyingKey, blob_digest, verify};
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::{Digest, StatementId};
use countersign_core::primitives::key::PublicKey;
use countersign_core::rules::check_decoded;
use countersign_core::rules::facts::{ImportedStatement, ReferencedEntry, RuleContext};
use countersign_core::rules::log_state::Roster;
use countersign_core::rules::refusal::RuleViolation;
use countersign_core::statement::decode::decode;
use countersign_core::statement::fields::DecodeFault;
use countersign_core::statement::kinds::issuer::{IssuerChange, issuer_proof_text};
use countersign_core::statement::kinds::keys::proof_text;
use countersign_core::statement::{Body, SignedText, Statement};

/// How many recent roots to remember, as later statements refer to them.
const REMEMBERED: usize = 512;

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EntryFault {
    #[error("It is not text: it contains bytes that are not UTF-8")]
    NotText,
    #[error("{0}")]
    Spelling(#[from] DecodeFault),
    #[error("The signature is not valid: the text, signature or key was altered")]
    Signature,
    #[error("It is signed by a key, or in a way, that the log does not know")]
    UnknownKey,
    #[error("It is stored under the wrong id")]
    OtherId,
    #[error("{0}")]
    Rule(#[from] RuleViolation),
    #[error("It was signed on another history: the root that it saw is not the root of these entries")]
    Seen,
    #[error("The new key did not sign that it is held")]
    NoProof,
}

#[derive(Debug, Clone)]
pub struct PreparedKey {
    key: PublicKey,
    fingerprint: Digest,
    verifier: VerifyingKey,
}

impl PreparedKey {
    /// Parses a key; refuses unknown algorithms and weak keys.
    pub fn new(key: PublicKey) -> Result<Self, SignatureFault> {
        Ok(Self { fingerprint: key.fingerprint(), verifier: VerifyingKey::new(&key)?, key })
    }

    pub fn fingerprint(&self) -> &Digest {
        &self.fingerprint
    }
}

#[derive(Debug)]
pub struct CheckedEntry {
    /// Leaf hash of the entry, whether it is valid or not.
    pub leaf: Option<Digest>,
    pub statement: Result<Statement, EntryFault>,
}

/// Checks one entry by itself, in about 40 µs for the signature.
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

/// Reads an entry whose signature was checked before, as long as its leaf is the same: the caller compares the root.
pub fn look_again(id: StatementId, text: &[u8], key: Option<&PreparedKey>, signature: &SignatureBytes) -> CheckedEntry {
    let Some(key) = key else {
        return CheckedEntry { leaf: None, statement: Err(EntryFault::UnknownKey) };
    };
    let leaf = leaf_hash(&entry(id, Digest::of(text), blob_digest(&key.key, NAMESPACE, signature)));
    let statement = match std::str::from_utf8(text) {
        Err(_) => Err(EntryFault::NotText),
        Ok(text) => match decode(text) {
            Err(fault) => Err(fault.into()),
            Ok(statement) if statement.id != id => Err(EntryFault::OtherId),
            Ok(statement) => Ok(statement),
        },
    };
    CheckedEntry { leaf: Some(leaf), statement }
}

/// A statement from a receipt that an `import` statement adds; text and signature were verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptStatement {
    pub statement: Statement,
    text: String,
    key: PublicKey,
    fingerprint: Digest,
    signature: SignatureBytes,
}

impl ReceiptStatement {
    /// Verifies the text, key and signature of a receipt.
    pub fn look(text: String, key: PublicKey, signature: SignatureBytes) -> Result<Self, EntryFault> {
        let verifier = VerifyingKey::new(&key).map_err(|_| EntryFault::Signature)?;
        verify(&verifier, NAMESPACE, text.as_bytes(), &signature).map_err(|_| EntryFault::Signature)?;
        Ok(Self { statement: decode(&text)?, fingerprint: key.fingerprint(), text, key, signature })
    }

    pub fn fingerprint(&self) -> Digest {
        self.fingerprint
    }

    /// Returns the digest of its text, which the `import` statement names.
    pub fn text_digest(&self) -> Digest {
        Digest::of(self.text.as_bytes())
    }

    /// Returns the digest of its SSHSIG blob, which the `import` statement names.
    pub fn signature_digest(&self) -> Digest {
        blob_digest(&self.key, NAMESPACE, &self.signature)
    }

    pub fn signed(&self) -> SignedText {
        SignedText { text: self.text.clone(), key: self.fingerprint, signature: self.signature.to_vec() }
    }

    /// Returns the form that the rules check; `target` is the statement that it withdraws, if it is a withdrawal.
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

#[derive(Debug, Default)]
pub struct Replay {
    pub roster: Roster,
    edge: CompactRange,
    roots: VecDeque<(u64, Digest)>,
}

impl Replay {
    pub fn edge(&self) -> &CompactRange {
        &self.edge
    }

    /// Checks one statement: its rule, the root that it names, a new key's proof of possession. `facts.position` is replaced
    /// by that of the replay; `older` finds roots no longer remembered. An erased entry has no step: it is passed over, and
    /// its leaf pushed.
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

    /// Passes over an erased entry that was signed at this time.
    pub fn pass_over(&mut self, signed: Timestamp) {
        self.roster.newest = self.roster.newest.max(Some(signed));
    }

    /// Appends an entry's leaf to the tree, after its step.
    pub fn push(&mut self, leaf: Digest) -> Option<Tile> {
        self.edge.push(leaf)
    }

    /// Returns the root at a size, if it is the current or a remembered one.
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

/// Whether a new key, if the statement adds one, signed its proof of possession.
fn consented(statement: &Statement) -> bool {
    let (key, proof, text) = if let Body::Key(grant) = &statement.body {
        (&grant.key, &grant.proof, proof_text(&statement.log, &grant.person.id, &grant.key))
    } else if let Body::IssuerKey(content) = &statement.body
        && let IssuerChange::InForce { issuer, proof } = &content.change
    {
        (&content.key, proof, issuer_proof_text(&statement.log, issuer, &content.key))
    } else {
        return true;
    };
    VerifyingKey::new(key).is_ok_and(|verifier| verify(&verifier, PROOF_NAMESPACE, text.as_bytes(), proof).is_ok())
}
