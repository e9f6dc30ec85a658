//! Draws screen 3, Cohort: trainees and duties.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::tui::pane::cohort;
use crate::tui::screen::sign_off::inner;
use crate::tui::theme::Theme;

/// Returns the number of cohort rows that fit.
pub fn page(state: &cohort::State, body: Rect) -> u16 {
    cohort::page(state, inner(body))
}

/// Draws the screen and returns the cursor position.
pub fn view(state: &cohort::State, theme: &Theme, buf: &mut Buffer, body: Rect) -> Option<Position> {
    cohort::view(state, theme, buf, body)
}
