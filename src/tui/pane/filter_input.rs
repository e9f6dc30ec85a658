//! Edits the filter of any list: its text, its validation and the lines that it takes below the list.

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::command::Command;
use crate::key::KeyPress;
use crate::pane::cursor::moves;
use crate::theme::Theme;
use crate::widget::draw::{Piece, line, right};
use crate::widget::query::{QueryEvent, paste_into, type_into};
use crate::widget::text;
use countersign_core::filter::schema::FilterTarget;
use countersign_core::filter::{Filter, FilterFault};

/// A filter being typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FilterInput {
    pub text: String,
    /// Whether keys go to it.
    pub typing: bool,
    /// The last valid filter, which the list shows.
    pub kept: Filter,
    /// Why the text is not a valid filter.
    pub fault: Option<FilterFault>,
}

/// The list that a filter is for, and today's date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FilterContext {
    pub list: FilterTarget,
    pub today: NaiveDate,
}

impl FilterInput {
    /// Replaces the text.
    pub fn set(&mut self, text: String, by: FilterContext) {
        match Filter::parse(&text, by.list, by.today) {
            Ok(filter) => (self.kept, self.fault) = (filter, None),
            Err(fault) => self.fault = Some(fault),
        }
        self.text = text;
    }

    /// Appends a pasted text.
    pub fn paste(&mut self, pasted: &str, by: FilterContext) {
        let mut text = self.text.clone();
        paste_into(&mut text, pasted);
        self.set(text, by);
    }

    /// Handles a key while the filter is typed; returns the command of a key that moves the cursor.
    pub fn key(&mut self, key: KeyPress, by: FilterContext) -> Option<Command> {
        let mut text = self.text.clone();
        match type_into(&mut text, key) {
            QueryEvent::Changed => self.set(text, by),
            // An invalid text stays open for correction.
            QueryEvent::Kept => self.typing = self.fault.is_some(),
            QueryEvent::Left => *self = Self::default(),
            QueryEvent::Other => return moves(key),
        }
        None
    }

    /// Whether the text is empty.
    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Returns the lines that it takes in a pane of this inner width: its own and, if invalid, the message and the caret.
    pub fn lines(&self, width: u16) -> u16 {
        let faults = self.fault.as_ref().map_or(0, |fault| fault_lines(fault, width).len() + 1);
        u16::from(self.typing || !self.text.is_empty()) + faults as u16
    }
}

/// Maximum lines of the message.
const FAULT_LINES: usize = 4;
/// Columns before the text: a space, a slash, a space.
const BEFORE: usize = 3;

fn fault_lines(fault: &FilterFault, width: u16) -> Vec<String> {
    let words = format!("“{}” is not understood: {}", fault.read, fault.hint);
    let lines = text::wrap(&words, usize::from(width.saturating_sub(2)));
    lines.into_iter().take(FAULT_LINES).map(str::to_owned).collect()
}

/// Draws the filter's line, with a word at its right end. For an invalid filter, draws the message above it and a caret
/// below the position of the error. Returns the cursor position while it is typed.
pub fn filter_line(
    filter: &FilterInput,
    count: Piece<'_>,
    theme: &Theme,
    buf: &mut Buffer,
    inner: Rect,
) -> Option<Position> {
    let lines = filter.lines(inner.width).min(inner.height);
    if lines == 0 {
        return None;
    }
    let mut y = inner.height - lines;
    // In a very low pane the text takes precedence over the message.
    let fault = filter.fault.as_ref().filter(|_| lines > 2);
    for words in fault.map_or(Vec::new(), |fault| fault_lines(fault, inner.width)).iter().take(usize::from(lines) - 1) {
        if y + 2 < inner.height {
            line(buf, inner, y, &[(" ", theme.text), (words, theme.urgent)], theme);
            y += 1;
        }
    }
    let typed = text::tail(&filter.text, usize::from(inner.width).saturating_sub(text::columns(count.0) + BEFORE + 2));
    right(buf, inner, y, count, theme);
    let used = line(buf, inner, y, &[(" ", theme.text), ("/ ", theme.key), (typed, theme.text)], theme);
    if let Some(fault) = fault {
        // If the text is too long, only its end is visible.
        let cut = text::columns(&filter.text) - text::columns(typed);
        let before: String = filter.text.chars().take(fault.at - 1).collect();
        let from = (BEFORE + text::columns(&before)).saturating_sub(cut).max(BEFORE);
        let caret = format!("{}{}", " ".repeat(from), "^".repeat(text::columns(&fault.read)));
        line(buf, inner, y + 1, &[(&caret, theme.urgent)], theme);
    }
    filter.typing.then(|| Position::new(inner.x + used.min(inner.width - 1), inner.y + y))
}
