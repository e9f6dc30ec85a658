//! Continues the log from a backup.

use crate::primitives::ids::Digest;
use crate::primitives::text::SafeText;
use crate::statement::content::{About, Content};
use crate::statement::fields::{DecodeFault, FieldReader, FieldWriter};

/// A tree head: number of entries and Merkle root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tree {
    pub size: u64,
    pub root: Digest,
}

/// Parses a number of entries and a Merkle root.
pub fn tree_of(value: &str) -> Option<Tree> {
    let (size, root) = value.split_once(' ')?;
    Some(Tree { size: size.parse().ok()?, root: Digest::from_base64(root).ok()? })
}

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
        to.tree("to", self.to.size, &self.to.root);
        to.tree("lost", self.lost.size, &self.lost.root);
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
