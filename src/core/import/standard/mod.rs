//! Imports a standard from its public JSON record, TOML or CSV.

pub mod case;
pub mod csv;
pub mod headings;
pub mod json;
pub mod json_lines;
pub mod json_repair;
pub mod lints;
pub mod read;
pub mod toml;
