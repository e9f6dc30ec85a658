//! Commands that make calendars and mails. Nothing is signed or changed.

pub mod calendar;
pub mod digest;
