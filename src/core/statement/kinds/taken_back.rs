//! Takes back what bundles brought for a trainee from other departments' logs, such as when it was somebody else's.

use crate::people::person::PersonRef;
use crate::primitives::ids::{Digest, LogOrigin, PersonId};
use crate::primitives::text::SafeText;
use crate::statement::content::{About, Content};
use crate::statement::fields::{DecodeFault, FieldReader, FieldWriter, number_of, sha256_of};

/// Bundles that were taken back: nothing that they brought from these logs is kept for the trainee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenBack {
    /// The trainee, as this log knows them.
    pub trainee: PersonRef,
    /// The logs whose statements are removed, by origin; at least one.
    pub logs: Vec<TakenBackLog>,
    /// How many statements of other logs are kept for this trainee from here on.
    pub kept: u32,
    /// The digest of their list: see [`crate::statement::kinds::received::kept_line`].
    pub list: Digest,
    /// The evidence files that are deleted with them.
    pub evidence: Vec<Digest>,
    pub reason: SafeText,
}

/// A log whose statements are removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenBackLog {
    pub origin: LogOrigin,
    /// The trainee's id in that log, as it was taken to be.
    pub there: PersonId,
}

impl Content for TakenBack {
    fn write(&self, to: &mut FieldWriter<'_>) {
        to.person("trainee", &self.trainee);
        for TakenBackLog { origin, there } in &self.logs {
            to.plain("from", format_args!("{origin} {there}"));
        }
        to.plain("kept", format_args!("{} sha256:{}", self.kept, self.list.hex()));
        for digest in &self.evidence {
            to.sha256("evidence", digest);
        }
        to.text("reason", &self.reason);
    }

    fn read(from: &mut FieldReader<'_>) -> Result<Self, DecodeFault> {
        let trainee = from.person("trainee")?;
        let logs = from.repeated("from", |value| {
            let (origin, there) = value.split_once(' ')?;
            Some(TakenBackLog { origin: origin.parse().ok()?, there: there.parse().ok()? })
        })?;
        let (kept, list) = from.field("kept", |value| {
            let (kept, list) = value.split_once(' ')?;
            Some((number_of(kept)?, sha256_of(list)?))
        })?;
        let evidence = from.repeated("evidence", sha256_of)?;
        Ok(Self { trainee, logs, kept, list, evidence, reason: from.text("reason")? })
    }

    fn fault(&self) -> Option<&'static str> {
        if self.logs.is_empty() {
            Some("Nothing is named that is taken back")
        } else if !self.logs.is_sorted_by(|a, b| a.origin < b.origin) {
            Some("The logs that are taken back are out of order or there twice")
        } else if !self.evidence.is_sorted_by(|a, b| a.0 < b.0) {
            Some("What was erased is out of order or there twice")
        } else {
            None
        }
    }

    fn about(&self) -> About<'_> {
        About::Person(&self.trainee.id, &self.trainee.name)
    }

    fn summary(&self) -> String {
        let logs: Vec<&str> = self.logs.iter().map(|log| log.origin.as_str()).collect();
        format!("{} · from {} · “{}”", self.trainee.name, logs.join(", "), self.reason)
    }
}
