//! Holds what Home shows: a supervisor, a trainee and a training officer what waits for them, and the counts of the tabs.

pub mod counts;
pub mod due;
pub mod news;
pub mod officer;
pub mod supervisor;
pub mod trainee;
