//! Says what a signature shows about the person at the key.

/// What a valid signature shows about the person at the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Presence {
    /// The key cannot tell.
    Unknown,
    /// A security key that nobody touched: made with `no-touch-required`. `ssh-keygen -Y verify` calls such a signature good.
    Untouched,
    /// The security key was touched.
    Touched,
    /// The security key was touched, and checked a PIN or a fingerprint.
    Verified,
}

/// The flags of a security key's signature (`PROTOCOL.u2f`).
const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;

impl Presence {
    /// Returns what the flags of a security key's signature say.
    pub fn of_flags(flags: u8) -> Self {
        match (flags & PRESENT != 0, flags & VERIFIED != 0) {
            (false, _) => Self::Untouched,
            (true, false) => Self::Touched,
            (true, true) => Self::Verified,
        }
    }

    /// Returns whether a security key signed.
    pub fn is_of_security_key(self) -> bool {
        self != Self::Unknown
    }

    /// Returns it as words that follow “signed”; `None` where the key cannot tell.
    pub fn words(self) -> Option<&'static str> {
        match self {
            Self::Unknown => None,
            Self::Untouched => Some("without a touch of the security key"),
            Self::Touched => Some("with a touch"),
            Self::Verified => Some("with a touch and a PIN or fingerprint"),
        }
    }

    /// Returns it in one word, as in JSON.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Self::Unknown => None,
            Self::Untouched => Some("none"),
            Self::Touched => Some("touched"),
            Self::Verified => Some("verified"),
        }
    }
}
