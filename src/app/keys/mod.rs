//! Keeps signing keys and the sessions in which they are open.

pub mod keystore;
pub mod session;
pub mod status;
