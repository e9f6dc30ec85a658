//! Exchanges logs with the other departments of a hub.

pub mod copy;
pub(crate) mod selection;
