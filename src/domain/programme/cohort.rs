//! Defines the rows of the cohort and their orders.

use std::str::FromStr;

use chrono::NaiveDate;

use crate::domain::primitives::ids::{KsbCode, ValueFault, fault};
use crate::domain::primitives::text::SafeText;
use crate::domain::record::ksb_status::State;
use crate::domain::record::view::TraineeCard;
use crate::domain::standard::Standard;

/// A KSB due for reassessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Again {
    pub code: KsbCode,
    pub state: State,
    /// The last day on which it counts.
    pub due: NaiveDate,
}

/// A trainee's row in the cohort.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CohortRow {
    pub trainee: TraineeCard,
    /// Their level in the career framework, as its slug.
    pub level: Option<SafeText>,
    /// KSBs signed and in total for each duty, in the standard's order; (0, 0) for a duty of another option.
    pub duties: Vec<(u16, u16)>,
    /// KSBs whose newest outcome is *not achieved*.
    pub not_yet: u16,
    /// KSBs in RENEW or LAPSED, the earliest due first.
    pub again: Vec<Again>,
    /// Pending claims.
    pub claims: u16,
    /// Whole months into the programme, at most `months`.
    pub month: u16,
    /// Months to the gateway.
    pub months: u16,
    /// KSBs expected by now.
    pub expected: u16,
    /// Whole weeks ahead of the expected pace; negative if behind.
    pub weeks: i32,
    /// Days by which the next progress review is overdue, or 0.
    pub review_overdue: u32,
    /// Whether they are on a break in learning today.
    pub paused: bool,
    /// The expected day of the gateway.
    pub gateway: NaiveDate,
}

impl CohortRow {
    /// Builds a trainee's row from the signed KSBs of each duty and the numbers of KSBs not yet achieved and of pending
    /// claims.
    pub fn new(
        trainee: TraineeCard,
        level: Option<SafeText>,
        signed: &[u16],
        (not_yet, claims): (u16, u16),
        standard: &Standard,
        today: NaiveDate,
    ) -> Self {
        let pace = trainee.pace(trainee.signed, trainee.total, standard.months(), today);
        let total = |no| standard.ksbs().iter().filter(|ksb| ksb.duties.contains(&no)).count();
        let of = |(at, duty): (usize, &crate::domain::standard::builder::Duty)| {
            (signed.get(at).copied().unwrap_or(0), u16::try_from(total(duty.no)).unwrap_or(u16::MAX))
        };
        Self {
            level,
            duties: standard.duties().iter().enumerate().map(of).collect(),
            not_yet,
            again: Vec::new(),
            claims,
            month: pace.elapsed,
            months: trainee.months(standard.months(), today),
            expected: pace.expected,
            weeks: pace.weeks,
            review_overdue: 0,
            paused: trainee.pauses.iter().any(|span| span.holds(today)),
            gateway: trainee.gateway(standard.months(), today),
            trainee,
        }
    }
}

/// The sort order of a cohort.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CohortOrder {
    /// Most weeks behind first.
    #[default]
    Behind,
    Name,
    /// Longest on the programme first.
    Month,
    /// Fewest KSBs signed first.
    Signed,
    /// Most pending claims first.
    Claims,
    /// The earliest lapse first.
    Lapses,
}

impl CohortOrder {
    pub const ALL: [Self; 6] = [Self::Behind, Self::Name, Self::Month, Self::Signed, Self::Claims, Self::Lapses];

    /// Returns the spelling on the command line.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Behind => "behind",
            Self::Name => "name",
            Self::Month => "month",
            Self::Signed => "signed",
            Self::Claims => "claims",
            Self::Lapses => "lapses",
        }
    }

    /// Returns the words shown to a reader.
    pub fn words(self) -> &'static str {
        match self {
            Self::Behind => "by weeks behind",
            Self::Name => "by name",
            Self::Month => "by month",
            Self::Signed => "by KSBs signed",
            Self::Claims => "by claims waiting",
            Self::Lapses => "what lapses first",
        }
    }

    /// Returns the next order, cyclically.
    #[must_use]
    pub fn next(self) -> Self {
        let at = Self::ALL.iter().position(|order| *order == self).map_or(0, |at| at + 1);
        Self::ALL.get(at).copied().unwrap_or_default()
    }
}

impl FromStr for CohortOrder {
    type Err = ValueFault;

    fn from_str(s: &str) -> Result<Self, ValueFault> {
        let found = Self::ALL.into_iter().find(|order| order.slug() == s);
        found.ok_or_else(|| fault(s, "an order: behind, name, month, signed, claims or lapses"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_go_round_and_each_has_one_word() {
        let mut order = CohortOrder::default();
        for wanted in CohortOrder::ALL.into_iter().skip(1).chain([CohortOrder::Behind]) {
            order = order.next();
            assert_eq!(order, wanted);
            assert_eq!(order.slug().parse(), Ok(order));
        }
    }
}
