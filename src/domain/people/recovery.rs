//! What is said when the log itself is touched: an erasure, a lost statement put back, a backup gone on from, a clock put
//! right. Must never be how a record is changed (`record_marks` and `withdraw` are).

use crate::domain::people::person::PersonRef;
use crate::domain::primitives::date::Timestamp;
use crate::domain::primitives::ids::{Digest, StatementId};
use crate::domain::primitives::text::SafeText;

/// A log at a size: how many entries, and their root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tree {
    pub size: u64,
    /// The Merkle root of them.
    pub root: Digest,
}

/// A statement that the log lost is put back from its receipt; it counts from here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    pub of: StatementId,
    /// Whose record it stands on.
    pub trainee: PersonRef,
    /// The digest of its text.
    pub text: Digest,
    /// The digest of its signature, as an SSHSIG blob.
    pub signature: Digest,
    /// Where it stood, as its receipt says.
    pub position: u64,
    /// In which log, as its receipt says.
    pub of_tree: Tree,
    pub reason: SafeText,
}

/// The log goes on from a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restore {
    /// The log that it goes on from: all that stands before this statement.
    pub to: Tree,
    /// The newest log that is known from outside.
    pub lost: Tree,
    pub reason: SafeText,
}

/// The log's newest time is put back: a clock was ahead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockBack {
    /// What the log held for the newest time.
    pub newest: Timestamp,
    pub reason: SafeText,
}
