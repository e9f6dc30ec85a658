//! Verifies a file: signatures, rules, indexes and evidence kept outside it.

pub mod anchors;
pub mod findings;
pub(in crate::app) mod index;
pub mod log;
pub mod rebuild;
