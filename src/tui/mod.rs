//! The face on a terminal.

pub mod backend;
pub mod command;
pub mod key;
pub mod keymap;
pub mod lean;
pub mod msg;
pub mod overlay;
pub mod theme;
pub mod widget;
