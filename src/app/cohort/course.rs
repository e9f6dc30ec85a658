//! Holds the parts of standards that trainees answer for, for queries of the cohort.

use countersign_core::standard::Standard;
use countersign_store::codec::StandardNo;
use countersign_store::queries::cohort::TraineeNo;
use std::collections::HashMap;
use std::sync::Arc;

/// For each trainee with a partial scope, the part of the standard that applies.
pub type Parts = HashMap<TraineeNo, AnsweredPart>;

/// The part of a standard that applies to a trainee with a partial scope.
pub struct AnsweredPart {
    /// The standard limited to these KSBs.
    pub standard: Arc<Standard>,
    /// The option; empty if the standard has none.
    pub(crate) option: String,
}

/// A matching trainee and their sort key. Kept small because thousands are sorted on a key press.
#[derive(Debug, Clone, Copy)]
pub struct MatchedTrainee {
    pub(crate) key: i64,
    pub(crate) place: TraineeNo,
    pub(crate) on: StandardNo,
}

/// What sorting and filtering need of a standard.
pub struct Course {
    pub(crate) standard: Arc<Standard>,
    pub(crate) label: String,
    pub(crate) total: u16,
}

/// The standards that have trainees.
pub type Courses = HashMap<StandardNo, Course>;
