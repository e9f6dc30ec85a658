//! Adopts standards and local competence lists.

pub mod local;
pub mod standard;
