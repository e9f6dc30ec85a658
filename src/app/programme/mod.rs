//! Tracks a trainee's programme: hours, plan, reviews and gateway.

pub mod gateway;
pub mod hours;
pub mod reviews;
pub mod rules;
pub mod signed_plan;
pub mod training_plan;
