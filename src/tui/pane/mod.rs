//! The panes: each one a list or a text with its state, what keys do to it, how it is drawn and why it may refuse.

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
