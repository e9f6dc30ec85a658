//! The ground floor: what things are and which rules hold. Pure: no I/O, no clock, no randomness, no SQL, no terminal.

pub mod cohort;
pub mod competence;
pub mod department;
pub mod filter;
pub mod framework;
pub mod key;
pub mod level;
pub mod log_filter;
pub mod outstanding;
pub mod person;
pub mod progress;
pub mod roster;
pub mod rules;
pub mod standard;
pub mod standard_fault;
pub mod standard_file;
pub mod standard_notes;
pub mod standard_parts;
pub mod standard_text;
pub mod statement;
pub mod text;
pub mod toml_date;
pub mod value;
pub mod view;
pub mod when;
