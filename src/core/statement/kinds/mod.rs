//! Holds one file per statement kind: its data, fields, checks and words.

pub mod acknowledge;
pub mod clock;
pub mod competences;
pub mod compromise;
pub mod confirm;
pub mod countersign;
pub mod dispute;
pub mod enrolment;
pub mod erase;
pub mod genesis;
pub mod hours;
pub mod import;
pub mod key;
pub mod pause;
pub mod person;
pub mod policy;
pub mod recognition;
pub mod requirement;
pub mod restore;
pub mod retire;
pub mod review;
pub mod sample;
pub mod sign_off;
pub mod standard;
pub mod training_plan;
pub mod withdraw;
