//! Screen 3, Cohort: trainees and duties, over the whole body. Must never hold state.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::tui::pane::cohort;
use crate::tui::screen::sign_off::inner;
use crate::tui::theme::Theme;

/// The rows of the cohort that fit into the body.
pub fn page(state: &cohort::State, body: Rect) -> u16 {
    cohort::page(state, inner(body))
}

/// Draws the screen; gives back where the cursor stands.
pub fn view(state: &cohort::State, theme: &Theme, buf: &mut Buffer, body: Rect) -> Option<Position> {
    cohort::view(state, theme, buf, body)
}
