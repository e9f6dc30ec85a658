//! Replays a log from its start and checks each signature, encoding, rule and root. Checking one entry needs no other, so
//! threads can share that; the rest runs in order. No index is trusted.

use std::collections::VecDeque;

use thiserror::Error;

use crate::batch::{BatchFault, BatchPlace, CheckedBatch, SignedBatch, signature_digest};
use crate::merkle::{CompactRange, Tile, entry, leaf_hash};
use crate::security_key::{KeySignature, KeyVerifier};
use crate::sshsig::{NAMESPACE, PROOF_NAMESPACE, SignatureBytes, SignatureFault, VerifyingKey, verify};
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::{Digest, StatementId};
use countersign_core::primitives::key::PublicKey;
use countersign_core::primitives::presence::Presence;
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
    #[error("It is not signed: {0}")]
    Batch(#[from] BatchFault),
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
    verifier: KeyVerifier,
}

impl PreparedKey {
    /// Parses a key; refuses unknown algorithms and weak keys.
    pub fn new(key: PublicKey) -> Result<Self, SignatureFault> {
        Ok(Self { fingerprint: key.fingerprint(), verifier: KeyVerifier::new(&key)?, key })
    }

    pub fn fingerprint(&self) -> &Digest {
        &self.fingerprint
    }

    pub fn public(&self) -> &PublicKey {
        &self.key
    }

    /// Verifies how a statement's text is signed: by itself, or by a security key in a batch.
    fn verify(
        &self,
        text: &[u8],
        digest: &Digest,
        signature: &SignatureBytes,
        batch: Option<Result<&CheckedBatch, BatchFault>>,
    ) -> Result<(Presence, Option<BatchPlace>), EntryFault> {
        match &self.verifier {
            KeyVerifier::Ed25519(verifier) => {
                verify(verifier, NAMESPACE, text, signature).map_err(|_| EntryFault::Signature)?;
                Ok((Presence::Unknown, None))
            }
            KeyVerifier::SecurityKey { .. } => {
                let batch = batch.unwrap_or(Err(BatchFault::Missing))?;
                let place = batch.place_of(digest, &self.fingerprint, signature)?;
                Ok((batch.presence(), Some(place)))
            }
        }
    }
}

#[derive(Debug)]
pub struct CheckedEntry {
    /// Leaf hash of the entry, whether it is valid or not.
    pub leaf: Option<Digest>,
    pub statement: Result<Statement, EntryFault>,
    /// What the signature shows about the person at the key, if it is valid.
    pub presence: Presence,
    /// Its place in the batch that it was signed in, if it was and the batch names it.
    pub place: Option<BatchPlace>,
}

/// Checks one entry by itself, in about 40 µs for the signature. `batch` is the one that it names in place of a signature.
pub fn look(
    id: StatementId,
    text: &[u8],
    key: Option<&PreparedKey>,
    signature: &SignatureBytes,
    batch: Option<Result<&CheckedBatch, BatchFault>>,
) -> CheckedEntry {
    let Some(key) = key else {
        let statement = Err(EntryFault::UnknownKey);
        return CheckedEntry { leaf: None, statement, presence: Presence::Unknown, place: None };
    };
    let digest = Digest::of(text);
    let leaf = Some(leaf_hash(&entry(id, digest, signature_digest(&key.key, signature))));
    let signed = key.verify(text, &digest, signature, batch.clone());
    let (presence, place) = signed.clone().unwrap_or((Presence::Unknown, None));
    let statement = match (signed, std::str::from_utf8(text)) {
        (_, Err(_)) => Err(EntryFault::NotText),
        (Err(fault), _) => Err(fault),
        (Ok(_), Ok(text)) => match decode(text) {
            Err(fault) => Err(fault.into()),
            Ok(statement) if statement.id != id => Err(EntryFault::OtherId),
            Ok(statement) => fits(statement, batch.and_then(Result::ok)),
        },
    };
    CheckedEntry { leaf, statement, presence, place }
}

/// Returns the statement if it is of the log and signer of its batch.
fn fits(statement: Statement, batch: Option<&CheckedBatch>) -> Result<Statement, EntryFault> {
    if let Some(batch) = batch {
        batch.fits(&statement)?;
    }
    Ok(statement)
}

/// Reads an entry whose signature was checked before, as long as its leaf is the same: the caller compares the root.
pub fn look_again(id: StatementId, text: &[u8], key: Option<&PreparedKey>, signature: &SignatureBytes) -> CheckedEntry {
    let Some(key) = key else {
        let statement = Err(EntryFault::UnknownKey);
        return CheckedEntry { leaf: None, statement, presence: Presence::Unknown, place: None };
    };
    let leaf = leaf_hash(&entry(id, Digest::of(text), signature_digest(&key.key, signature)));
    let statement = match std::str::from_utf8(text) {
        Err(_) => Err(EntryFault::NotText),
        Ok(text) => match decode(text) {
            Err(fault) => Err(fault.into()),
            Ok(statement) if statement.id != id => Err(EntryFault::OtherId),
            Ok(statement) => Ok(statement),
        },
    };
    CheckedEntry { leaf: Some(leaf), statement, presence: Presence::Unknown, place: None }
}

/// A statement from a receipt that an `import` statement adds; text and signature were verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptStatement {
    pub statement: Statement,
    text: String,
    key: PublicKey,
    fingerprint: Digest,
    signature: SignatureBytes,
    batch: Option<SignedBatch>,
    presence: Presence,
}

impl ReceiptStatement {
    /// Verifies the text, key and signature of a receipt, with the batch that it was signed in if it was.
    pub fn look(
        text: String,
        key: PublicKey,
        signature: SignatureBytes,
        batch: Option<SignedBatch>,
    ) -> Result<Self, EntryFault> {
        let prepared = PreparedKey::new(key).map_err(|_| EntryFault::Signature)?;
        let checked = batch.as_ref().map(SignedBatch::check);
        let checked = checked.as_ref().map(|checked| checked.as_ref().map_err(Clone::clone));
        let digest = Digest::of(text.as_bytes());
        let (presence, _) = prepared.verify(text.as_bytes(), &digest, &signature, checked.clone())?;
        let statement = fits(decode(&text)?, checked.and_then(Result::ok))?;
        if statement.signer.auth.is_security_key() != presence.is_of_security_key() {
            return Err(RuleViolation::OtherAuth.into());
        }
        let PreparedKey { key, fingerprint, .. } = prepared;
        Ok(Self { statement, text, key, fingerprint, signature, batch, presence })
    }

    /// Returns the batch that it was signed in, if it was.
    pub fn batch(&self) -> Option<&SignedBatch> {
        self.batch.as_ref()
    }

    /// Returns what its signature shows about the person at the key.
    pub fn presence(&self) -> Presence {
        self.presence
    }

    pub fn fingerprint(&self) -> Digest {
        self.fingerprint
    }

    /// Returns the digest of its text, which the `import` statement names.
    pub fn text_digest(&self) -> Digest {
        Digest::of(self.text.as_bytes())
    }

    /// Returns the digest of its signature as in a leaf, which the `import` statement names.
    pub fn signature_digest(&self) -> Digest {
        signature_digest(&self.key, &self.signature)
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
    if let Body::Key(grant) = &statement.body {
        let text = proof_text(&statement.log, &grant.person.id, &grant.key);
        return proves(&grant.key, &text, grant.proof.bytes());
    }
    let (key, proof, text) = if let Body::IssuerKey(content) = &statement.body
        && let IssuerChange::InForce { issuer, proof } = &content.change
    {
        (&content.key, proof, issuer_proof_text(&statement.log, issuer, &content.key))
    } else {
        return true;
    };
    VerifyingKey::new(key).is_ok_and(|verifier| verify(&verifier, PROOF_NAMESPACE, text.as_bytes(), proof).is_ok())
}

/// Returns whether these bytes are a key's signature over its proof of possession; a security key must have been touched.
pub fn proves(key: &PublicKey, text: &str, proof: &[u8]) -> bool {
    let signature = KeySignature::from_bytes(key.algorithm(), proof);
    let verifier = KeyVerifier::new(key).ok();
    let presence = verifier
        .zip(signature)
        .and_then(|(verifier, signature)| verifier.verify(PROOF_NAMESPACE, text.as_bytes(), &signature).ok());
    presence.is_some_and(|presence| presence != Presence::Untouched)
}
