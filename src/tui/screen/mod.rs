//! Holds the screens: which panes each has, and where.

pub mod cohort;
pub mod detail_list;
pub mod frame;
pub mod history;
pub mod outstanding;
pub mod queue;
pub mod second_looks;
pub mod sign_off;
