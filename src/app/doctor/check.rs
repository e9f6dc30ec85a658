//! A check of the doctor's as a value. Pure; must never call good what is not known.

use crate::app::error::Error;

/// What a check came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    Good,
    /// It works, and should be better.
    Attention,
    Unknown,
    /// Records, keys or people are at risk.
    Wrong,
}

impl State {
    /// The one word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Attention => "attention",
            Self::Unknown => "unknown",
            Self::Wrong => "wrong",
        }
    }
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What was looked at, in a word or two with hyphens.
    pub what: &'static str,
    pub state: State,
    pub why: String,
    pub hint: Option<String>,
}

impl Check {
    /// A check without advice.
    pub fn new(what: &'static str, state: State, why: impl Into<String>) -> Self {
        Self { what, state, why: why.into(), hint: None }
    }

    /// Makes a check of a failure, with its advice.
    pub fn of(what: &'static str, error: &Error) -> Self {
        Self { hint: error.hint.clone(), ..Self::new(what, State::Wrong, error.sentence()) }
    }

    /// With what to do.
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}
