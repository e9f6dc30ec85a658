//! What is asked of the world about claims. Plain data that tests compare. Must never hold a secret but where it is used.

use crate::domain::primitives::ids::{KsbCode, PersonId, Secret};
use crate::domain::primitives::text::SafeText;

/// What is to be done with claims that were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextStep {
    Open,
    Sign,
    /// Said to be not achieved.
    Refuse,
}

/// A claim to make.
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimRequest {
    pub trainee: PersonId,
    pub codes: Vec<KsbCode>,
    /// What they say of it.
    pub reflection: Option<SafeText>,
    /// Paths of files, or names of what was handed in.
    pub evidence: Vec<String>,
    /// Who is asked; anyone where none.
    pub of: Option<PersonId>,
    /// Their passphrase, where they did not log in.
    pub secret: Option<Secret>,
}
