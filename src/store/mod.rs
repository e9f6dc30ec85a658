//! The file: the only rooms that know SQLite or SQL. The log is the truth; every other table is an index of it or a
//! workspace.

pub mod audit;
pub mod beside;
pub mod claims;
pub mod codec;
pub mod cohort;
pub mod cohort_row;
pub mod competence;
pub mod copy;
pub mod days;
pub mod db;
pub mod error;
pub mod evidence;
pub mod facts;
pub mod filesystem;
mod fingerprint;
mod header;
pub mod hours;
pub mod index;
pub mod log;
pub mod logins;
pub mod notes;
mod older;
pub mod pauses;
pub mod people;
pub mod queue;
pub mod schema;
pub mod scratch;
pub mod second_looks;
pub mod standards;
pub mod standing;
mod stray;
pub mod supervision;
pub mod workspace;
