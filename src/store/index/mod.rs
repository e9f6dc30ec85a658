//! Derives the indexes from the log, and reads each of them.

pub mod annotation_index;
pub mod carried_index;
pub mod days;
pub mod elsewhere;
pub mod indexer;
pub mod issuer;
pub mod packed_states;
pub mod past;
pub mod pauses;
pub mod people;
pub mod programme_index;
pub mod scratch;
pub mod sign_off_index;
pub mod standards;
