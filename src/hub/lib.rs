//! Exchanges logs with a hub of several sites: what goes there and comes back, and the ways to reach it.

pub mod address;
mod copy_binary;
pub mod error;
pub mod folder;
mod folder_batches;
mod folder_files;
mod folder_rows;
mod folder_tiles;
pub mod postgres;
mod psql;
mod row_codec;
pub mod row_digest;
pub mod rows;
mod tiles;
pub mod transport;
