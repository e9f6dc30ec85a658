//! Imports existing records, a matrix or a list of who was seen doing what and when, and plans what they carry over.

pub mod items;
pub mod layout;
pub mod mark;
pub mod plan;
pub mod read;
