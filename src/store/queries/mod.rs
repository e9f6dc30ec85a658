//! Answers questions of screens, reports and verification from several tables at once.

pub mod audit;
pub mod cohort;
pub mod cohort_detail;
pub mod cohort_standing;
pub mod department;
pub mod home;
pub mod live_carried;
pub mod live_sign_offs;
pub mod quality_assurance;
pub mod queue;
