//! Holds the commands about the department, its data and the program.

pub mod backup;
pub mod doctor;
pub mod export;
pub mod import;
pub mod init;
pub mod manual;
pub mod policy;
pub mod restore;
pub mod setup;
pub mod verify;
