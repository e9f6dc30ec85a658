//! Writes a standard as a CASE 1.1 package, and names its items.

pub mod identifier;
pub mod package;
