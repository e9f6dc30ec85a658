//! A progress review: who met, what was said, what is to be done (funding rules: at least every twelve weeks, all three
//! parties). Must never be taken for a review of signatures.

use std::str::FromStr;

use chrono::NaiveDate;

use crate::domain::person::Named;
use crate::domain::text::Clean;
use crate::domain::value::{PersonId, ValueFault, fault};

/// The most days between a review and the next.
pub const REVIEW_DAYS: i64 = 84;

/// A progress review that was held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Of whom.
    pub trainee: Named,
    /// The day.
    pub held: NaiveDate,
    /// Who was there, by party and then id; each person once, each party at least once.
    pub attended: Vec<Attended>,
    /// KSBs signed on that day.
    pub signed: u16,
    /// KSBs in all.
    pub all: u16,
    /// What was said: last actions, evidence, slippage, changes to the plan, concerns.
    pub discussed: Clean,
    /// What is to be done, in the order in which it was agreed.
    pub actions: Vec<ReviewAction>,
    /// The day of the next.
    pub next: NaiveDate,
    /// Why that is more than twelve weeks away, where it is.
    pub late: Option<Clean>,
}

/// Someone who was there, and for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attended {
    /// For whom.
    pub party: Party,
    /// Who.
    pub who: Named,
}

/// What is to be done, and by when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewAction {
    /// What, and by whom.
    pub what: Clean,
    /// By which day.
    pub by: NaiveDate,
}

/// A party to a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Party {
    /// The trainee.
    Trainee,
    /// The employer: who supervises at work.
    Employer,
    /// The training provider.
    Provider,
}

impl Party {
    /// All three, in the order in which a statement lists them.
    pub const ALL: [Self; 3] = [Self::Trainee, Self::Employer, Self::Provider];

    /// The one spelling.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Trainee => "trainee",
            Self::Employer => "employer",
            Self::Provider => "provider",
        }
    }
}

impl FromStr for Party {
    type Err = ValueFault;

    fn from_str(s: &str) -> Result<Self, ValueFault> {
        let found = Self::ALL.into_iter().find(|party| party.slug() == s);
        found.ok_or_else(|| fault(s, "a party: trainee, employer or provider"))
    }
}

/// A progress review to state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReview {
    /// Of whom.
    pub trainee: PersonId,
    /// The day.
    pub held: NaiveDate,
    /// Who was there for the employer and for the training provider.
    pub attended: Vec<(Party, PersonId)>,
    /// What was said.
    pub discussed: Clean,
    /// What is to be done.
    pub actions: Vec<ReviewAction>,
    /// The day of the next; twelve weeks later where it is not said.
    pub next: Option<NaiveDate>,
    /// Why that is later.
    pub late: Option<Clean>,
}
