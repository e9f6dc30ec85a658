//! Imports a local competence list from TOML or CSV.

pub mod csv;
pub mod read;
pub mod toml;
