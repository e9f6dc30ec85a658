//! Makes and answers claims, with their evidence.

pub mod answered;
pub mod claim;
pub mod eligible;
pub mod evidence;
pub mod queue;
pub mod waiting;
