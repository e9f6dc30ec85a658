//! The panes: each one a list or a text with its state, what keys do to it, how it is drawn and why it may refuse.

pub mod cohort;
pub mod duties;
pub mod filtering;
pub mod ksbs;
pub mod log;
pub mod outstanding;
pub mod paged;
pub mod progress;
pub mod queue;
pub mod readiness;
pub mod record;
pub mod record_words;
pub mod reviews;
pub mod second_looks;
pub mod travel;
pub mod why;
