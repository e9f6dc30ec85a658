//! Reads what Home shows each person, from indexes and in windows.

pub mod counts;
pub mod department;
pub mod gateways;
pub mod lapsing;
pub mod needs;
pub mod news;
pub mod officer;
pub mod review;
pub mod supervisor;
pub mod trainee;
pub mod visits;
