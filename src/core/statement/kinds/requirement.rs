//! Records a gateway requirement: met, waived, or decided by the employer.

use std::str::FromStr;

use crate::people::person::PersonRef;
use crate::primitives::ids::{ValueFault, fault};
use crate::primitives::text::SafeText;
use crate::statement::content::{About, Content};
use crate::statement::fields::{DecodeFault, FieldReader, FieldWriter};

/// The requirements that other records show; they cannot be recorded or waived.
pub const SHOWN: [&str; 4] = ["ksbs", "reassessment", "employer", "provider"];

/// A training officer's record of a gateway requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    pub trainee: PersonRef,
    /// The requirement's slug in the standard, such as `english-maths`.
    pub requirement: RequirementId,
    pub outcome: RequirementOutcome,
    /// The evidence for it, or the reason.
    pub reason: SafeText,
}

/// A requirement's slug: 1 to 40 lower-case letters, digits and `-`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequirementId(String);

impl RequirementId {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RequirementId {
    type Err = ValueFault;

    fn from_str(s: &str) -> Result<Self, ValueFault> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if (1..=40).contains(&s.len()) && s.bytes().all(plain) && s.as_bytes()[0] != b'-' {
            Ok(Self(s.to_owned()))
        } else {
            Err(fault(s, "a requirement's short name, such as english-maths"))
        }
    }
}

slugs! {
    /// What is recorded of a requirement.
    RequirementOutcome: "met, waived, included or declined" {
        Met = "met";
        /// Not required of this trainee, for the reason given.
        Waived = "waived";
        /// The employer decided to include it; it must still be met.
        Included = "included";
        /// The employer decided not to include it.
        Declined = "declined";
    }
}

impl RequirementOutcome {
    /// Returns whether it is the employer's decision, which does not fulfil the requirement.
    pub fn is_decision(self) -> bool {
        matches!(self, Self::Included | Self::Declined)
    }
}

/// The requirement on which the employer decides for apprentices aged 19 or over.
pub const ENGLISH_MATHS: &str = "english-maths";

impl Content for Requirement {
    fn write(&self, to: &mut FieldWriter<'_>) {
        to.person("trainee", &self.trainee);
        to.plain("requirement", self.requirement.as_str());
        to.plain("outcome", self.outcome.slug());
        to.text("reason", &self.reason);
    }

    fn read(from: &mut FieldReader<'_>) -> Result<Self, DecodeFault> {
        Ok(Self {
            trainee: from.person("trainee")?,
            requirement: from.parsed("requirement")?,
            outcome: from.parsed("outcome")?,
            reason: from.text("reason")?,
        })
    }

    fn about(&self) -> About<'_> {
        About::Record(&self.trainee)
    }

    fn replaceable(&self) -> Option<String> {
        Some(format!("record of “{}”", self.requirement.as_str()))
    }

    fn summary(&self) -> String {
        let (requirement, outcome) = (self.requirement.as_str(), self.outcome.slug());
        format!("{requirement} {outcome} · {} · “{}”", self.trainee.name, self.reason)
    }
}
