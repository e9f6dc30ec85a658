//! The command line as a process: what it does, what it refuses, in which words and with which exit code.

pub mod book;
mod cohort;
mod competences;
mod days;
mod files;
mod gateway;
mod guide;
mod kept;
mod marks;
mod messages;
mod options;
mod paid_hours;
mod people;
mod raw;
mod refusals;
mod shapes;
mod ssh;
mod ssh_map;
mod standards;
mod story;
mod surroundings;
mod terminal;
