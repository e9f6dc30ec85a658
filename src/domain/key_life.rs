//! How a key ends: retired, or known to be in other hands. Must never hold a private key or judge who may say so.

use crate::domain::person::Named;
use crate::domain::text::Clean;
use crate::domain::value::Digest;

/// A key signs nothing any more; what it signed stays good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retire {
    /// Whose.
    pub person: Named,
    /// Its fingerprint.
    pub key: Digest,
    /// Why.
    pub reason: Clean,
}

/// A key was in other hands from a position on: what it signed since is in review, and it signs nothing any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compromise {
    /// Whose.
    pub person: Named,
    /// Its fingerprint.
    pub key: Digest,
    /// The first position whose signature is not trusted.
    pub from: u64,
    /// What happened.
    pub reason: Clean,
}
