//! Holds the commands about a trainee's record and the log.

pub mod badge;
pub mod history;
pub mod marks;
pub mod portfolio;
pub mod quality_assurance;
pub mod receipts;
pub mod records_import;
pub mod rows;
pub mod sign_off;
pub mod trainee;
