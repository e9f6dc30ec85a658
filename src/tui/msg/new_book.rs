//! Defines what the first run is filled from and what it asks to be made.

use countersign_core::primitives::ids::{Secret, StandardRef};
use countersign_core::primitives::text::SafeText;

/// A sign-off book to make, with its first training officer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBook {
    pub department: SafeText,
    pub officer: SafeText,
    pub registration: Option<SafeText>,
    /// Whether the officer is also a supervisor.
    pub supervises: bool,
    pub passphrase: Secret,
    pub pin: Secret,
    /// The standard to adopt at once.
    pub standard: Option<StandardRef>,
}

/// A standard that comes with the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShippedStandard {
    pub reference: StandardRef,
    pub title: String,
    pub ksbs: usize,
    pub duties: usize,
}

/// The rules for new secrets, which are the same everywhere. Each says what is wrong.
#[derive(Debug, Clone, Copy)]
pub struct SecretRules {
    /// Checks a passphrase, given names that an attacker would try.
    pub passphrase: fn(&[&str], &Secret) -> Result<(), String>,
    pub pin: fn(&Secret) -> Result<(), String>,
}

/// What the first run is filled from.
#[derive(Debug, Clone)]
pub struct FirstRunData {
    pub standards: Vec<ShippedStandard>,
    /// A passphrase that the officer can take.
    pub offered: Secret,
    /// The full path of the folder that the book will be in.
    pub folder: String,
    pub rules: SecretRules,
}
