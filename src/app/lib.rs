//! Holds the use cases, one transaction each, which are all that the CLI and the TUI call.

pub mod app;
pub mod bundle;
pub mod claims;
pub mod clock;
pub mod cohort;
pub mod config;
pub mod demo;
pub mod doctor;
pub mod error;
pub mod home;
pub mod hub;
pub mod init;
pub mod keys;
pub mod log;
pub mod mail;
pub mod maintenance;
pub mod people;
pub mod programme;
pub mod random;
pub mod record;
pub mod report;
pub mod standards;
pub mod storage;
pub mod verify;
