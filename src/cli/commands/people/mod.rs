//! Holds the commands about people, their keys and what is kept about them.

pub mod erase;
pub mod issuer;
pub mod key;
pub mod keys;
pub mod person;
pub mod person_import;
pub mod subject_access;
pub mod supervise;
