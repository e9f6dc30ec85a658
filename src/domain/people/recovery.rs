//! Defines the recovery statements: import, restore and clock correction.

use crate::domain::people::person::PersonRef;
use crate::domain::primitives::date::Timestamp;
use crate::domain::primitives::ids::{Digest, StatementId};
use crate::domain::primitives::text::SafeText;

/// A tree head: number of entries and Merkle root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tree {
    pub size: u64,
    pub root: Digest,
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

/// Continues the log from a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restore {
    /// The log that it continues: everything before this statement.
    pub to: Tree,
    /// The newest tree head known from outside.
    pub lost: Tree,
    pub reason: SafeText,
}

/// Sets the log's newest time back, after a clock was ahead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockBack {
    /// The newest time in the log until then.
    pub newest: Timestamp,
    pub reason: SafeText,
}
