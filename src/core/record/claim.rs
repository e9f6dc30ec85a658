//! Defines claims: a trainee's requests for sign-off, with reflection and evidence, which are outside the log and count
//! for nothing.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;

use crate::primitives::date::Timestamp;
use crate::primitives::ids::{ClaimId, KsbCode, PersonId, StandardRef, StatementId, ValueFault, fault};
use crate::primitives::text::SafeText;
use crate::record::evidence::File;
use crate::statement::kinds::sign_off::Outcome;

pub const MOST_FILES: usize = 10;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    pub id: ClaimId,
    pub trainee: PersonId,
    pub trainee_name: SafeText,
    pub standard: StandardRef,
    /// Sorted.
    pub items: Vec<ClaimItem>,
    pub reflection: Option<SafeText>,
    pub evidence: Vec<File>,
    /// The supervisor asked, with their current name; `None` asks anyone in the department.
    pub of: Option<(PersonId, SafeText)>,
    pub made: Timestamp,
    pub withdrawn: Option<Timestamp>,
    pub again: Option<ClaimId>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimItem {
    pub code: KsbCode,
    pub answered: Option<Answered>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    pub by: StatementId,
    /// `None` if that sign-off was erased, or if the item was closed because the trainee left.
    pub outcome: Option<Outcome>,
}

slugs! {
    ClaimState {
        Waiting = "waiting";
        Withdrawn = "withdrawn";
        Answered = "answered";
    }
}

impl fmt::Display for ClaimState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.slug())
    }
}

impl Claim {
    pub fn state(&self) -> ClaimState {
        if self.withdrawn.is_some() {
            ClaimState::Withdrawn
        } else if self.items.iter().any(|item| item.answered.is_none()) {
            ClaimState::Waiting
        } else {
            ClaimState::Answered
        }
    }

    pub fn waiting(&self) -> impl Iterator<Item = KsbCode> {
        let some = self.withdrawn.is_none();
        self.items.iter().filter(move |item| some && item.answered.is_none()).map(|item| item.code)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingClaim {
    pub claim: ClaimId,
    pub since: Timestamp,
    /// The name of the supervisor asked; `None` asks anyone in the department.
    pub of: Option<SafeText>,
}

impl PendingClaim {
    /// Returns the name of the supervisor asked, or `anyone`.
    pub fn whom(&self) -> &str {
        self.of.as_ref().map_or("any supervisor", SafeText::as_str)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueRow {
    pub claim: ClaimId,
    pub trainee: PersonId,
    pub trainee_name: SafeText,
    pub codes: Vec<KsbCode>,
    pub reflection: Option<SafeText>,
    pub files: u32,
    /// The name of the supervisor asked; `None` asks anyone in the department.
    pub of: Option<SafeText>,
    pub made: Timestamp,
}

/// From how many days on a waiting claim is old.
pub const OLD_CLAIM_DAYS: i64 = 14;

impl QueueRow {
    /// Returns whether it has waited too long.
    pub fn is_old(&self, today: NaiveDate) -> bool {
        self.days(today) > OLD_CLAIM_DAYS
    }

    /// Returns the days that it has waited, in calendar days.
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
