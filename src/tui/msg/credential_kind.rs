//! Defines the kinds of credential that a person can sign with.

/// The kind of credential that a person can sign with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialKind {
    /// A PIN, while their session is open on this screen.
    Pin,
    /// The passphrase, without an open session.
    Passphrase,
    /// None: they have no key on this machine. A training officer can make one.
    NoKey,
}
