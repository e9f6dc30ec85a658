//! The use-cases: what a person can do, in one transaction each. Both faces call these and nothing below them.

pub mod book;
pub mod clock;
pub mod cohort;
pub mod demo;
pub mod demo_people;
pub mod desk;
pub mod error;
pub mod faults;
pub mod files;
pub mod found;
pub mod keys;
pub mod outstanding;
pub mod own_key;
pub mod random;
pub mod rebuild;
pub mod records;
pub mod roster;
pub mod service;
pub mod session;
pub mod signing;
pub mod standards;
pub mod touched;
pub mod transfer;
pub mod verify;
pub mod verify_index;
