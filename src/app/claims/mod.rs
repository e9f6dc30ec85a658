//! Makes and answers claims, with their evidence.

pub(crate) mod answered;
pub mod claim;
pub mod eligible;
pub mod evidence;
pub mod queue;
pub mod shown;
pub mod waiting;
