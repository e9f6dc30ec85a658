//! Holds the panes: each has its state, its keys, its drawing and its reasons to disable a command.

pub mod cohort;
pub mod cursor;
pub mod detail_list;
pub mod duties;
pub mod filter_input;
pub mod ksbs;
pub mod log;
pub mod outstanding;
pub mod paged_list;
pub mod progress;
pub mod queue;
pub mod readiness;
pub mod record;
pub mod record_words;
pub mod reviews;
pub mod second_looks;
