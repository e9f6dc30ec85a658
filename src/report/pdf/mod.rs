//! Lays out documents on paper and writes them as PDF: tagged, archivable, the same bytes for the same values.

pub mod certificate;
pub mod font;
pub mod gateway;
pub mod matrix;
pub mod parts;
pub mod person;
pub mod portfolio;
pub mod review;
pub mod said;
pub mod sheet;
pub mod table;
pub mod text;
pub mod write;

#[cfg(test)]
mod tests;
