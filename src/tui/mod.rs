//! The face on a terminal.

pub mod command;
pub mod key;
pub mod keymap;
pub mod msg;
pub mod overlay;
pub mod theme;
pub mod widget;
