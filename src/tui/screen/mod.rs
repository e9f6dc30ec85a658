//! Holds the screens, one per file.

pub mod base;
pub mod cohort;
pub mod details;
pub mod log;
pub mod no_trainee;
pub mod outstanding;
pub mod queue;
pub mod readiness;
pub mod registry;
pub mod reviews;

pub mod second_checks;
pub mod sign_off;
