//! The face on a terminal.

pub mod command;
pub mod key;
pub mod msg;
pub mod overlay;
