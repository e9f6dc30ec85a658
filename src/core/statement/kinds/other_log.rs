//! Accepts the key of another department's log, so that bundles from it can be checked, or stops accepting it.

use crate::primitives::ids::LogOrigin;
use crate::primitives::text::SafeText;
use crate::statement::content::{About, Content, lines_fault};
use crate::statement::fields::{DecodeFault, FieldReader, FieldWriter};

/// A statement about another department's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherLog {
    /// The log's verifier key (C2SP vkey): origin, key id and key, joined by plus signs.
    pub log_key: SafeText,
    /// Why bundles from it are no longer accepted; `None` accepts them.
    pub stopped: Option<SafeText>,
}

impl OtherLog {
    /// Returns the log that the key names.
    pub fn origin(&self) -> Option<LogOrigin> {
        origin_of(self.log_key.as_str())
    }
}

/// Returns the log that a verifier key names.
pub fn origin_of(log_key: &str) -> Option<LogOrigin> {
    let (origin, rest) = log_key.split_once('+')?;
    rest.contains('+').then(|| origin.parse().ok())?
}

impl Content for OtherLog {
    fn write(&self, to: &mut FieldWriter<'_>) {
        to.text("logkey", &self.log_key);
        to.optional("stopped", self.stopped.as_ref());
    }

    fn read(from: &mut FieldReader<'_>) -> Result<Self, DecodeFault> {
        Ok(Self { log_key: from.text("logkey")?, stopped: from.optional_text("stopped")? })
    }

    fn fault(&self) -> Option<&'static str> {
        let nameless = self.origin().is_none().then_some("The key of a log has no name");
        lines_fault([&self.log_key]).or(nameless)
    }

    fn about(&self) -> About<'_> {
        About::Department
    }

    fn summary(&self) -> String {
        let log = self.origin().map_or_else(|| self.log_key.to_string(), |origin| origin.to_string());
        match &self.stopped {
            None => format!("Bundles from {log} are accepted"),
            Some(reason) => format!("Bundles from {log} are no longer accepted · “{reason}”"),
        }
    }
}
