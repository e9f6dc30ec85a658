//! Holds what is loaded for the row under the cursor of a list.

use crate::msg::CheckDetail;
use countersign_core::primitives::ids::{ClaimId, PersonId, StatementId};
use countersign_core::programme::cohort::CohortRow;
use countersign_core::record::view::ClaimDetail;

/// The claim whose details are shown next to the queue.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ShownClaim {
    pub detail: Option<ClaimDetail>,
    pub requested: Option<ClaimId>,
}

/// The row of the cohort whose reasons are shown below the list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ShownTrainee {
    pub row: Option<Box<CohortRow>>,
    pub requested: Option<PersonId>,
}

/// The sign-off whose details are shown next to the second checks.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ShownCheck {
    pub detail: Option<Box<CheckDetail>>,
    pub requested: Option<StatementId>,
}
