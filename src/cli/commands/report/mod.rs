//! Holds the documents that `report` makes: one file per kind.

pub mod activity;
pub mod certificate;
pub mod cohort;
pub mod gateway;
pub mod kind;
pub mod matrix;
pub mod out;
pub mod person;
pub mod portfolio;
pub mod review;
