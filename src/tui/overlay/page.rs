//! Shows a page to read: a standard's description, or the career framework.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::dialog::event::DialogEvent;
use crate::key::{Key, KeyPress};
use crate::msg::page::Text;
use crate::overlay::statement::place;
use crate::pane::cursor::scrolled_to;
use crate::theme::{Focus, Theme};
use crate::widget::dialog_box::{Hint, further};
use crate::widget::draw::{clear, line};
use crate::widget::frame::{Titles, VisibleRows, frame, scrolled};
use crate::widget::text::ranges;
use countersign_core::primitives::text::escape_for_terminal;

/// The page, and the first line shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    text: Text,
    top: usize,
}

impl State {
    /// Shows this page from its first line.
    pub fn new(text: Text) -> Self {
        Self { text, top: 0 }
    }

    pub fn text(&self) -> &Text {
        &self.text
    }
}

/// Returns the rows per page, and the first line of the last page.
fn pages(state: &State, size: (u16, u16)) -> (usize, usize) {
    let area = place(Rect::new(0, 0, size.0, size.1));
    let page = usize::from(area.height.saturating_sub(2));
    (page, lines(&state.text, area.width).len().saturating_sub(page))
}

/// Returns the keys that work in a window of this size.
pub fn hints(state: &State, size: (u16, u16)) -> Vec<Hint> {
    further(state.top, pages(state, size).1).into_iter().chain([("esc", "close".to_owned())]).collect()
}

/// Handles a key.
pub fn update(state: &mut State, key: KeyPress, size: (u16, u16)) -> DialogEvent {
    let (page, end) = pages(state, size);
    state.top = match key.key {
        Key::Esc | Key::Enter | Key::Char('q' | 'A') => return DialogEvent::Close(Vec::new()),
        other => scrolled_to(other, state.top, page, end),
    };
    DialogEvent::Stay
}

/// Draws the page and returns the cursor position.
pub fn view(state: &State, theme: &Theme, buf: &mut Buffer, screen: Rect) -> Option<Position> {
    let area = place(screen);
    clear(buf, area);
    let titles = Titles { left: &state.text.title, right: "", right_style: None };
    let inner = frame(buf, area, titles, Focus::Here, theme);
    let lines = lines(&state.text, area.width);
    let within = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    for (y, (words, is_heading)) in lines.iter().skip(state.top).take(usize::from(inner.height)).enumerate() {
        let style: Style = if *is_heading { theme.strong } else { theme.text };
        line(buf, within, y as u16, &[(words.as_str(), style)], theme);
    }
    scrolled(buf, inner, VisibleRows { first: state.top, shown: usize::from(inner.height), of: lines.len() }, theme);
    (!inner.is_empty()).then(|| Position::new(within.x, within.y))
}

/// Lays out the page; the flag marks headings. Wrapped lines of a paragraph are indented.
fn lines(text: &Text, width: u16) -> Vec<(String, bool)> {
    let width = usize::from(width.saturating_sub(6)).max(4);
    let mut lines = Vec::new();
    for (heading, texts) in &text.sections {
        if !lines.is_empty() {
            lines.push((String::new(), false));
        }
        lines.push((escape_for_terminal(heading).into_owned(), true));
        for text in texts {
            let text = escape_for_terminal(text);
            lines
                .extend(ranges(&text, width).into_iter().map(|range| (format!("  {}", text[range].trim_end()), false)));
        }
    }
    lines
}
