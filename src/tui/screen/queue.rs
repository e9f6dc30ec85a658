//! Draws screen 2, Queue: the waiting claims.

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::tui::pane::queue;
use crate::tui::screen::sign_off::inner;
use crate::tui::theme::Theme;

/// Returns the number of queue rows that fit.
pub fn page(state: &queue::State, body: Rect) -> u16 {
    queue::page(state, inner(body))
}

/// Draws the screen and returns the cursor position.
pub fn view(state: &queue::State, today: NaiveDate, theme: &Theme, buf: &mut Buffer, body: Rect) -> Option<Position> {
    queue::view(state, today, theme, buf, body)
}
