//! Holds the panes and lists that several screens share: each has its state, its keys and its drawing.

pub mod check;
pub mod claim;
pub mod cohort_row;
pub mod cursor;
pub mod detail_list;
pub mod duties;
pub mod filter_input;
pub mod gateway_chart;
pub mod ksbs;
pub mod ksbs_draw;
pub mod paged_list;
pub mod progress;
pub mod record;
pub mod record_full;
pub mod record_lines;
pub mod record_subject;
pub mod record_words;
