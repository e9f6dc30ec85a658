//! Responds to a statement on a trainee's record: marks it as read, or disputes it.

use crate::people::person::PersonRef;
use crate::primitives::ids::StatementId;
use crate::primitives::text::SafeText;
use crate::statement::content::{About, Content};
use crate::statement::fields::{DecodeFault, FieldReader, FieldWriter};

/// Marks a statement as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledge {
    pub of: StatementId,
    /// The trainee whose record it is on.
    pub trainee: PersonRef,
}

impl Content for Acknowledge {
    fn write(&self, to: &mut FieldWriter<'_>) {
        to.plain("of", self.of);
        to.person("trainee", &self.trainee);
    }

    fn read(from: &mut FieldReader<'_>) -> Result<Self, DecodeFault> {
        Ok(Self { of: from.parsed("of")?, trainee: from.person("trainee")? })
    }

    fn about(&self) -> About<'_> {
        About::Record(&self.trainee)
    }

    fn refers_to(&self) -> Option<StatementId> {
        Some(self.of)
    }

    fn summary(&self) -> String {
        self.trainee.name.to_string()
    }
}

/// A trainee's disagreement with a statement on their record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    pub of: StatementId,
    /// The trainee whose record it is on.
    pub trainee: PersonRef,
    pub reason: SafeText,
}

impl Content for Dispute {
    fn write(&self, to: &mut FieldWriter<'_>) {
        to.plain("of", self.of);
        to.person("trainee", &self.trainee);
        to.text("reason", &self.reason);
    }

    fn read(from: &mut FieldReader<'_>) -> Result<Self, DecodeFault> {
        Ok(Self { of: from.parsed("of")?, trainee: from.person("trainee")?, reason: from.text("reason")? })
    }

    fn about(&self) -> About<'_> {
        About::Record(&self.trainee)
    }

    fn refers_to(&self) -> Option<StatementId> {
        Some(self.of)
    }

    fn summary(&self) -> String {
        format!("{} · “{}”", self.trainee.name, self.reason)
    }
}
