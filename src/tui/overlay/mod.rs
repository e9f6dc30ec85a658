//! Holds the overlays. They return data when they close and call nothing back.

pub mod claim_detail;
pub mod group;
pub mod help;
pub mod page;
pub mod palette;
pub mod picker;
pub mod records;
pub mod roster;
pub mod statement;
pub mod tour;
pub mod tour_steps;
pub mod trainee;
pub mod words;
