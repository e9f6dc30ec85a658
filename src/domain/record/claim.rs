//! What a trainee says of themselves: KSBs that they ask to have signed off, with a reflection and evidence. Workspace, not a
//! statement. Must never count for anything.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;

use crate::domain::primitives::date::Timestamp;
use crate::domain::primitives::ids::{ClaimId, KsbCode, PersonId, StandardRef, StatementId, ValueFault, fault};
use crate::domain::primitives::text::SafeText;
use crate::domain::record::evidence::File;
use crate::domain::statement::Outcome;

/// The most files of one claim.
pub const MOST_FILES: usize = 10;

/// A claim, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    pub id: ClaimId,
    pub trainee: PersonId,
    pub trainee_name: SafeText,
    pub standard: StandardRef,
    /// The KSBs, in order.
    pub items: Vec<ClaimItem>,
    /// What they say of it.
    pub reflection: Option<SafeText>,
    pub evidence: Vec<File>,
    /// The supervisor who is asked, by the name that holds now; anyone of the department where none.
    pub of: Option<(PersonId, SafeText)>,
    pub made: Timestamp,
    /// When it was taken back, if it was.
    pub withdrawn: Option<Timestamp>,
    /// The claim that this one takes up again.
    pub again: Option<ClaimId>,
}

/// A KSB of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimItem {
    pub code: KsbCode,
    /// What answered it, if anything did.
    pub answered: Option<Answered>,
}

/// What answered a KSB's claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    pub by: StatementId,
    /// What it says, where that is still there: a sign-off that was erased says nothing, and who left was not answered.
    pub outcome: Option<Outcome>,
}

/// Where a claim stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ClaimState {
    /// A KSB of it waits for an answer.
    Waiting,
    /// The trainee took it back.
    Withdrawn,
    /// Each KSB of it is answered.
    Answered,
}

impl ClaimState {
    /// The one word.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Withdrawn => "withdrawn",
            Self::Answered => "answered",
        }
    }
}

impl fmt::Display for ClaimState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.slug())
    }
}

impl Claim {
    /// Where it stands.
    pub fn state(&self) -> ClaimState {
        if self.withdrawn.is_some() {
            ClaimState::Withdrawn
        } else if self.items.iter().any(|item| item.answered.is_none()) {
            ClaimState::Waiting
        } else {
            ClaimState::Answered
        }
    }

    /// The KSBs that wait for an answer.
    pub fn waiting(&self) -> impl Iterator<Item = KsbCode> {
        let some = self.withdrawn.is_none();
        self.items.iter().filter(move |item| some && item.answered.is_none()).map(|item| item.code)
    }
}

/// A claim that waits, as it stands beside the KSB.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingClaim {
    pub claim: ClaimId,
    /// Since when.
    pub since: Timestamp,
    /// Whom, by name; anyone of the department where none.
    pub of: Option<SafeText>,
}

impl PendingClaim {
    /// Whom, in words.
    pub fn whom(&self) -> &str {
        self.of.as_ref().map_or("anyone", SafeText::as_str)
    }
}

/// A claim as a queue shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueRow {
    pub claim: ClaimId,
    pub trainee: PersonId,
    pub trainee_name: SafeText,
    pub codes: Vec<KsbCode>,
    /// The first words of the reflection.
    pub reflection: Option<SafeText>,
    pub files: u32,
    /// Whom, by name; anyone of the department where none.
    pub of: Option<SafeText>,
    pub made: Timestamp,
}

impl QueueRow {
    /// Whole days that it has waited by a day.
    pub fn days(&self, today: NaiveDate) -> i64 {
        (today - self.made.local_day()).num_days().max(0)
    }
}

impl FromStr for ClaimId {
    type Err = ValueFault;

    fn from_str(s: &str) -> Result<Self, ValueFault> {
        let id: Result<StatementId, ValueFault> = s.parse();
        id.map(|id| Self(id.0)).map_err(|_| fault(s, "a claim's id (a UUID in lower case)"))
    }
}
