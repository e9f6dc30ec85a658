//! Holds what sshd runs: the lookup of keys and the sessions.

pub mod args;
pub mod authorized_keys;
pub mod commands;
pub mod install;
pub mod session;
pub mod trainee_hours;
pub mod trainee_session;
