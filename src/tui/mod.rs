//! The face on a terminal.

pub mod backend;
pub mod command;
pub mod key;
pub mod keymap;
pub mod lean;
pub mod model;
pub mod msg;
pub mod overlay;
pub mod pane;
pub mod screen;
pub mod theme;
pub mod update;
pub mod view;
pub mod widget;
