//! Continues the log from a backup, restores a lost statement, or sets the log's newest time back.

use crate::people::person::PersonRef;
use crate::primitives::date::Timestamp;
use crate::primitives::ids::{Digest, StatementId};
use crate::primitives::text::SafeText;
use crate::statement::content::{About, Content};
use crate::statement::fields::{DecodeFault, FieldReader, FieldWriter, Tree, tree_of};

/// Continues the log from a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restore {
    /// The log that it continues: everything before this statement.
    pub to: Tree,
    /// The newest tree head known from outside.
    pub lost: Tree,
    pub reason: SafeText,
}

impl Content for Restore {
    fn write(&self, to: &mut FieldWriter<'_>) {
        to.tree("to", &self.to);
        to.tree("lost", &self.lost);
        to.text("reason", &self.reason);
    }

    fn read(from: &mut FieldReader<'_>) -> Result<Self, DecodeFault> {
        let (to, lost) = (from.field("to", tree_of)?, from.field("lost", tree_of)?);
        Ok(Self { to, lost, reason: from.text("reason")? })
    }

    fn about(&self) -> About<'_> {
        About::Department
    }

    fn summary(&self) -> String {
        let lost = self.lost.size - self.to.size.min(self.lost.size);
        format!("From a backup of {} entries, {lost} lost · “{}”", self.to.size, self.reason)
    }
}

/// Restores a lost statement from its receipt; it counts from here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    pub of: StatementId,
    /// The trainee whose record it is on.
    pub trainee: PersonRef,
    /// The SHA-256 of its text.
    pub text: Digest,
    /// The SHA-256 of its signature, as an SSHSIG blob.
    pub signature: Digest,
    /// Its position in the lost log, from its receipt.
    pub position: u64,
    /// The lost log's tree head, from its receipt.
    pub of_tree: Tree,
    pub reason: SafeText,
}

impl Content for Import {
    fn write(&self, to: &mut FieldWriter<'_>) {
        to.plain("of", self.of);
        to.person("trainee", &self.trainee);
        to.sha256("text", &self.text);
        to.sha256("signature", &self.signature);
        to.plain("position", self.position);
        to.tree("of-tree", &self.of_tree);
        to.text("reason", &self.reason);
    }

    fn read(from: &mut FieldReader<'_>) -> Result<Self, DecodeFault> {
        Ok(Self {
            of: from.parsed("of")?,
            trainee: from.person("trainee")?,
            text: from.sha256("text")?,
            signature: from.sha256("signature")?,
            position: from.parsed("position")?,
            of_tree: from.field("of-tree", tree_of)?,
            reason: from.text("reason")?,
        })
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
