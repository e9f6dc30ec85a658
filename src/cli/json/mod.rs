//! The shapes of answers for programs, a file a topic. A field says what the guide's page on them says of it: a test holds
//! that each stands there. Must never hold a reader's layout.
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
