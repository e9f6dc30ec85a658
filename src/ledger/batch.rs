//! Writes and checks batches: a text that names several statements by digest, signed with one touch of a security key, since
//! nobody touches a key once for each. Only security keys sign batches, and they sign nothing else in a log.
//!
//! Invariant: a statement is in a batch only with the batch's log, signer and key, and at one place.

use std::collections::HashMap;
use std::fmt::Write as _;

use thiserror::Error;

use crate::armor::armor_signature;
use crate::security_key::{ALGORITHM, KeySignature, KeyVerifier, blob_of};
use crate::sshsig::{NAMESPACE as STATEMENT_NAMESPACE, SignatureBytes, blob_digest};
use countersign_core::primitives::ids::{Digest, LogOrigin, PersonId};
use countersign_core::primitives::key::{PublicKey, fingerprint_of, fingerprint_text};
use countersign_core::primitives::presence::Presence;
use countersign_core::statement::fields::number_of;
use countersign_core::statement::{MAX_BYTES, Statement};

/// Namespace of batches; a signature for one namespace is invalid in another.
pub const NAMESPACE: &str = "countersign-batch";
/// The most statements that one touch signs. Their digests fit in a text of [`MAX_BYTES`].
pub const MOST_MEMBERS: usize = 200;

const HEAD: &str = "countersign-batch/1";

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BatchFault {
    #[error("the batch that it was signed in is missing")]
    Missing,
    #[error("the batch that it was signed in is not as countersign writes it")]
    Text,
    #[error("the signature of its batch is not valid: the batch, signature or key was altered")]
    Signature,
    #[error("the security key signed its batch without a touch")]
    Untouched,
    #[error("its batch is stored under the wrong name")]
    Name,
    #[error("its batch does not name it")]
    NotNamed,
    #[error("its batch is by another person or key, or for another log")]
    Other,
}

/// What a batch says: whose it is, and the statements in it, in the order of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchText {
    pub log: LogOrigin,
    pub signer: PersonId,
    /// The fingerprint of the key.
    pub key: Digest,
    /// The SHA-256 of each statement's text.
    pub members: Vec<Digest>,
}

impl BatchText {
    pub fn render(&self) -> String {
        let Self { log, signer, key, members } = self;
        let key = fingerprint_text(key);
        let mut text = format!("{HEAD}\nlog {log}\nsigner {signer}\nkey {key}\ncount {}\n", members.len());
        for member in members {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "statement {}", member.hex());
        }
        text
    }

    /// Parses a text; only the canonical form is accepted, with 1 to [`MOST_MEMBERS`] statements, each once.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_BYTES {
            return None;
        }
        let mut lines = text.lines();
        if lines.next()? != HEAD {
            return None;
        }
        let mut field = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
        let log = field("log")?.parse().ok()?;
        let signer = field("signer")?.parse().ok()?;
        let key = fingerprint_of(field("key")?).ok()?;
        let count: usize = number_of(field("count")?)?;
        if !(1..=MOST_MEMBERS).contains(&count) {
            return None;
        }
        let members: Option<Vec<Digest>> =
            lines.map(|line| Digest::from_hex(line.strip_prefix("statement ")?).ok()).collect();
        let batch = Self { log, signer, key, members: members? };
        let places = batch.places();
        let whole = batch.members.len() == count && places.len() == count && batch.render() == text;
        whole.then_some(batch)
    }

    fn places(&self) -> HashMap<[u8; 32], usize> {
        self.members.iter().zip(0..).map(|(member, place)| (member.0, place)).collect()
    }
}

/// A batch as it is stored, with its signature. Not verified yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedBatch {
    pub text: String,
    pub key: PublicKey,
    pub signature: KeySignature,
}

impl SignedBatch {
    /// Returns the name that its statements have in place of a signature: the SHA-256 of the text, then of the SSHSIG blob.
    pub fn name(&self) -> SignatureBytes {
        let mut name = [0; 64];
        name[..32].copy_from_slice(&Digest::of(self.text.as_bytes()).0);
        name[32..].copy_from_slice(&Digest::of(&blob_of(&self.key, NAMESPACE, &self.signature)).0);
        name
    }

    /// Returns the signature as `ssh-keygen -Y sign` writes it.
    pub fn armored(&self) -> String {
        armor_signature(&self.key, NAMESPACE, &self.signature)
    }

    /// Verifies the signature, which must be by a security key, and parses the text.
    pub fn check(&self) -> Result<CheckedBatch, BatchFault> {
        let verifier = KeyVerifier::new(&self.key).map_err(|_| BatchFault::Signature)?;
        let presence = verifier.verify(NAMESPACE, self.text.as_bytes(), &self.signature);
        let presence = presence.map_err(|_| BatchFault::Signature)?;
        match presence {
            Presence::Unknown => return Err(BatchFault::Signature),
            Presence::Untouched => return Err(BatchFault::Untouched),
            Presence::Touched | Presence::Verified => {}
        }
        let text = BatchText::parse(&self.text).ok_or(BatchFault::Text)?;
        if text.key != self.key.fingerprint() {
            return Err(BatchFault::Other);
        }
        Ok(CheckedBatch { name: self.name(), places: text.places(), text, presence })
    }
}

/// A batch whose signature was verified, by a security key that was touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedBatch {
    name: SignatureBytes,
    text: BatchText,
    places: HashMap<[u8; 32], usize>,
    presence: Presence,
}

/// The place of a statement in its batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchPlace {
    pub name: SignatureBytes,
    /// From 0.
    pub place: u64,
    pub of: u64,
}

impl CheckedBatch {
    pub fn presence(&self) -> Presence {
        self.presence
    }

    pub fn text(&self) -> &BatchText {
        &self.text
    }

    /// Returns the place of the statement with this digest, key and stored name.
    pub fn place_of(&self, digest: &Digest, key: &Digest, name: &SignatureBytes) -> Result<BatchPlace, BatchFault> {
        if self.name != *name {
            return Err(BatchFault::Name);
        }
        if self.text.key != *key {
            return Err(BatchFault::Other);
        }
        let place = *self.places.get(&digest.0).ok_or(BatchFault::NotNamed)?;
        Ok(BatchPlace { name: self.name, place: place as u64, of: self.text.members.len() as u64 })
    }

    /// Checks that a statement is of the batch's log and signer.
    pub fn fits(&self, statement: &Statement) -> Result<(), BatchFault> {
        let same = self.text.log == statement.log && self.text.signer == statement.signer.who.id;
        if same { Ok(()) } else { Err(BatchFault::Other) }
    }
}

/// Returns whether statements of this key are signed in batches.
pub fn signs_batches(key: &PublicKey) -> bool {
    key.algorithm() == ALGORITHM
}

/// Returns the digest in the log's leaf that binds a statement's signature: of its SSHSIG blob, or of the name of its batch.
pub fn signature_digest(key: &PublicKey, signature: &SignatureBytes) -> Digest {
    if signs_batches(key) { Digest::of(signature) } else { blob_digest(key, STATEMENT_NAMESPACE, signature) }
}

/// Returns the namespace in which a key signs what statements say.
pub fn namespace_of(key: &PublicKey) -> &'static str {
    if signs_batches(key) { NAMESPACE } else { STATEMENT_NAMESPACE }
}
