//! Makes documents from values: PDF, spreadsheets, CSV, calendars and mail.
//!
//! Invariant: values in, bytes out. No SQL, no clock, no files; the same values make the same bytes.

pub mod archive;
pub mod badge;
pub mod calendar;
pub mod case;
pub mod digest;
pub mod gateway;
pub mod made;
pub mod pdf;
pub mod person;
pub mod sheet;
pub mod standing;
pub mod words;

#[cfg(test)]
mod made_up;
