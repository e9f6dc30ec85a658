//! Finds what the cursor and the marks choose in the lists that are loaded page by page.

use crate::command::ScreenId;
use crate::model::Model;
use crate::pane::paged_list::PagedList;
use countersign_core::primitives::ids::StatementId;
use countersign_core::record::claim::QueueRow;
use countersign_core::record::quality_assurance::{QaItem, QaReason};
use countersign_core::record::view::HistoryRow;

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
