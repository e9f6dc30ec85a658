//! Reads, writes and mirrors the files of the data folder.

pub mod atomic_file;
pub mod checkpoint_mirror;
pub mod chosen_file;
pub mod data_dir;
pub mod late_keys;
