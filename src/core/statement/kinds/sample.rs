//! Samples a sign-off (IQA).

use crate::people::person::PersonRef;
use crate::primitives::ids::StatementId;
use crate::primitives::text::SafeText;
use crate::statement::content::{About, Content};
use crate::statement::fields::{DecodeFault, FieldReader, FieldWriter};

/// A verifier's sample of a sign-off (IQA).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    pub of: StatementId,
    /// The trainee whose record it is on.
    pub trainee: PersonRef,
    pub outcome: Sampled,
    /// Required if rejected.
    pub reason: Option<SafeText>,
    /// The random draw that chose it, if one did.
    pub draw: Option<Draw>,
    /// The population of the draw, as a filter of the log; `None` means all sign-offs.
    pub drawn_from: Option<SafeText>,
}

slugs! {
    /// A sample's outcome.
    Sampled: "a sample's outcome: accepted or rejected" {
        Accepted = "accepted";
        /// The sign-off no longer counts.
        Rejected = "rejected";
    }
}

/// A place in a random draw that anyone can repeat from its seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draw {
    /// The seed of the random number generator.
    pub seed: u64,
    /// From 1.
    pub number: u32,
    pub of: u32,
    /// The size of the log that the draw was made from, if recorded.
    pub at: Option<u64>,
}

impl Content for Sample {
    fn write(&self, to: &mut FieldWriter<'_>) {
        to.plain("of", self.of);
        to.person("trainee", &self.trainee);
        to.plain("outcome", self.outcome.slug());
        to.optional("reason", self.reason.as_ref());
        if let Some(draw) = self.draw {
            let at = draw.at.map_or_else(String::new, |at| format!(" at {at}"));
            to.plain("draw", format_args!("{} {} of {}{at}", draw.seed, draw.number, draw.of));
        }
        to.optional("drawn-from", self.drawn_from.as_ref());
    }

    fn read(from: &mut FieldReader<'_>) -> Result<Self, DecodeFault> {
        Ok(Self {
            of: from.parsed("of")?,
            trainee: from.person("trainee")?,
            outcome: from.parsed("outcome")?,
            reason: from.optional_text("reason")?,
            draw: from.optional("draw", draw_of)?,
            drawn_from: from.optional_text("drawn-from")?,
        })
    }

    fn fault(&self) -> Option<&'static str> {
        let outside = self.draw.is_some_and(|draw| !(1..=draw.of).contains(&draw.number));
        outside.then_some("A place in a draw lies outside it")
    }

    fn about(&self) -> About<'_> {
        About::Record(&self.trainee)
    }

    fn refers_to(&self) -> Option<StatementId> {
        Some(self.of)
    }

    fn summary(&self) -> String {
        format!("A sign-off {} · {}", self.outcome.slug(), self.trainee.name)
    }
}

fn draw_of(value: &str) -> Option<Draw> {
    let (seed, rest) = value.split_once(' ')?;
    let (number, rest) = rest.split_once(" of ")?;
    let (of, at) = match rest.split_once(" at ") {
        Some((of, at)) => (of, Some(at.parse().ok()?)),
        None => (rest, None),
    };
    Some(Draw { seed: seed.parse().ok()?, number: number.parse().ok()?, of: of.parse().ok()?, at })
}
