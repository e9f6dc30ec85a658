//! Holds the parts of standards that trainees answer for, for queries of the cohort.

use crate::domain::standard::Standard;
use crate::store::codec::StandardNo;
use crate::store::queries::cohort::TraineeNo;
use std::collections::HashMap;
use std::sync::Arc;

/// For each trainee with a partial scope, the part of the standard that applies.
pub type Parts = HashMap<TraineeNo, AnsweredPart>;

/// The part of a standard that applies to a trainee with a partial scope.
pub struct AnsweredPart {
    /// The standard limited to these KSBs.
    pub standard: Arc<Standard>,
    /// The option; empty if the standard has none.
    pub(in crate::app) option: String,
}

/// A matching trainee and their sort key. Kept small because thousands are sorted on a key press.
#[derive(Debug, Clone, Copy)]
pub struct MatchedTrainee {
    pub(in crate::app) key: i64,
    pub(in crate::app) place: TraineeNo,
    pub(in crate::app) on: StandardNo,
}

/// What sorting and filtering need of a standard.
pub struct Course {
    pub(in crate::app) standard: Arc<Standard>,
    pub(in crate::app) label: String,
    pub(in crate::app) total: u16,
}

/// The standards that have trainees.
pub type Courses = HashMap<StandardNo, Course>;
