//! Defines the statements that end a key: retired or compromised.

use crate::domain::people::person::PersonRef;
use crate::domain::primitives::ids::Digest;
use crate::domain::primitives::text::SafeText;

/// A key stops signing; its earlier signatures stay valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retire {
    pub person: PersonRef,
    pub key: Digest,
    pub reason: SafeText,
}

/// A key is compromised from a position on: its signatures since then are in review, and it stops signing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compromise {
    pub person: PersonRef,
    pub key: Digest,
    /// The first position whose signature is not trusted.
    pub from: u64,
    pub reason: SafeText,
}
