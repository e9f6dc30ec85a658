//! Holds people, roles, enrolments, breaks in learning, login keys and recovery statements.

pub mod break_in_learning;
pub mod login;
pub mod paid_hours;
pub mod person;
