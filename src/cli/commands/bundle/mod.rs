//! Holds the commands that move a trainee's record between departments.

pub mod keys;
pub mod run;
pub mod shape;
pub mod take_back;
