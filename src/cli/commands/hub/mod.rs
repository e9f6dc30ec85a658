//! Commands about the hub of several sites.

pub mod run;
pub mod shape;
