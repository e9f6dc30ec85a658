//! Defines what every kind of statement provides: its fields, its checks, whom it is about, and its words.

use chrono::{Datelike as _, NaiveDate};

use crate::people::person::PersonRef;
use crate::primitives::ids::{Digest, PersonId, StandardRef, StatementId};
use crate::primitives::key::PublicKey;
use crate::primitives::text::SafeText;
use crate::statement::fields::{DecodeFault, FieldReader, FieldWriter};

/// The content of a statement of one kind.
pub trait Content {
    /// Writes its fields in their order.
    fn write(&self, to: &mut FieldWriter<'_>);

    /// Reads the fields that [`Content::write`] writes.
    fn read(from: &mut FieldReader<'_>) -> Result<Self, DecodeFault>
    where
        Self: Sized;

    /// Returns whom it is about, which decides who may see it.
    fn about(&self) -> About<'_>;

    /// Describes it in one line, for lists.
    fn summary(&self) -> String;

    /// Returns the first value that its type allows but a statement does not, so that each has one encoding. The name of
    /// [`Content::about`] is checked for every kind.
    fn fault(&self) -> Option<&'static str> {
        None
    }

    /// Returns the earlier statement that it refers to; for an import, the one it restores.
    fn refers_to(&self) -> Option<StatementId> {
        None
    }

    /// Returns the standard or local list whose text is needed to check or index it.
    fn standard(&self) -> Option<&StandardRef> {
        None
    }

    /// Returns all standards and local lists whose text the rules need.
    fn standards(&self) -> Vec<&StandardRef> {
        self.standard().into_iter().collect()
    }

    /// Returns its words if a newer one of the same kind, standard and words replaces it.
    fn replaceable(&self) -> Option<String> {
        None
    }

    /// Returns the digest of the text that it adopts as [`Content::standard`].
    fn adopts(&self) -> Option<&Digest> {
        None
    }

    /// Returns the key that it gives to a person.
    fn certifies(&self) -> Option<&PublicKey> {
        None
    }

    /// Returns the fingerprint of the key that it certifies or ends.
    fn key(&self) -> Option<Digest> {
        None
    }

    /// Returns the people that it names besides the one it is about.
    fn people(&self) -> Vec<&PersonId> {
        Vec::new()
    }
}

/// Whom a statement is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About<'a> {
    Department,
    /// A person of the department, by id and name; it is not part of a trainee's record.
    Person(&'a PersonId, &'a SafeText),
    /// The trainee whose record it is on.
    Record(&'a PersonRef),
}

impl<'a> About<'a> {
    pub fn person(self) -> Option<(&'a PersonId, &'a SafeText)> {
        match self {
            Self::Department => None,
            Self::Person(id, name) => Some((id, name)),
            Self::Record(trainee) => Some((&trainee.id, &trainee.name)),
        }
    }

    pub fn trainee(self) -> Option<&'a PersonRef> {
        match self {
            Self::Record(trainee) => Some(trainee),
            Self::Department | Self::Person(..) => None,
        }
    }
}

/// Returns a fault if one of these texts has more than one line.
pub fn lines_fault<'a>(texts: impl IntoIterator<Item = &'a SafeText>) -> Option<&'static str> {
    let broken = texts.into_iter().any(|text| text.as_str().bytes().any(|b| b == b'\n'));
    broken.then_some("A name or another text of one line contains a line feed")
}

/// Returns a fault unless the years have four digits, as other days have no canonical spelling.
pub fn days_fault(days: impl IntoIterator<Item = NaiveDate>) -> Option<&'static str> {
    days.into_iter().any(|day| !(0..=9999).contains(&day.year())).then_some("A day has no spelling")
}
