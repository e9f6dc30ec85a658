//! Defines the result of one doctor check.

use crate::error::Error;

/// The outcome of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    Good,
    /// Works, but should be improved.
    Attention,
    Unknown,
    /// Records, keys or people are at risk.
    Wrong,
}

impl State {
    /// Returns the outcome in one word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Attention => "attention",
            Self::Unknown => "unknown",
            Self::Wrong => "wrong",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What was checked, in one or two hyphenated words.
    pub what: &'static str,
    pub state: State,
    pub why: String,
    pub hint: Option<String>,
}

impl Check {
    /// Creates a check without a hint.
    pub fn new(what: &'static str, state: State, why: impl Into<String>) -> Self {
        Self { what, state, why: why.into(), hint: None }
    }

    /// Creates a failed check from an error, with its hint.
    pub fn of(what: &'static str, error: &Error) -> Self {
        Self { hint: error.hint.clone(), ..Self::new(what, State::Wrong, error.sentence()) }
    }

    /// Sets the hint.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}
