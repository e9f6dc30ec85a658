//! The file: the only rooms that know SQLite or SQL. The log is the truth; every other table is an index of it or a
//! workspace.

pub mod annotation_index;
pub mod audit;
pub mod claims;
pub mod codec;
pub mod cohort;
pub mod cohort_detail;
pub mod days;
pub mod db;
pub mod erased_and_imported;
pub mod error;
pub mod evidence;
pub mod filesystem;
mod fingerprint;
pub mod hours;
pub mod index;
pub mod log;
pub mod logins;
mod older;
pub mod online_backup;
pub mod packed_states;
pub mod pauses;
pub mod people;
pub mod programme_index;
pub mod quality_assurance;
pub mod queue;
pub mod schema;
pub mod scratch;
pub mod sign_off_index;
mod sqlite_header;
pub mod standards;
mod stray;
pub mod supervision;
pub mod workspace;
