//! What sshd starts, and what tells it whom to accept.

pub mod args;
pub mod authorized_keys;
pub mod commands;
pub mod install;
pub mod session;
pub mod trainee_hours;
pub mod trainee_session;
