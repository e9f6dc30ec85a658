//! Derives the state of a signing key.

use countersign_core::rules::log_state::RegisteredKey;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    Signs,
    /// Needs a second training officer's signature.
    Waits,
    /// Signs nothing more; its earlier signatures stay valid.
    Retired,
    /// Someone else had it from this log position on.
    Compromised(u64),
}

impl KeyState {
    /// Derives the state from what the index holds on the key.
    pub fn of(registered: &RegisteredKey) -> Self {
        match (registered.compromised, registered.retired, registered.pending) {
            (Some(from), _, _) => Self::Compromised(from),
            (None, Some(_), _) => Self::Retired,
            (None, None, true) => Self::Waits,
            (None, None, false) => Self::Signs,
        }
    }

    /// Returns whether it can still be retired.
    pub fn may_be_retired(self) -> bool {
        matches!(self, Self::Signs | Self::Waits)
    }

    /// Returns the state in one word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Signs => "signs",
            Self::Waits => "waits",
            Self::Retired => "retired",
            Self::Compromised(_) => "compromised",
        }
    }
}
