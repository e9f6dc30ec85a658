//! The laws of the program, one binary for all of them.

mod data;
mod sshsig;
