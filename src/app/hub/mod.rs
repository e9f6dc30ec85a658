//! Exchanges logs with the other departments of a hub.

pub mod copy;
pub mod pull;
pub mod rebuild;
pub mod rotating;
pub(crate) mod selection;
pub mod witness;
