//! Finds what the cursor and the marks choose in the lists that are loaded page by page.

use crate::command::ScreenId;
use crate::model::Model;
use crate::msg::CheckDetail;
use crate::pane::paged_list::PagedList;
use countersign_core::primitives::ids::{ClaimId, PersonId, StatementId};
use countersign_core::programme::cohort::CohortRow;
use countersign_core::record::claim::QueueRow;
use countersign_core::record::quality_assurance::{QaItem, QaReason};
use countersign_core::record::view::{ClaimDetail, HistoryRow};

/// What signing in the list of second checks does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecondCheckAction {
    /// Countersigns these.
    Countersign(Vec<StatementId>),
    /// Samples this one.
    Sample(StatementId),
    /// Nothing here: it was rejected and must be signed again elsewhere.
    Rejected,
}

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

impl Model {
    /// Returns the list of a screen that is loaded page by page.
    pub fn list(&self, screen: ScreenId) -> &PagedList {
        &self.lists[screen as usize]
    }

    pub fn list_mut(&mut self, screen: ScreenId) -> &mut PagedList {
        &mut self.lists[screen as usize]
    }

    /// Returns the claim under the cursor of the queue.
    pub fn claim(&self) -> Option<&QueueRow> {
        self.list(ScreenId::Queue).row()
    }

    /// Returns the entry under the cursor of the log.
    pub fn log_entry(&self) -> Option<&HistoryRow> {
        self.list(ScreenId::Log).row()
    }

    /// Returns the sign-off under the cursor of the second checks.
    pub fn second_check(&self) -> Option<&QaItem> {
        self.list(ScreenId::SecondChecks).row()
    }

    /// Returns what to sign in the second checks: the marked countersignatures, or the row under the cursor.
    pub fn checks_to_sign(&self) -> Option<SecondCheckAction> {
        let (row, marks) = (self.second_check()?, &self.marks.second_checks);
        Some(match &row.look {
            _ if !marks.is_empty() => SecondCheckAction::Countersign(marks.iter().copied().collect()),
            QaReason::Countersign => SecondCheckAction::Countersign(vec![row.id]),
            QaReason::Sample { .. } => SecondCheckAction::Sample(row.id),
            QaReason::Rejected { .. } => SecondCheckAction::Rejected,
        })
    }
}
