//! Defines the kinds of credential that a person can sign with.

use countersign_core::record::view::SessionCredential;

/// The kind of credential that a person can sign with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialKind {
    /// A PIN, while their session is open on this screen.
    Pin,
    /// The passphrase, without an open session.
    Passphrase,
    /// A key in an SSH agent; nothing is typed.
    Agent,
    /// A security key that an SSH agent reaches; it is touched.
    SecurityKey,
    /// None: they have no key on this machine. A training officer can make one.
    NoKey,
}

impl CredentialKind {
    /// Returns what the next batch of a session is signed with.
    pub fn of(session: SessionCredential) -> Self {
        match session {
            SessionCredential::Pin => Self::Pin,
            SessionCredential::Passphrase => Self::Passphrase,
            SessionCredential::Agent => Self::Agent,
            SessionCredential::SecurityKey => Self::SecurityKey,
        }
    }

    /// Whether the key is in an SSH agent: nothing is typed, and the answer may take its time.
    pub fn is_in_agent(self) -> bool {
        matches!(self, Self::Agent | Self::SecurityKey)
    }
}
