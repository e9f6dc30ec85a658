//! Draws what dialogs share: the box, the line of keys, wrapped text.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::theme::{Focus, Theme};
use crate::widget::frame::{Titles, frame};
use crate::widget::{draw, text, trace};

/// A key and what it does, for the line of keys.
pub type Hint = (&'static str, String);

/// Maximum width of a dialog, in columns.
const WIDEST: u16 = 92;

/// Returns the text columns of a dialog over `area`, and the padding on each side.
pub fn columns(area: Rect) -> (u16, u16) {
    let outer = if area.width >= 72 { (area.width - 2).min(WIDEST) } else { area.width };
    let padding = if outer >= 60 { 2 } else { u16::from(outer >= 34) };
    (outer.saturating_sub(2 + 2 * padding), padding)
}

/// Clears the middle of `area`, draws a frame for this many rows and returns the inner area.
pub fn open(buf: &mut Buffer, area: Rect, rows: u16, titles: Titles<'_>, theme: &Theme) -> Rect {
    let (width, padding) = columns(area);
    open_at(buf, area, (width, padding, rows), titles, theme)
}

/// Opens a box with its own width and padding.
pub fn open_at(buf: &mut Buffer, area: Rect, size: (u16, u16, u16), titles: Titles<'_>, theme: &Theme) -> Rect {
    let (width, padding, rows) = size;
    let outer = area.centered(
        ratatui::layout::Constraint::Length((width + 2 + 2 * padding).min(area.width)),
        ratatui::layout::Constraint::Length((rows + 2).min(area.height)),
    );
    draw::clear(buf, outer);
    let inner = frame(buf, outer, titles, Focus::Here, theme);
    Rect { x: inner.x + padding.min(inner.width), width: inner.width.saturating_sub(2 * padding), ..inner }
}

/// Lights the rows of the field with the focus, to both edges of the box, with the pointer where there is a blank for it.
pub fn light(buf: &mut Buffer, inner: Rect, padding: u16, field: Option<Rect>, theme: &Theme) {
    let Some(row) = field.filter(|row| !row.is_empty()) else { return };
    let row = Rect { x: row.x - padding, width: row.width + padding, ..row };
    let row = if row.right() == inner.right() { Rect { width: row.width + padding, ..row } } else { row };
    if padding > 0 {
        buf[(row.x, row.y)].set_symbol(theme.glyphs.pointer).set_style(theme.accent);
    }
    theme.light(buf, row.intersection(buf.area));
}

/// Draws a wrapped text from row `row` of `area` and returns the rows used.
pub fn words(buf: &mut Buffer, area: Rect, row: u16, text: &str, style: Style, theme: &Theme) -> u16 {
    let lines = text::wrap(text, usize::from(area.width));
    for (offset, line) in lines.iter().enumerate() {
        draw::line(buf, area, row + offset as u16, &[(line, style)], theme);
    }
    lines.len() as u16
}

/// Returns the number of rows of a wrapped text.
pub fn rows(text: &str, width: u16) -> u16 {
    text::wrap(text, usize::from(width)).len() as u16
}

/// Returns the columns of a line of keys.
pub fn hint_columns(hints: &[Hint]) -> u16 {
    let each = hints.iter().map(|(key, does)| text::columns(key) + 1 + text::columns(does) + 3);
    (each.sum::<usize>().saturating_sub(3)) as u16
}

/// Returns the scroll key for a box at line `top` that can scroll to `end`, or none if all is visible.
pub fn further(top: usize, end: usize) -> Option<Hint> {
    match (top, end) {
        (_, 0) => None,
        (top, end) if top >= end => Some(("PgUp", "back".to_owned())),
        _ => Some(("PgDn", "more".to_owned())),
    }
}

/// Draws as many keys as fit on row `row` of `area`.
pub fn draw_hints(buf: &mut Buffer, area: Rect, row: u16, hints: &[Hint], theme: &Theme) -> u16 {
    let fitting = (0..=hints.len()).rev().find(|&count| hint_columns(&hints[..count]) <= area.width).unwrap_or(0);
    let mut used = 0;
    for (key, does) in &hints[..fitting] {
        let rest = Rect { x: area.x + used, width: area.width - used, ..area };
        let gap = if key.is_empty() { "" } else { " " };
        let width = draw::line(buf, rest, row, &[(key, theme.key), (gap, theme.text), (does, theme.text)], theme);
        trace::key(Rect { y: rest.y + row, width, height: 1, ..rest }, key);
        used += width + 3;
    }
    used.saturating_sub(3)
}
