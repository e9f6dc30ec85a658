//! Lists and filters the cohort of current trainees.

pub mod course;
pub mod detail;
pub mod export;
pub mod grid;
pub(crate) mod inputs;
pub mod ksb_filter;
pub mod progress;
