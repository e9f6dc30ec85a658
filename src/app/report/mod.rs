//! Collects the values of each document from the same read functions as the screens, and writes the document to a file.

pub mod activity;
pub mod badge;
pub mod certificate;
pub mod cohort;
pub mod file;
pub mod gateway;
pub mod made;
pub mod matrix;
pub mod past;
pub mod person;
pub mod portfolio;
pub mod review;
