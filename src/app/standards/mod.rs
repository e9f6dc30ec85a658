//! Adopts standards and local competence lists.

pub mod adopted;
pub mod local;
pub mod standard;
