//! Defines the rows of the cohort and their orders.

use chrono::NaiveDate;

use crate::primitives::ids::KsbCode;
use crate::primitives::text::SafeText;
use crate::record::ksb_status::State;
use crate::record::view::TraineeCard;
use crate::standard::Standard;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReassessmentDue {
    pub code: KsbCode,
    pub state: State,
    pub due: NaiveDate,
}

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
    pub again: Vec<ReassessmentDue>,
    pub claims: u16,
    /// Whole months into the programme, at most `months`.
    pub month: u16,
    pub months: u16,
    /// KSBs expected by now.
    pub expected: u16,
    /// Whole weeks ahead of the expected pace; negative if behind.
    pub weeks: i32,
    /// Days by which the next progress review is overdue, or 0.
    pub review_overdue: u32,
    pub paused: bool,
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
        let of = |(at, duty): (usize, &crate::standard::builder::Duty)| {
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

slugs! {
    /// The sort order of a cohort.
    #[derive(Default)]
    CohortOrder: "an order: behind, name, month, signed, claims or lapses" {
        /// Most weeks behind first.
        #[default]
        Behind = "behind", "by weeks behind";
        Name = "name", "by name";
        Month = "month", "by month";
        /// Fewest KSBs signed first.
        Signed = "signed", "by KSBs signed";
        Claims = "claims", "by claims waiting";
        /// The earliest lapse first.
        Lapses = "lapses", "what lapses first";
    }
}

impl CohortOrder {
    /// Returns the next order, cyclically.
    #[must_use]
    pub fn next(self) -> Self {
        let at = Self::ALL.iter().position(|order| *order == self).map_or(0, |at| at + 1);
        Self::ALL.get(at).copied().unwrap_or_default()
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
