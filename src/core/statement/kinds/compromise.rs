//! Marks a key as compromised: its signatures since then are in review, and it stops signing.

use crate::people::person::PersonRef;
use crate::primitives::ids::Digest;
use crate::primitives::key::{fingerprint_of, fingerprint_text};
use crate::primitives::text::SafeText;
use crate::statement::content::{About, Content};
use crate::statement::fields::{DecodeFault, FieldReader, FieldWriter};

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
