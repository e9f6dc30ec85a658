//! Holds a trainee's record: sign-offs, claims, evidence, and the states and progress derived from them.

pub mod authorised;
pub mod claim;
pub mod claim_text;
pub mod elsewhere;
pub mod evidence;
pub mod group;
pub mod ksb_status;
pub mod left_reason;
pub mod outstanding;
pub mod progress;
pub mod quality_assurance;
pub mod recorded;
pub mod sampling;
pub mod saved;
pub mod state_change;
pub mod view;
