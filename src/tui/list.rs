//! Defines the long lists that are loaded page by page: what can be asked for, and the rows that come back.

use countersign_core::primitives::ids::{PersonId, StandardRef};
use countersign_core::programme::cohort::{CohortOrder, CohortRow};
use countersign_core::programme::cohort_summary::CohortSummary;
use countersign_core::record::claim::QueueRow;
use countersign_core::record::quality_assurance::{Checked, QaItem};
use countersign_core::record::view::{HistoryRow, TreeHead};

/// A list, and what decides its rows besides the filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListQuery {
    /// Claims for this supervisor, or for everyone if `None`, oldest first.
    Queue(Option<PersonId>),
    /// Sign-offs for a second check by this person, or by anyone if `None`.
    SecondChecks(Option<PersonId>),
    Cohort(CohortOrder),
    /// The log, newest first.
    Log,
}

macro_rules! rows {
    ($($list:ident($row:ty)),+) => {
        /// The rows of a page.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Rows { $($list(Vec<$row>)),+ }

        impl Rows {
            pub fn count(&self) -> usize {
                match self { $(Self::$list(rows) => rows.len()),+ }
            }
        }

        $(impl ListRow for $row {
            fn rows(rows: &Rows) -> &[Self] {
                if let Rows::$list(rows) = rows { rows } else { &[] }
            }
        }

        impl From<Vec<$row>> for Rows {
            fn from(rows: Vec<$row>) -> Self {
                Self::$list(rows)
            }
        })+
    };
}

rows! { Queue(QueueRow), SecondChecks(QaItem), Cohort(CohortRow), Log(HistoryRow) }

/// A row of one of the lists.
pub trait ListRow: Sized {
    /// Returns the rows, if they are of this type.
    fn rows(rows: &Rows) -> &[Self];
}

/// A request for a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    pub list: ListQuery,
    /// Filter terms, all of which a row must match.
    pub filter: String,
    /// Number of matching rows to skip.
    pub skip: u64,
    /// Limit.
    pub rows: u16,
}

/// A loaded page.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    pub rows: Rows,
    /// Index of the first row.
    pub skip: u64,
    /// Total number of matches, if known without scanning the whole log.
    pub of: Option<u64>,
    /// Only with a page of the log.
    pub log: Option<LogHead>,
    /// Only with a page of the cohort.
    pub cohort: Option<CohortHead>,
    /// Only with a page of the second checks.
    pub checked: Option<Checked>,
}

/// What is said above the rows of the cohort.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CohortHead {
    pub summary: CohortSummary,
    /// In the order of the rows.
    pub groups: Vec<Group>,
}

/// The trainees of one standard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub standard: StandardRef,
    pub duties: usize,
    /// Index of its first row in the list.
    pub first: u64,
    /// Trainees who match the filter.
    pub rows: u64,
    /// All its current trainees.
    pub of: u64,
}

/// The tree head and level when a page of the log was loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogHead {
    pub head: TreeHead,
    /// Assurance level when the log was first shown, `L0` to `L3`; empty if unknown.
    pub level: String,
}
