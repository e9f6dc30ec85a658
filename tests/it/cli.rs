//! The command line as a process: what it does, what it refuses, in which words and with which exit code.

mod about;
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
mod names;
mod options;
mod paid_hours;
mod people;
mod planned;
mod raw;
mod refusals;
mod shapes;
mod ssh;
mod ssh_map;
mod standards;
mod story;
mod surroundings;
mod taken_back;
mod terminal;
mod warned;
