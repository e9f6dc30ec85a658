//! Holds the command line, which calls the use cases and no lower layer.

#[macro_use]
mod rows;

pub mod args;
pub mod commands;
pub mod context;
pub mod hardening;
pub mod output;
pub mod run;
pub mod ssh;
