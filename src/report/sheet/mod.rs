//! Makes spreadsheets and CSV from values. No cell is ever a formula.

pub mod book;
pub mod cell;
pub mod format;
pub mod matrix;
pub mod part;
