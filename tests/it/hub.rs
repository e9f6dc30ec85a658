//! The hub of several sites: what is sent and fetched, who may do what there, and what happens when it is interrupted.
//! Against a real PostgreSQL on 127.0.0.1, where Debian's package is installed, and against a folder.

pub mod batches;
mod damaged;
mod faults;
pub mod folder;
mod kills;
mod measured;
mod push;
mod rights;
pub mod server;
mod upgraded;
