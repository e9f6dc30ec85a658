//! Holds the content of each statement kind: its data, fields, checks and words.

pub mod adoption;
pub mod carry_over;
pub mod confirm;
pub mod countersign;
pub mod enrolment;
pub mod erase;
pub mod genesis;
pub mod hours;
pub mod issuer;
pub mod keys;
pub mod other_log;
pub mod person;
pub mod policy;
pub mod received;
pub mod recognition;
pub mod recovery;
pub mod requirement;
pub mod response;
pub mod review;
pub mod rotation;
pub mod sample;
pub mod sign_off;
pub mod taken_back;
pub mod training_plan;
pub mod withdraw;
