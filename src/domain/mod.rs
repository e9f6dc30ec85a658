//! The ground floor: what things are and which rules hold. Pure: no I/O, no clock, no randomness, no SQL, no terminal.

pub mod key;
pub mod value;
