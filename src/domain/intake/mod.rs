//! Files from outside: bytes that somebody was given, to a standard, a roster or to all that is wrong with it. Must
//! never open the file itself, nor add a word that it does not say.

pub mod cell;
pub mod csv;
pub mod draft;
pub mod form;
pub mod headings;
pub mod json_lines;
pub mod json_repair;
pub mod local_csv;
pub mod local_read;
pub mod local_toml;
pub mod markup;
pub mod packed;
pub mod people;
pub mod people_columns;
pub mod remark;
pub mod sheet;
pub mod standard_csv;
pub mod standard_json;
pub mod standard_read;
pub mod standard_toml;
pub mod table;
pub mod training_plan;
pub mod warnings;
