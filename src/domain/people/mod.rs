//! People, their roles, enrolments and breaks in learning.

pub mod break_in_learning;
pub mod department;
pub mod login;
pub mod paid_hours;
pub mod person;
pub mod recovery;
