//! Makes spreadsheets and CSV from values. No cell is ever a formula.

pub mod activity;
pub mod book;
pub mod cell;
pub mod cohort;
pub mod format;
pub mod matrix;
pub mod part;
pub mod person;
