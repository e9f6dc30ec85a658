//! The overlays: what lies over a screen until it is answered. They close by returning data, never by calling back.

pub mod finder;
pub mod help;
pub mod palette;
pub mod reply;
pub mod statement;
pub mod trainee;
