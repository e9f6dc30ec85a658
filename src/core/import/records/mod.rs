//! Imports existing records, a matrix or a list of who was seen doing what and when, and plans what they carry over.

pub mod file;
pub mod items;
pub mod layout;
pub mod leave_out;
pub mod mark;
pub mod notes;
pub mod plan;
pub mod read;
pub mod reader;
pub mod words;
