//! Stores signing keys and manages signing sessions.

pub mod agent;
pub mod agent_key;
pub mod issuer;
pub mod keystore;
pub mod known_keys;
pub mod session;
pub mod status;
pub mod touch;
pub mod unlock;
