//! Defines an item that a dialog lists, and its notes.

use ratatui::style::Style;

use crate::theme::Theme;
use countersign_core::statement::kinds::sign_off::Outcome;

/// An item that a dialog lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// A code, a day or a number in front of it.
    pub lead: String,
    pub words: String,
    pub notes: Vec<Note>,
}

/// A note below an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    Plain(String),
    /// Joined by dots, in the colour of the outcome.
    Outcome(Outcome, Vec<String>),
    /// Set in quotation marks.
    Quote(String),
}

impl Note {
    pub fn words(&self, theme: &Theme) -> String {
        let (from, to) = theme.glyphs.quotes;
        match self {
            Self::Plain(words) => words.clone(),
            Self::Outcome(_, parts) => parts.join(&format!(" {} ", theme.glyphs.dot)),
            Self::Quote(words) => format!("{from}{words}{to}"),
        }
    }

    pub fn style(&self, theme: &Theme) -> Style {
        match self {
            Self::Outcome(Outcome::Achieved, _) => theme.ok,
            Self::Outcome(Outcome::NotAchieved, _) => theme.urgent,
            Self::Plain(_) | Self::Quote(_) => theme.dim,
        }
    }
}
