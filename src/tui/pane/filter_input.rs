//! A filter as it is typed, the same for every list: what is kept, why it is not understood, and the lines that it takes
//! below the list. Must never know what the rows are.

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::filter::schema::FilterTarget;
use crate::domain::filter::{Filter, FilterFault};
use crate::tui::command::Command;
use crate::tui::key::KeyPress;
use crate::tui::pane::cursor::moves;
use crate::tui::theme::Theme;
use crate::tui::widget::draw::{Piece, line, right};
use crate::tui::widget::query::{QueryEvent, paste_into, type_into};
use crate::tui::widget::text;

/// A filter as it is typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FilterInput {
    pub text: String,
    /// Whether keys go to it.
    pub typing: bool,
    /// The last that was understood: what the list shows.
    pub kept: Filter,
    /// Why the text is not understood.
    pub fault: Option<FilterFault>,
}

/// For which list a filter is typed, and on what day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FilterContext {
    pub list: FilterTarget,
    pub today: NaiveDate,
}

impl FilterInput {
    /// Takes another text.
    pub fn set(&mut self, text: String, by: FilterContext) {
        match Filter::parse(&text, by.list, by.today) {
            Ok(filter) => (self.kept, self.fault) = (filter, None),
            Err(fault) => self.fault = Some(fault),
        }
        self.text = text;
    }

    /// Takes a text that was pasted.
    pub fn paste(&mut self, pasted: &str, by: FilterContext) {
        let mut text = self.text.clone();
        paste_into(&mut text, pasted);
        self.set(text, by);
    }

    /// What a key does while the filter is typed; the keys that move the cursor come back as commands.
    pub fn key(&mut self, key: KeyPress, by: FilterContext) -> Option<Command> {
        let mut text = self.text.clone();
        match type_into(&mut text, key) {
            QueryEvent::Changed => self.set(text, by),
            // What was not understood stays to be mended.
            QueryEvent::Kept => self.typing = self.fault.is_some(),
            QueryEvent::Left => *self = Self::default(),
            QueryEvent::Other => return moves(key),
        }
        None
    }

    /// Whether no filter is set or being written.
    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// The lines that it takes in a pane of this inner width: its own, and with a fault the words about it and the caret.
    pub fn lines(&self, width: u16) -> u16 {
        let faults = self.fault.as_ref().map_or(0, |fault| fault_lines(fault, width).len() + 1);
        u16::from(self.typing || !self.text.is_empty()) + faults as u16
    }
}

/// The most lines that the words about a fault take.
const FAULT_LINES: usize = 4;
/// Before what is typed: a space, the slash, a space.
const BEFORE: usize = 3;

fn fault_lines(fault: &FilterFault, width: u16) -> Vec<String> {
    let words = format!("“{}” is not understood: {}", fault.read, fault.hint);
    let lines = text::wrap(&words, usize::from(width.saturating_sub(2)));
    lines.into_iter().take(FAULT_LINES).map(str::to_owned).collect()
}

/// Draws the line that a filter is typed in, with a word at its right end; where it is not understood, above it why, and
/// below it a caret under what that is. Gives back where the cursor stands while it is typed.
pub fn filter_line(
    filter: &FilterInput,
    beside: Piece<'_>,
    theme: &Theme,
    buf: &mut Buffer,
    inner: Rect,
) -> Option<Position> {
    let lines = filter.lines(inner.width).min(inner.height);
    if lines == 0 {
        return None;
    }
    let mut y = inner.height - lines;
    // In the lowest pane what is typed comes before what is said of it.
    let fault = filter.fault.as_ref().filter(|_| lines > 2);
    for words in fault.map_or(Vec::new(), |fault| fault_lines(fault, inner.width)).iter().take(usize::from(lines) - 1) {
        if y + 2 < inner.height {
            line(buf, inner, y, &[(" ", theme.text), (words, theme.bad)], theme);
            y += 1;
        }
    }
    let typed = text::tail(&filter.text, usize::from(inner.width).saturating_sub(text::columns(beside.0) + BEFORE + 2));
    right(buf, inner, y, beside, theme);
    let used = line(buf, inner, y, &[(" ", theme.text), ("/ ", theme.strong), (typed, theme.text)], theme);
    if let Some(fault) = fault {
        // What is typed may show its end alone.
        let cut = text::columns(&filter.text) - text::columns(typed);
        let before: String = filter.text.chars().take(fault.at - 1).collect();
        let from = (BEFORE + text::columns(&before)).saturating_sub(cut).max(BEFORE);
        let caret = format!("{}{}", " ".repeat(from), "^".repeat(text::columns(&fault.read)));
        line(buf, inner, y + 1, &[(&caret, theme.bad)], theme);
    }
    filter.typing.then(|| Position::new(inner.x + used.min(inner.width - 1), inner.y + y))
}
