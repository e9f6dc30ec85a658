//! Confirms for the employer or the provider that a trainee may go to end-point assessment.

use crate::people::person::PersonRef;
use crate::primitives::text::SafeText;
use crate::statement::content::{About, Content};
use crate::statement::fields::{DecodeFault, FieldReader, FieldWriter};
use crate::statement::kinds::review::Party;

/// A party's confirmation that a trainee may go to end-point assessment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirm {
    pub trainee: PersonRef,
    /// Employer or provider.
    pub party: Party,
    /// The meaning, as signed.
    pub meaning: SafeText,
}

impl Content for Confirm {
    fn write(&self, to: &mut FieldWriter<'_>) {
        to.person("trainee", &self.trainee);
        to.plain("party", self.party.slug());
        to.text("meaning", &self.meaning);
    }

    fn read(from: &mut FieldReader<'_>) -> Result<Self, DecodeFault> {
        Ok(Self { trainee: from.person("trainee")?, party: from.parsed("party")?, meaning: from.text("meaning")? })
    }

    fn about(&self) -> About<'_> {
        About::Record(&self.trainee)
    }

    fn summary(&self) -> String {
        format!("For the {} · {}", self.party.slug(), self.trainee.name)
    }
}
