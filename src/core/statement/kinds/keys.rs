//! Certifies a person's public key, retires it, or marks it as compromised.

use crate::people::person::PersonRef;
use crate::primitives::encoding::{hex, unhex};
use crate::primitives::ids::{Digest, LogOrigin, PersonId};
use crate::primitives::key::{PublicKey, fingerprint_of, fingerprint_text};
use crate::primitives::text::SafeText;
use crate::statement::content::{About, Content};
use crate::statement::fields::{DecodeFault, FieldReader, FieldWriter};

/// A key certified for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyGrant {
    pub person: PersonRef,
    pub key: PublicKey,
    /// The new key's signature over [`proof_text`], which proves possession.
    pub proof: KeyProof,
}

/// A signature of a new key: 64 bytes, or 69 of a security key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyProof(Vec<u8>);

impl KeyProof {
    /// Parses the bytes; `None` where a signature of no kind of key has that length.
    pub fn from_bytes(bytes: Vec<u8>) -> Option<Self> {
        [64, 69].contains(&bytes.len()).then_some(Self(bytes))
    }

    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    fn parse(digits: &str) -> Option<Self> {
        let plain = unhex::<64>(digits).map(|bytes| bytes.to_vec());
        plain.or_else(|| Some(unhex::<69>(digits)?.to_vec())).map(Self)
    }
}

impl From<[u8; 64]> for KeyProof {
    fn from(signature: [u8; 64]) -> Self {
        Self(signature.to_vec())
    }
}

/// Returns the text that a new key signs to prove possession: log, person and key.
pub fn proof_text(log: &LogOrigin, person: &PersonId, key: &PublicKey) -> String {
    format!("countersign-proof/1\nlog {log}\nperson {person}\nkey {key}\n")
}

impl Content for KeyGrant {
    fn write(&self, to: &mut FieldWriter<'_>) {
        to.person("person", &self.person);
        to.plain("key", &self.key);
        to.plain("proof", hex(self.proof.bytes()));
    }

    fn read(from: &mut FieldReader<'_>) -> Result<Self, DecodeFault> {
        Ok(Self {
            person: from.person("person")?,
            key: from.parsed("key")?,
            proof: from.field("proof", KeyProof::parse)?,
        })
    }

    fn certifies(&self) -> Option<&PublicKey> {
        Some(&self.key)
    }

    fn about(&self) -> About<'_> {
        About::Person(&self.person.id, &self.person.name)
    }

    fn key(&self) -> Option<Digest> {
        Some(self.key.fingerprint())
    }

    fn summary(&self) -> String {
        format!("A key for {}", self.person.name)
    }
}

/// A key stops signing; its earlier signatures stay valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retire {
    pub person: PersonRef,
    pub key: Digest,
    pub reason: SafeText,
}

impl Content for Retire {
    fn write(&self, to: &mut FieldWriter<'_>) {
        to.person("person", &self.person);
        to.plain("key", fingerprint_text(&self.key));
        to.text("reason", &self.reason);
    }

    fn read(from: &mut FieldReader<'_>) -> Result<Self, DecodeFault> {
        let (person, key) = (from.person("person")?, from.field("key", |v| fingerprint_of(v).ok())?);
        Ok(Self { person, key, reason: from.text("reason")? })
    }

    fn about(&self) -> About<'_> {
        About::Person(&self.person.id, &self.person.name)
    }

    fn key(&self) -> Option<Digest> {
        Some(self.key)
    }

    fn summary(&self) -> String {
        format!("A key of {} · “{}”", self.person.name, self.reason)
    }
}

/// A key is compromised from a position on: its signatures since then are in review, and it stops signing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compromise {
    pub person: PersonRef,
    pub key: Digest,
    /// The first position whose signature is not trusted.
    pub from: u64,
    pub reason: SafeText,
}

impl Content for Compromise {
    fn write(&self, to: &mut FieldWriter<'_>) {
        to.person("person", &self.person);
        to.plain("key", fingerprint_text(&self.key));
        to.plain("from", self.from);
        to.text("reason", &self.reason);
    }

    fn read(from: &mut FieldReader<'_>) -> Result<Self, DecodeFault> {
        Ok(Self {
            person: from.person("person")?,
            key: from.field("key", |v| fingerprint_of(v).ok())?,
            from: from.parsed("from")?,
            reason: from.text("reason")?,
        })
    }

    fn about(&self) -> About<'_> {
        About::Person(&self.person.id, &self.person.name)
    }

    fn key(&self) -> Option<Digest> {
        Some(self.key)
    }

    fn summary(&self) -> String {
        format!("A key of {}, in review from {} · “{}”", self.person.name, self.from, self.reason)
    }
}
