//! Adds people, their keys and supervisors, and answers their requests for their own data.

pub mod change_passphrase;
pub mod import;
pub mod login_map;
pub mod person;
pub mod roster;
pub mod signing_keys;
pub mod ssh_keys;
pub mod subject_access;
pub mod supervision;
pub mod workspace;
