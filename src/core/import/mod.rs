//! Imports standards, competence lists, rosters and training plans from a file's bytes.

pub mod cell;
pub mod csv;
pub mod csv_line;
pub mod diagnostic;
pub mod draft;
pub mod format;
pub mod html;
pub mod local;
pub mod records;
pub mod roster;
pub mod standard;
pub mod table;
pub mod training_plan;
pub mod xlsx;
pub mod xlsx_looks;
pub mod xlsx_part;
pub mod zip;
