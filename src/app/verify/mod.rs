//! Verifies a file: signatures, rules, indexes and evidence kept outside it.

pub mod anchors;
pub mod findings;
mod held;
mod index;
pub mod last_check;
pub mod log;
mod pulled;
pub mod rebuild;
mod touches;
mod witnesses;
