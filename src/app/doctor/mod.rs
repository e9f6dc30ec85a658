//! Checks how the data folder and this machine are set up.

pub mod assurance;
pub mod check;
pub mod examine;
pub mod host;
pub mod host_checks;
pub mod sshd;
pub mod sshd_config;
