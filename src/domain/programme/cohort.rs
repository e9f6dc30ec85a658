//! The cohort: many trainees side by side, in an order. Must never read a clock, nor know where
//! the trainees come from.

use std::str::FromStr;

use chrono::NaiveDate;

use crate::domain::primitives::ids::{KsbCode, ValueFault, fault};
use crate::domain::primitives::text::SafeText;
use crate::domain::record::ksb_status::State;
use crate::domain::record::view::TraineeCard;
use crate::domain::standard::Standard;

/// A KSB that is to be shown again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Again {
    pub code: KsbCode,
    pub state: State,
    /// The last day on which it is good.
    pub due: NaiveDate,
}

/// One trainee of the cohort.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CohortRow {
    pub trainee: TraineeCard,
    /// Their level in the career framework, as its slug.
    pub level: Option<SafeText>,
    /// KSBs signed and in all, for each duty in the standard's order; a duty of another option has none.
    pub duties: Vec<(u16, u16)>,
    /// KSBs whose newest outcome is *not achieved*.
    pub not_yet: u16,
    /// KSBs to be shown again: RENEW and LAPSED, the earliest first.
    pub again: Vec<Again>,
    /// Claims that wait for an answer.
    pub claims: u16,
    /// Whole months into the programme, at most those to the gateway.
    pub month: u16,
    /// Typical months to the gateway.
    pub months: u16,
    /// KSBs that would be signed by now if each month brought as many.
    pub expected: u16,
    /// Whole weeks ahead of that; behind, if negative.
    pub weeks: i32,
    /// Days by which the next progress review is overdue; 0 where it is not.
    pub review_overdue: u32,
    /// Whether their programme is paused today.
    pub paused: bool,
    /// The first day on which the gateway is expected.
    pub gateway: NaiveDate,
}

impl CohortRow {
    /// The row of a trainee on `standard`, with so many KSBs signed for each duty, so many not yet and
    /// so many claims waiting, as of `today`.
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

/// In which order a cohort stands.
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
    /// Most claims waiting first.
    Claims,
    /// What lapses first.
    Lapses,
}

impl CohortOrder {
    /// All orders.
    pub const ALL: [Self; 6] = [Self::Behind, Self::Name, Self::Month, Self::Signed, Self::Claims, Self::Lapses];

    /// The one word for it on the command line.
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

    /// For a reader.
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

    /// The order after this one, round and round.
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
