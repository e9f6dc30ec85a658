//! Stores what came from elsewhere: other departments' statements and cosignatures, by bundles and by the hub.

pub mod cosignatures;
pub mod held;
pub mod held_leaves;
pub mod pulled;
pub mod rebuilt;
