//! Screen 6, History: the log, over the whole body. Must never hold state.

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::tui::pane::log;
use crate::tui::screen::sign_off::inner;
use crate::tui::theme::Theme;

/// The rows of the log that fit into the body.
pub fn page(state: &log::State, body: Rect) -> u16 {
    state.list_area(inner(body)).height
}

/// Draws the screen; gives back where the cursor stands.
pub fn view(state: &log::State, today: NaiveDate, theme: &Theme, buf: &mut Buffer, body: Rect) -> Option<Position> {
    log::view(state, today, theme, buf, body)
}
