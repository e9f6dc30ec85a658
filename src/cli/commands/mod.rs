//! Holds the commands, one per file: arguments, action, text and JSON shape.

pub mod bundle;
pub mod claims;
pub mod home;
pub mod hub;
pub mod mail;
pub mod maintenance;
pub mod people;
pub mod programme;
pub mod record;
pub mod report;
pub mod standards;
