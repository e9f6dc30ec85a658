//! Holds the command line, which calls the use cases and no lower layer.

pub mod args;
pub mod commands;
pub mod context;
pub mod hardening;
pub mod json;
pub mod output;
pub mod run;
pub mod ssh;
pub mod verbs;
pub mod verbs_claims;
pub mod verbs_gateway;
pub mod verbs_marks;
pub mod verbs_people;
pub mod verbs_seen;
