//! The program on a real terminal: how it comes, shows, signs, stops and goes, as a person at the keys has it.

mod asked;
mod first_run;
pub mod leaving;
mod looks;
mod story;
pub mod terminal;
