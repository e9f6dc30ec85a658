//! Appends to the log and reads what its statements refer to.

pub mod append;
pub mod batches;
pub mod historical_root;
pub(crate) mod referenced;
pub(crate) mod restore_gap;
pub mod rule_context;
pub mod sign;
pub(crate) mod slow_sign;
pub mod statements;
pub(crate) mod touched;
pub mod writer;
