//! Runs the screen: input, the loop, the terminal.

pub mod backend;
pub mod event_loop;
pub mod input;
pub mod scheduling;
pub mod terminal;
