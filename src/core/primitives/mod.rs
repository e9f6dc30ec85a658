//! Holds the basic value types: ids, dates, names, keys and texts.

#[macro_use]
mod slugs;

pub mod date;
pub mod encoding;
pub mod file_name;
pub mod fold;
pub mod human_date;
pub mod ids;
pub mod key;
pub mod level;
pub mod name;
pub mod presence;
pub mod text;
pub mod toml_value;
pub mod word_diff;
