//! Exchanges this department's log with a hub of several sites.

pub mod connection;
pub mod copy;
mod earlier;
pub mod join;
pub(crate) mod own_log;
pub mod pull;
pub mod push;
pub mod rebuild;
pub mod results;
pub mod rotating;
pub mod selection;
pub mod settings;
pub mod site_names;
pub mod status;
pub mod sync;
pub mod witness;
