//! Commands about the hub of several sites.

mod pulled;
pub mod rebuild;
pub mod rotation;
pub mod run;
pub mod shape;
mod words;
