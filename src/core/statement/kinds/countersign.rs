//! Adds a second signature to an achieved sign-off or a key.

use crate::people::person::PersonRef;
use crate::primitives::ids::StatementId;
use crate::primitives::text::SafeText;
use crate::statement::content::{About, Content};
use crate::statement::fields::{DecodeFault, FieldReader, FieldWriter};

/// The meaning that a second supervisor signs.
pub const MEANING_COUNTERSIGN: &str = "I have read this sign-off and agree that it is to the standard stated.";
/// The meaning that a second training officer signs for a new key.
pub const MEANING_COUNTERSIGN_KEY: &str = "I know this person and have seen that this key is theirs.";

/// A second signature on an achieved sign-off or a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Countersign {
    pub of: StatementId,
    /// The person whose record or key it is.
    pub whose: PersonRef,
    /// The meaning, as the dialog showed it.
    pub meaning: SafeText,
}

impl Content for Countersign {
    fn write(&self, to: &mut FieldWriter<'_>) {
        to.plain("of", self.of);
        to.person("whose", &self.whose);
        to.text("meaning", &self.meaning);
    }

    fn read(from: &mut FieldReader<'_>) -> Result<Self, DecodeFault> {
        Ok(Self { of: from.parsed("of")?, whose: from.person("whose")?, meaning: from.text("meaning")? })
    }

    fn about(&self) -> About<'_> {
        if self.meaning.as_str() == MEANING_COUNTERSIGN {
            About::Record(&self.whose)
        } else {
            About::Person(&self.whose.id, &self.whose.name)
        }
    }

    fn refers_to(&self) -> Option<StatementId> {
        Some(self.of)
    }

    fn summary(&self) -> String {
        if self.meaning.as_str() == MEANING_COUNTERSIGN_KEY {
            format!("A key of {}", self.whose.name)
        } else {
            format!("A sign-off · {}", self.whose.name)
        }
    }
}
