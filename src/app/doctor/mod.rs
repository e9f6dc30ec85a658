//! Checks how the records are kept.

pub mod assurance;
pub mod check;
pub mod examine;
pub mod host;
pub mod host_checks;
pub mod sshd;
pub mod sshd_config;
