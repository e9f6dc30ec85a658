//! Verifies a file: signatures, rules, indexes, and what is known of the log from outside.

pub mod anchors;
pub mod findings;
pub(in crate::app) mod index;
pub mod log;
pub mod rebuild;
