//! Records a break in learning, or its return date.

use crate::people::break_in_learning::BreakPeriod;
use crate::people::person::PersonRef;
use crate::primitives::date::parse_day;
use crate::primitives::text::SafeText;
use crate::statement::content::{About, Content, days_fault};
use crate::statement::fields::{DecodeFault, FieldReader, FieldWriter};

/// A break in learning. A later one with the same first day replaces it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    pub trainee: PersonRef,
    pub span: BreakPeriod,
    pub reason: SafeText,
}

impl Content for Pause {
    fn write(&self, to: &mut FieldWriter<'_>) {
        to.person("trainee", &self.trainee);
        to.plain("from", self.span.from);
        to.optional("back", self.span.back);
        to.text("reason", &self.reason);
    }

    fn read(from: &mut FieldReader<'_>) -> Result<Self, DecodeFault> {
        Ok(Self {
            trainee: from.person("trainee")?,
            span: BreakPeriod { from: from.day("from")?, back: from.optional("back", parse_day)? },
            reason: from.text("reason")?,
        })
    }

    fn fault(&self) -> Option<&'static str> {
        days_fault(self.span.back.into_iter().chain([self.span.from]))
    }

    fn about(&self) -> About<'_> {
        About::Person(&self.trainee.id, &self.trainee.name)
    }

    fn summary(&self) -> String {
        let back = self.span.back.map(|back| format!(", back {back}")).unwrap_or_default();
        format!("{} from {}{back} · “{}”", self.trainee.name, self.span.from, self.reason)
    }
}
