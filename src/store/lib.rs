//! Holds all SQLite access: the log, the indexes derived from it, and the unsigned workspace tables.

pub mod claims;
pub mod codec;
pub mod db;
pub mod erased_and_imported;
pub mod error;
pub mod evidence;
pub mod filesystem;
mod fingerprint;
pub mod from_elsewhere;
pub mod hours;
pub mod index;
pub mod log;
pub mod logins;
pub mod online_backup;
pub mod queries;
pub mod schema;
mod sqlite_header;
mod stray;
pub mod supervision;
pub mod touches;
mod upgraded_copy;
pub mod workspace;
