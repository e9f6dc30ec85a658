//! Lists and filters the cohort of current trainees.

pub mod course;
pub mod grid;
pub mod ksb_filter;
