//! Holds the domain: its types and rules.
//!
//! Invariant: it is pure, without I/O, clock, randomness, SQL or terminal.

#[macro_use]
pub mod primitives;

pub mod filter;
pub mod home;
pub mod import;
pub mod people;
pub mod programme;
pub mod record;
pub mod rules;
pub mod standard;
pub mod statement;
