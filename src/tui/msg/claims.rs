//! Defines requests about claims, as plain data.

use countersign_core::primitives::ids::{KsbCode, PersonId};
use countersign_core::primitives::text::SafeText;

/// The next step for loaded claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextStep {
    /// Shows it next to the queue.
    Show,
    Open,
    Sign,
    /// Records them as not achieved.
    Refuse,
}

/// A claim to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimRequest {
    pub trainee: PersonId,
    pub codes: Vec<KsbCode>,
    /// The trainee's reflection.
    pub reflection: Option<SafeText>,
    /// File paths, or names of uploads.
    pub evidence: Vec<String>,
    /// The supervisor who is asked; anyone if `None`.
    pub of: Option<PersonId>,
}
