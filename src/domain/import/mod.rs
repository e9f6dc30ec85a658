//! Imports standards, competence lists, rosters and training plans from a file's bytes.

pub mod cell;
pub mod csv;
pub mod diagnostic;
pub mod draft;
pub mod format;
pub mod headings;
pub mod html;
pub mod json_lines;
pub mod json_repair;
pub mod lints;
pub mod local_csv;
pub mod local_read;
pub mod local_toml;
pub mod people_columns;
pub mod person_matcher;
pub mod roster;
pub mod roster_diff;
pub mod standard_csv;
pub mod standard_json;
pub mod standard_read;
pub mod standard_toml;
pub mod table;
pub mod training_plan;
pub mod xlsx;
pub mod zip;
