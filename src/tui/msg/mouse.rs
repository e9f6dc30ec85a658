//! Defines what the mouse did, and where.

use ratatui::layout::Position;

/// A click, or a step of the wheel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mouse {
    pub action: MouseAction,
    pub at: Position,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MouseAction {
    /// The left button was pressed.
    Click,
    WheelUp,
    WheelDown,
}
