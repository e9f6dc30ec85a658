//! Runs `home`: what waits for a person, as the screen's Home shows it.

pub mod run;
pub mod shape;
pub mod text;
