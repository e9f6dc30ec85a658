//! Draws screen 6, Log.

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::tui::pane::log;
use crate::tui::screen::sign_off::inner;
use crate::tui::theme::Theme;

/// Returns the number of log rows that fit.
pub fn page(state: &log::State, body: Rect) -> u16 {
    state.list_area(inner(body)).height
}

/// Draws the screen and returns the cursor position.
pub fn view(state: &log::State, today: NaiveDate, theme: &Theme, buf: &mut Buffer, body: Rect) -> Option<Position> {
    log::view(state, today, theme, buf, body)
}
