//! How a key stands, in a word. Pure; must never judge what it signed.

use crate::domain::rules::log_state::HeldKey;

/// How a key stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    Signs,
    /// It waits for a second training officer.
    Waits,
    /// It signs nothing more; what it signed stays good.
    Retired,
    /// It was in other hands from this position on.
    Compromised(u64),
}

impl KeyState {
    /// How a key stands that is held so.
    pub fn of(held: &HeldKey) -> Self {
        match (held.compromised, held.retired, held.pending) {
            (Some(from), _, _) => Self::Compromised(from),
            (None, Some(_), _) => Self::Retired,
            (None, None, true) => Self::Waits,
            (None, None, false) => Self::Signs,
        }
    }

    /// Whether it can still be retired.
    pub fn may_be_retired(self) -> bool {
        matches!(self, Self::Signs | Self::Waits)
    }

    /// The one word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Signs => "signs",
            Self::Waits => "waits",
            Self::Retired => "retired",
            Self::Compromised(_) => "compromised",
        }
    }
}
