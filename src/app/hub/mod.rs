//! Exchanges this department's log with a hub of several sites.

pub mod connection;
pub mod join;
pub mod push;
pub mod settings;
pub mod status;
pub mod sync;
