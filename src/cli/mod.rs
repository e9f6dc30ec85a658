//! Holds the command line, which calls the use cases and no lower layer.

pub mod args;
pub mod commands;
pub mod context;
pub mod hardening;
pub mod output;
pub mod run;
pub mod ssh;
