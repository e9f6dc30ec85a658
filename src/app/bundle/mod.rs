//! Moves a trainee's record between departments: bundles out and in, and the logs that they are accepted from.

pub mod check;
pub mod elsewhere;
pub mod import;
pub mod make;
pub mod other_logs;
pub(crate) mod select;
pub mod take_back;
