//! Exchanges logs with a hub of several sites: what goes there and comes back, and the ways to reach it.

pub mod error;
pub mod rows;
pub mod transport;
