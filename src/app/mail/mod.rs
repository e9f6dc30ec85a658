//! Makes calendars and mails for people, and remembers in the data folder what was given out.

pub mod addresses;
pub mod calendar;
pub mod digest;
pub mod digest_parts;
pub mod given;
pub mod outlook;
pub mod sending;
