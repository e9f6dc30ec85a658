//! Signs and reads the statements on a trainee's record.

pub mod acknowledge;
pub mod annotations;
pub mod carried;
pub mod carry_over;
pub mod dry_run;
pub mod find_trainees;
pub mod group;
pub mod import_records;
pub mod outstanding;
pub mod quality_assurance;
pub mod receipts;
pub mod records;
pub mod sign_off;
pub mod trainee_export;
