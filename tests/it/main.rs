//! The laws of the program, one binary for all of them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)] // helpers of tests, too

mod cli;
mod data;
mod full;
mod house;
mod intake;
mod kill;
mod made;
mod outside;
mod pty;
mod readme;
mod rules;
mod signer;
mod sshsig;
mod statement;
mod store;
mod tui_bytes;
mod tui_face;
mod tui_keys;
mod tui_people;
mod tui_update;
mod tui_view;
mod two;
mod vectors;
mod whole;
mod world;
