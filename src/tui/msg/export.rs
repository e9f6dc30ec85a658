//! Names what a screen shows as a document to write to a file.

use countersign_core::primitives::ids::{PersonId, StatementId};
use countersign_core::programme::cohort::CohortOrder;

/// A document to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Export {
    /// The trainees of the cohort that fit a filter, in an order.
    Cohort { filter: String, order: CohortOrder },
    /// The claims for this supervisor, or for everyone if `None`, that fit a filter.
    Queue { whose: Option<PersonId>, filter: String },
    /// The sign-offs for a second check by this person, or by anyone if `None`, that fit a filter.
    SecondChecks { whose: Option<PersonId>, filter: String },
    /// The entries of the log that fit a filter.
    Log { filter: String },
    /// A trainee's whole record as PDF, or their competence record as a spreadsheet.
    Record(PersonId),
    /// A progress review; the newest if `None`.
    Review { trainee: PersonId, review: Option<StatementId> },
    /// A trainee's gateway package.
    Gateway(PersonId),
}

impl Export {
    /// Returns the name that is offered for the file, without its day and ending.
    pub fn stem(&self) -> String {
        match self {
            Self::Cohort { .. } => "cohort".to_owned(),
            Self::Queue { .. } => "queue".to_owned(),
            Self::SecondChecks { .. } => "second-checks".to_owned(),
            Self::Log { .. } => "log".to_owned(),
            Self::Record(trainee) => format!("portfolio-{trainee}"),
            Self::Review { trainee, .. } => format!("review-{trainee}"),
            Self::Gateway(trainee) => format!("gateway-{trainee}"),
        }
    }

    /// Returns the ending of the name that is offered.
    pub fn ending(&self) -> &'static str {
        match self {
            Self::Cohort { .. } | Self::Queue { .. } | Self::SecondChecks { .. } | Self::Log { .. } => "xlsx",
            Self::Record(_) | Self::Review { .. } => "pdf",
            Self::Gateway(_) => "zip",
        }
    }

    /// Returns whether the reader is told the SHA-256 of the file.
    pub fn is_told(&self) -> bool {
        matches!(self, Self::Gateway(_))
    }

    /// Says what the endings mean, and whom the file names.
    pub fn about(&self) -> &'static str {
        match self {
            Self::Cohort { .. } | Self::Queue { .. } | Self::SecondChecks { .. } | Self::Log { .. } => {
                "CSV if the name ends in .csv. It names people: keep it where only staff can read it."
            }
            Self::Record(_) => {
                "PDF. If the name ends in .xlsx or .csv: the competence record. Keep it where only staff can read it."
            }
            Self::Review { .. } => "PDF. It names people: keep it where only staff can read it.",
            Self::Gateway(_) => {
                "A ZIP archive with the evidence, receipts and how to check them. It must not contain patient data. Keep it where only staff can read it."
            }
        }
    }
}

/// What a screen offers to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub export: Export,
    /// Such as `the portfolio of Ada Apprentice`.
    pub named: String,
}
