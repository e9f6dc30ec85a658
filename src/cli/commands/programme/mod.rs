//! Holds the commands about enrolments, hours, reviews and readiness.

pub mod cohort;
pub mod enrol;
pub mod enrol_scope;
pub mod enrolment;
pub mod enrolment_transfer;
pub mod hours;
pub mod planned;
pub mod readiness;
pub mod review;
pub mod reviews;
