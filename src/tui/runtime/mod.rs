//! Holds what runs the screen: input, event loop and terminal.

pub mod backend;
pub mod background;
pub mod event_loop;
pub mod input;
pub mod scheduling;
pub mod terminal;
