//! Imports a roster of people and plans its changes.

pub mod columns;
pub mod diff;
pub mod person_matcher;
pub mod read;
