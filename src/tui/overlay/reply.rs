//! What an overlay answers to a key. Must never say how the answer is carried out.

use crate::domain::primitives::ids::{ClaimId, KsbCode, PersonId};
use crate::tui::command::Command;
use crate::tui::msg::{Draft, Effect, PersonChoice};

/// An overlay's answer to one key.
#[derive(Debug, Clone, PartialEq)]
pub enum DialogEvent {
    /// It stays, with nothing to do.
    Stay,
    /// It stays, and this must be done (look people up, keep the draft, sign).
    Ask(Vec<Effect>),
    /// It closes, and this must be done.
    Close(Vec<Effect>),
    /// It closes, and this command runs.
    Run(Command),
    /// It closes, and this command runs on this claim.
    Claim(ClaimId, Command),
    /// It closes on a trainee.
    Trainee(PersonId),
    /// It closes on a person who is to be at the screen.
    Person(Box<PersonChoice>),
    /// It closes on a KSB.
    Ksb(KsbCode),
    /// It closes, leaving this draft for the next time.
    Leave(Draft),
    /// The same, of a dialog that may be about another trainee than the one who is open.
    Keep(SavedDraft),
}

/// A draft, whose it is and for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedDraft {
    pub person: PersonId,
    pub trainee: PersonId,
    pub draft: Draft,
}
