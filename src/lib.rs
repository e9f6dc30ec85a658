//! Countersign: a workplace sign-off book in the terminal.
//!
//! Six floors, ground first; each knows only those below it (a test reads `src/` and holds this):
//!
//! ```text
//! config            where the data folder and settings are
//! domain            pure: values, standards, statements, rules, states; no I/O, no clock
//! ledger  store     signatures and the tree | the only rooms that know SQL; neither knows the other
//! report            domain values to the bytes of a document
//! app               use-cases: what a person can do, one transaction each
//! cli     tui       the two faces, over the same use-cases
//! ```
//!
//! The signed log is the truth; every other table is an index of it and can be rebuilt.

pub mod app;
pub mod cli;
pub mod config;
pub mod domain;
pub mod ledger;
pub mod store;
pub mod tui;
