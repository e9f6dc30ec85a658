//! Changes the department's settings.

use crate::statement::content::{About, Content};
use crate::statement::fields::{DecodeFault, FieldReader, FieldWriter};

slugs! {
    /// A setting for the department, in the order of a statement's lines.
    PolicyName: "a policy: session-hours, idle-minutes, late-days, countersign, two-person-keys, reassess-months, carried-over, imported, forwarded-agent or security-key" {
        /// How long a signing session lasts, 0 to 12 hours; 0 asks for the passphrase for every batch.
        SessionHours = "session-hours";
        /// Idle time until the screen locks, 1 to 60 minutes.
        IdleMinutes = "idle-minutes";
        /// Days after an observation from which a sign-off needs a reason for being late, 0 to 365.
        LateDays = "late-days";
        /// Countersigns that an achieved sign-off needs before it counts, 0 or 1.
        Countersign = "countersign";
        /// Whether a second training officer must countersign a new key before it can sign, 0 or 1.
        TwoPersonKeys = "two-person-keys";
        /// Months until a KSB must be reassessed, 0 to 120; 0 means never.
        ReassessMonths = "reassess-months";
        /// Whether what is carried over from an earlier record counts, 0 or 1.
        CarriedOver = "carried-over";
        /// Whether what other departments signed, as bundles bring it, counts (1) or is only shown (0).
        Imported = "imported";
        /// Whether a key in a forwarded SSH agent may sign, 0 or 1.
        ForwardedAgent = "forwarded-agent";
        /// Whether only a security key signs sign-offs: 0 no, 1 with a touch, 2 with a touch and a PIN or fingerprint.
        SecurityKey = "security-key";
    }
}

impl PolicyName {
    /// Returns the valid values.
    pub fn range(self) -> std::ops::RangeInclusive<u32> {
        match self {
            Self::SessionHours => 0..=12,
            Self::IdleMinutes => 1..=60,
            Self::LateDays => 0..=365,
            Self::Countersign | Self::TwoPersonKeys | Self::CarriedOver | Self::Imported | Self::ForwardedAgent => {
                0..=1
            }
            Self::ReassessMonths => 0..=120,
            Self::SecurityKey => 0..=2,
        }
    }

    /// Returns the words for the values, from 0 on; empty for a number.
    pub fn value_words(self) -> &'static [&'static str] {
        match self {
            Self::CarriedOver | Self::Imported => &["shows", "counts"],
            Self::SecurityKey => &["optional", "required", "verified"],
            Self::SessionHours
            | Self::IdleMinutes
            | Self::LateDays
            | Self::Countersign
            | Self::TwoPersonKeys
            | Self::ReassessMonths
            | Self::ForwardedAgent => &[],
        }
    }

    /// Returns a value as people write it: `24`, `counts`.
    pub fn shown(self, value: u32) -> String {
        let word = usize::try_from(value).ok().and_then(|at| self.value_words().get(at));
        word.map_or_else(|| value.to_string(), |word| (*word).to_owned())
    }

    /// Parses a value as people write it, a word or a number; `None` outside the range.
    pub fn parse_value(self, text: &str) -> Option<u32> {
        let word = self.value_words().iter().zip(0..).find(|(word, _)| **word == text).map(|(_, value)| value);
        word.or_else(|| text.parse().ok()).filter(|value| self.range().contains(value))
    }
}

/// Settings with their values: at least one, in the order of [`PolicyName::ALL`], without repeats.
pub type Settings = Vec<(PolicyName, u32)>;

impl Content for Settings {
    fn write(&self, to: &mut FieldWriter<'_>) {
        for (name, value) in self {
            to.plain("policy", format_args!("{} {value}", name.slug()));
        }
    }

    fn read(from: &mut FieldReader<'_>) -> Result<Self, DecodeFault> {
        from.repeated("policy", |v| {
            let (name, value) = v.split_once(' ')?;
            Some((name.parse().ok()?, value.parse().ok()?))
        })
    }

    fn fault(&self) -> Option<&'static str> {
        if self.is_empty() { Some("A policy says nothing") } else { settings_fault(self) }
    }

    fn about(&self) -> About<'_> {
        About::Department
    }

    fn summary(&self) -> String {
        let all: Vec<String> =
            self.iter().map(|(name, value)| format!("{} {}", name.slug(), name.shown(*value))).collect();
        all.join(", ")
    }
}

pub(crate) fn settings_fault(settings: &[(PolicyName, u32)]) -> Option<&'static str> {
    if !settings.is_sorted_by(|(a, _), (b, _)| a < b) {
        return Some("Settings are out of order or there twice");
    }
    let outside = settings.iter().any(|(name, value)| !name.range().contains(value));
    outside.then_some("A setting lies outside its range")
}
