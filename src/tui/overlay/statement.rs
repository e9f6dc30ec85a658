//! Shows a statement exactly as it was signed, with its signature.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::dialog::event::DialogEvent;
use crate::key::{Key, KeyPress};
use crate::pane::cursor::scrolled_to;
use crate::theme::{Charset, Focus, Theme};
use crate::widget::dialog_box::{Hint, further};
use crate::widget::draw::{clear, owned_line};
use crate::widget::frame::{Titles, VisibleRows, frame, scrolled};
use crate::widget::text::ranges;
use countersign_core::primitives::text::escape_for_terminal;
use countersign_core::record::view::FullStatement;

/// The statement, and the first line shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    statement: FullStatement,
    top: usize,
}

/// Maximum columns of the box.
const WIDEST: u16 = 100;

impl State {
    /// Shows this statement from its first line.
    pub fn new(statement: FullStatement) -> Self {
        Self { statement, top: 0 }
    }
}

/// Returns the rows per page, and the first line of the last page.
fn pages(state: &State, size: (u16, u16)) -> (usize, usize) {
    let area = place(Rect::new(0, 0, size.0, size.1));
    let page = usize::from(area.height.saturating_sub(2));
    // Styles do not change the number of lines.
    (page, lines(&state.statement, area.width, None).len().saturating_sub(page))
}

/// Returns the keys that work in a window of this size.
pub fn hints(state: &State, size: (u16, u16)) -> Vec<Hint> {
    further(state.top, pages(state, size).1).into_iter().chain([("esc", "close".to_owned())]).collect()
}

/// Handles a key.
pub fn update(state: &mut State, key: KeyPress, size: (u16, u16)) -> DialogEvent {
    let (page, end) = pages(state, size);
    state.top = match key.key {
        Key::Esc | Key::Enter | Key::Char('q' | 'v') => return DialogEvent::Close(Vec::new()),
        other => scrolled_to(other, state.top, page, end),
    };
    DialogEvent::Stay
}

/// Draws the statement and returns the cursor position.
pub fn view(state: &State, theme: &Theme, buf: &mut Buffer, screen: Rect) -> Option<Position> {
    let area = place(screen);
    clear(buf, area);
    let title = format!("Entry {}, as signed", state.statement.position);
    let (verdict, style) = verdict(&state.statement, theme);
    let inner = frame(buf, area, Titles { left: &title, right: verdict, right_style: Some(style) }, Focus::Here, theme);
    let lines = lines(&state.statement, area.width, Some(theme));
    let within = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    for (y, pieces) in lines.iter().skip(state.top).take(usize::from(inner.height)).enumerate() {
        owned_line(buf, within, y as u16, pieces, theme);
    }
    scrolled(buf, inner, VisibleRows { first: state.top, shown: usize::from(inner.height), of: lines.len() }, theme);
    (!inner.is_empty()).then(|| Position::new(within.x, within.y))
}

fn verdict(statement: &FullStatement, theme: &Theme) -> (&'static str, Style) {
    match (statement.sound, theme.looks.glyphs) {
        (true, Charset::Unicode) => ("✓ signature is valid", theme.ok),
        (true, Charset::Ascii) => ("signature is valid", theme.ok),
        (false, Charset::Unicode) => ("× signature is not valid", theme.urgent),
        (false, Charset::Ascii) => ("signature is NOT valid", theme.urgent),
    }
}

/// Lays out the text, the signature and the key. A mark shows where a long line was wrapped.
fn lines(statement: &FullStatement, width: u16, theme: Option<&Theme>) -> Vec<Vec<(String, Style)>> {
    let style = |pick: fn(&Theme) -> Style| theme.map_or(Style::new(), pick);
    let goes_on = theme.is_none_or(|theme| theme.looks.glyphs == Charset::Unicode);
    let mark = if goes_on { "↳ " } else { "\\ " };
    let width = usize::from(width.saturating_sub(4));
    let (dim, plain) = (style(|theme| theme.dim), style(|theme| theme.text));
    let mut lines = Vec::new();
    let mut add = |text: &str, named: bool| {
        for (index, range) in ranges(text, width.saturating_sub(2).max(4)).into_iter().enumerate() {
            let part = text[range].trim_end();
            lines.push(match part.split_once(' ') {
                _ if index > 0 => vec![(mark.to_owned(), dim), (part.to_owned(), if named { plain } else { dim })],
                Some((name, value)) if named => vec![(name.to_owned(), dim), (format!(" {value}"), plain)],
                _ => vec![(part.to_owned(), if named { style(|theme| theme.strong) } else { dim })],
            });
        }
    };
    for part in statement.text.lines() {
        add(&escape_for_terminal(part), true);
    }
    add("", false);
    if let Some(batch) = &statement.batch {
        if let Some(words) = statement.presence.words() {
            add(&format!("signed {words}, in this batch"), false);
        }
        for part in batch.lines() {
            add(&escape_for_terminal(part), true);
        }
        add("", false);
    }
    for part in statement.armored.lines() {
        add(&escape_for_terminal(part), false);
    }
    add("", false);
    add(&format!("key {}", escape_for_terminal(&statement.key)), true);
    lines
}

/// Returns the area of a reading box.
pub fn place(screen: Rect) -> Rect {
    let width = if screen.width >= 64 { (screen.width - 4).min(WIDEST) } else { screen.width };
    let height = if screen.height >= 20 { screen.height - 4 } else { screen.height.saturating_sub(1) };
    Rect { x: screen.x + (screen.width - width) / 2, y: screen.y + (screen.height - height) / 2, width, height }
}
