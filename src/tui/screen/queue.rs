//! Screen 2, Queue: the claims that wait, over the whole body. Must never hold state.

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::tui::pane::queue;
use crate::tui::screen::sign_off::inner;
use crate::tui::theme::Theme;

/// The rows of the queue that fit into the body.
pub fn page(state: &queue::State, body: Rect) -> u16 {
    queue::page(state, inner(body))
}

/// Draws the screen; gives back where the cursor stands.
pub fn view(state: &queue::State, today: NaiveDate, theme: &Theme, buf: &mut Buffer, body: Rect) -> Option<Position> {
    queue::view(state, today, theme, buf, body)
}
