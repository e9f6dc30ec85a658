//! Stores the lists that are not about one trainee: the queue, the cohort, the log and the second checks.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::primitives::ids::{ClaimId, PersonId, StatementId};
use crate::domain::programme::cohort::{CohortOrder, CohortRow};
use crate::domain::record::claim::QueueRow;
use crate::domain::record::quality_assurance::{QaItem, QaReason};
use crate::domain::record::view::{HistoryRow, TreeHead};
use crate::tui::pane::paged_list::Paged;

/// The waiting claims, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueueList {
    pub list: Paged<QueueRow>,
    /// The marked claims and their trainees.
    pub marks: BTreeMap<ClaimId, PersonId>,
    /// The supervisor of the last request; all claims if `None`.
    pub supervisor: Option<PersonId>,
}

/// All trainees.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CohortList {
    pub list: Paged<CohortRow>,
    pub order: CohortOrder,
}

/// The log, newest first.
pub type LogList = Paged<HistoryRow, LogHead>;

/// The tree head and level when a page of the log was loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogHead {
    pub head: TreeHead,
    /// Assurance level; empty if unknown.
    pub level: String,
}

/// Sign-offs for a second check: to countersign, to sample, or rejected by a sample.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SecondCheckList {
    pub list: Paged<QaItem>,
    pub marks: BTreeSet<StatementId>,
    /// The person of the last request; anyone if `None`.
    pub person: Option<PersonId>,
}

/// One person's marks in the queue and the second checks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListMarks {
    pub claims: BTreeMap<ClaimId, PersonId>,
    pub second_checks: BTreeSet<StatementId>,
}

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

impl SecondCheckList {
    /// Returns what to sign: the marked countersignatures, or the row under the cursor.
    pub fn to_sign(&self) -> Option<SecondCheckAction> {
        let row = self.list.row()?;
        Some(match &row.look {
            _ if !self.marks.is_empty() => SecondCheckAction::Countersign(self.marks.iter().copied().collect()),
            QaReason::Countersign => SecondCheckAction::Countersign(vec![row.id]),
            QaReason::Sample { .. } => SecondCheckAction::Sample(row.id),
            QaReason::Rejected { .. } => SecondCheckAction::Rejected,
        })
    }
}
