//! Sets the log's newest time back, after a clock was ahead.

use crate::primitives::date::Timestamp;
use crate::primitives::text::SafeText;
use crate::statement::content::{About, Content};
use crate::statement::fields::{DecodeFault, FieldReader, FieldWriter};

/// Sets the log's newest time back, after a clock was ahead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockBack {
    /// The newest time in the log until then.
    pub newest: Timestamp,
    pub reason: SafeText,
}

impl Content for ClockBack {
    fn write(&self, to: &mut FieldWriter<'_>) {
        to.plain("newest", self.newest);
        to.text("reason", &self.reason);
    }

    fn read(from: &mut FieldReader<'_>) -> Result<Self, DecodeFault> {
        Ok(Self { newest: from.parsed("newest")?, reason: from.text("reason")? })
    }

    fn about(&self) -> About<'_> {
        About::Department
    }

    fn summary(&self) -> String {
        format!("Back from {} · “{}”", self.newest, self.reason)
    }
}
