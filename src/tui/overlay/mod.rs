//! The overlays: what lies over a screen until it is answered. They close by returning data, never by calling back.

pub mod form;
pub mod help;
pub mod palette;
pub mod person;
pub mod reply;
pub mod sign;
pub mod statement;
pub mod trainee;
pub mod withdraw;
