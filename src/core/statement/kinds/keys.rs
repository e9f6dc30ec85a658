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
    pub proof: [u8; 64],
}

/// Returns the text that a new key signs to prove possession: log, person and key.
pub fn proof_text(log: &LogOrigin, person: &PersonId, key: &PublicKey) -> String {
    format!("countersign-proof/1\nlog {log}\nperson {person}\nkey {key}\n")
}

impl Content for KeyGrant {
    fn write(&self, to: &mut FieldWriter<'_>) {
        to.person("person", &self.person);
        to.plain("key", &self.key);
        to.plain("proof", hex(&self.proof));
    }

    fn read(from: &mut FieldReader<'_>) -> Result<Self, DecodeFault> {
        Ok(Self { person: from.person("person")?, key: from.parsed("key")?, proof: from.field("proof", unhex)? })
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
