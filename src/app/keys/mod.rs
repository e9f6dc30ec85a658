//! Stores signing keys and manages signing sessions.

pub mod unlock;
pub mod keystore;
pub mod session;
pub mod status;
