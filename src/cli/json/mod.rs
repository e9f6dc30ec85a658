//! Holds the JSON shapes of the commands' answers, one file per topic. A test checks that data/guide/json.md describes every
//! field.
#![allow(missing_docs, reason = "the fields are those of the domain; data/guide/json.md describes each")]

pub mod book;
pub mod claims;
pub mod cohort;
pub mod gateway;
pub mod keep;
pub mod local;
pub mod log;
pub mod looks;
pub mod marks;
pub mod people;
pub mod planned;
pub mod ssh;
pub mod standard;
pub mod trainee;
