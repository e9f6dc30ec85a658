//! Lists all trainees side by side.

pub mod grid;
pub mod ksb_filter;
