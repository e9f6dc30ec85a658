//! The laws of the program, one binary for all of them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)] // helpers of tests, too

mod data;
mod house;
mod made;
mod rules;
mod sshsig;
mod statement;
mod tui_face;
mod tui_view;
mod vectors;
mod whole;
mod world;
