//! Retires a key: it stops signing, and its earlier signatures stay valid.

use crate::people::person::PersonRef;
use crate::primitives::ids::Digest;
use crate::primitives::key::{fingerprint_of, fingerprint_text};
use crate::primitives::text::SafeText;
use crate::statement::content::{About, Content};
use crate::statement::fields::{DecodeFault, FieldReader, FieldWriter};

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
