//! The command line: one command in, one answer out. Knows the use-cases and nothing below them.

pub mod answer;
pub mod args;
pub mod cohort;
pub mod context;
pub mod enrol;
pub mod export;
pub mod guard;
pub mod history;
pub mod init;
pub mod input;
pub mod json;
pub mod json_cohort;
pub mod json_log;
pub mod key;
pub mod manual;
pub mod output;
pub mod person;
pub mod prompt;
pub mod run;
pub mod setup;
pub mod sheet;
pub mod sign_off;
pub mod standard;
pub mod trainee;
pub mod verbs;
pub mod verify;
