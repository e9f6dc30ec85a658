//! Holds the commands about claims and their evidence.

pub mod claim;
pub mod evidence;
