//! Withdraws an earlier statement on a trainee's record.

use crate::people::person::PersonRef;
use crate::primitives::ids::StatementId;
use crate::primitives::text::SafeText;
use crate::statement::content::{About, Content};
use crate::statement::fields::{DecodeFault, FieldReader, FieldWriter};

/// Withdraws an earlier statement: it no longer counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdraw {
    pub of: StatementId,
    /// The trainee whose record it is on.
    pub trainee: PersonRef,
    pub reason: SafeText,
}

impl Content for Withdraw {
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
