//! Recognises prior learning, which exempts KSBs from sign-off and may lower the minimum hours.

use chrono::NaiveDate;

use crate::people::person::PersonRef;
use crate::primitives::ids::{KsbCode, StandardRef, StatementId};
use crate::primitives::text::SafeText;
use crate::programme::hours::QuarterHours;
use crate::statement::content::{About, Content};
use crate::statement::fields::{DecodeFault, FieldReader, FieldWriter, joined};

/// The maximum hours of one statement.
pub const MOST_RECOGNISED: QuarterHours = QuarterHours(40_000);

/// Prior learning that a training officer recognises. The newest one that is not withdrawn replaces all earlier ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognition {
    pub trainee: PersonRef,
    /// The codes are of this standard.
    pub standard: StandardRef,
    /// Hours of training that are not needed.
    pub hours: Option<QuarterHours>,
    /// KSBs that the trainee already has, sorted, without repeats.
    pub codes: Vec<KsbCode>,
    pub reason: SafeText,
    /// The supporting evidence, such as a certificate.
    pub support: SafeText,
}

impl Content for Recognition {
    fn write(&self, to: &mut FieldWriter<'_>) {
        to.person("trainee", &self.trainee);
        to.plain("standard", &self.standard);
        to.optional("hours", self.hours);
        to.codes("ksbs", &self.codes);
        to.text("reason", &self.reason);
        to.text("support", &self.support);
    }

    fn read(from: &mut FieldReader<'_>) -> Result<Self, DecodeFault> {
        Ok(Self {
            trainee: from.person("trainee")?,
            standard: from.parsed("standard")?,
            hours: from.optional_parsed("hours")?,
            codes: from.codes("ksbs")?,
            reason: from.text("reason")?,
            support: from.text("support")?,
        })
    }

    fn fault(&self) -> Option<&'static str> {
        if self.hours.is_none() && self.codes.is_empty() {
            return Some("Prior learning is recognised, but neither hours nor KSBs");
        }
        if self.hours.is_some_and(|hours| hours.0 == 0 || hours > MOST_RECOGNISED) {
            return Some("The hours recognised are none, or more than 10,000");
        }
        if !self.codes.is_sorted_by(|a, b| a < b) {
            return Some("The KSBs recognised are out of order or there twice");
        }
        let empty = [&self.reason, &self.support].into_iter().any(|text| text.as_str().is_empty());
        empty.then_some("Prior learning is recognised without a reason, or without what supports it")
    }

    fn about(&self) -> About<'_> {
        About::Record(&self.trainee)
    }

    fn standard(&self) -> Option<&StandardRef> {
        Some(&self.standard)
    }

    fn replaceable(&self) -> Option<String> {
        Some("recognition".to_owned())
    }

    fn summary(&self) -> String {
        let hours = self.hours.map(|hours| format!("{hours} hours"));
        let codes = (!self.codes.is_empty()).then(|| joined(&self.codes));
        let both: Vec<String> = hours.into_iter().chain(codes).collect();
        format!("{} · {} · “{}”", both.join(", "), self.trainee.name, self.reason)
    }
}

/// The recognition in force, and who signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognised {
    pub id: StatementId,
    pub body: Recognition,
    pub by: SafeText,
    /// The day it was signed.
    pub on: NaiveDate,
}

impl Recognised {
    /// Returns whether it is for this standard; after a move to another, it must be signed again.
    pub fn holds_on(&self, standard: &StandardRef) -> bool {
        self.body.standard == *standard
    }

    /// Returns who, why and the support: `Tilly, 3 Sep 2025: “Five years as an assistant” (supported by: ST0218
    /// certificate)`.
    pub fn basis(&self) -> String {
        let on = crate::primitives::date::day_words(self.on);
        format!("{}, {on}: “{}” (supported by: {})", self.by, self.body.reason, self.body.support)
    }
}
