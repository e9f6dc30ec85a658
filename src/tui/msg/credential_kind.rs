//! How a person shows who they are. Must never hold what they show.

/// How a person shows who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialKind {
    /// A PIN: their session is open on this screen.
    Pin,
    /// The passphrase: it is not.
    Passphrase,
    /// They have no key on this machine; a training officer can make one.
    NoKey,
}
