//! The ground floor: what things are and which rules hold. Pure: no I/O, no clock, no randomness, no SQL, no terminal.

pub mod filter;
pub mod import;
pub mod people;
pub mod primitives;
pub mod programme;
pub mod record;
pub mod rules;
pub mod standard;
pub mod statement;
