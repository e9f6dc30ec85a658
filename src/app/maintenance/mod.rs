//! Makes backups, restores, erasures, receipt imports and exports.

pub mod backup;
pub mod erase;
pub mod erased_copies;
pub mod export;
pub mod receipt_import;
pub mod restore;
