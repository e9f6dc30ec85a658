//! How a key ends: retired, or known to be in other hands. Must never hold a private key or judge who may say so.

use crate::domain::people::person::PersonRef;
use crate::domain::primitives::ids::Digest;
use crate::domain::primitives::text::SafeText;

/// A key signs nothing any more; what it signed stays good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retire {
    pub person: PersonRef,
    pub key: Digest,
    pub reason: SafeText,
}

/// A key was in other hands from a position on: what it signed since is in review, and it signs nothing any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compromise {
    pub person: PersonRef,
    pub key: Digest,
    /// The first position whose signature is not trusted.
    pub from: u64,
    pub reason: SafeText,
}
