//! Holds the commands about standards and local competences.

pub mod competences;
pub mod levels;
pub mod local;
pub mod standard;
pub mod standard_diff;
pub mod standard_export;
pub mod standard_file;
pub mod standard_page;
pub mod standard_rows;
