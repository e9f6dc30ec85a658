//! Draws screen 7, Second checks.

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::tui::pane::second_looks;
use crate::tui::screen::sign_off::inner;
use crate::tui::theme::Theme;

/// Returns the number of rows that fit.
pub fn page(state: &second_looks::State, body: Rect) -> u16 {
    second_looks::page(state, inner(body))
}

/// Draws the screen and returns the cursor position.
pub fn view(
    state: &second_looks::State,
    today: NaiveDate,
    theme: &Theme,
    buf: &mut Buffer,
    body: Rect,
) -> Option<Position> {
    second_looks::view(state, today, theme, buf, body)
}
