//! Defines the rows of the cohort and their orders.

use chrono::NaiveDate;

use crate::primitives::ids::KsbCode;
use crate::primitives::text::SafeText;
use crate::programme::hours::QuarterHours;
use crate::programme::review_plan::ReviewDue;
use crate::record::ksb_status::State;
use crate::record::view::TraineeCard;
use crate::standard::Standard;
use crate::statement::kind::Kind;
use crate::statement::kinds::training_plan::Month;

/// The hours behind plan above which they are called short.
pub const HOURS_SHORT: u32 = 40;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReassessmentDue {
    pub code: KsbCode,
    pub state: State,
    pub due: NaiveDate,
}

/// A trainee's off-the-job hours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CohortHours {
    pub confirmed: QuarterHours,
    /// Entered but not yet confirmed.
    pub waiting: QuarterHours,
    /// Hours expected by now; `None` if the minimum is unknown.
    pub expected: Option<u32>,
    /// The minimum in total; `None` if unknown.
    pub minimum: Option<u32>,
}

impl CohortHours {
    /// Returns the whole hours that are missing of those expected by now.
    pub fn short(&self) -> u32 {
        self.expected.map_or(0, |expected| expected.saturating_sub(self.confirmed.whole()))
    }

    /// Returns whether more than [`HOURS_SHORT`] are missing.
    pub fn is_short(&self) -> bool {
        self.short() > HOURS_SHORT
    }

    /// Returns the hours of those expected by now: `218/504`, or `218` if nothing is known of these.
    pub fn words(&self) -> String {
        let confirmed = self.confirmed.whole();
        self.expected.map_or_else(|| confirmed.to_string(), |expected| format!("{confirmed}/{expected}"))
    }
}

/// The open actions whose day is past.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LateActions {
    pub count: u16,
    /// The day of the oldest.
    pub oldest: Option<NaiveDate>,
    /// The KSB of the oldest; `None` for an action of a review.
    pub code: Option<KsbCode>,
}

/// What a trainee disputes, with no later record in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Disputed {
    Ksb(KsbCode),
    /// A record of the programme, with its day.
    Other(Kind, NaiveDate),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CohortRow {
    pub trainee: TraineeCard,
    /// Their level in the career framework, as its slug.
    pub level: Option<SafeText>,
    /// KSBs signed and in total for each duty, in the standard's order; (0, 0) for a duty of another option.
    pub duties: Vec<(u16, u16)>,
    /// KSBs that were *not achieved* when they were seen last.
    pub not_yet: u16,
    /// KSBs to renew or lapsed, the earliest due first.
    pub again: Vec<ReassessmentDue>,
    pub claims: u16,
    /// Whole months into the programme, at most `months`.
    pub month: u16,
    pub months: u16,
    /// KSBs expected by now.
    pub expected: u16,
    /// KSBs signed beyond those expected; negative if behind.
    pub ahead: i32,
    /// Whole weeks ahead of the expected pace; negative if behind.
    pub weeks: i32,
    /// The first month of the unbroken run of months behind plan, up to now.
    pub behind_since: Option<Month>,
    pub hours: CohortHours,
    /// The day of the next progress review, and how close it is.
    pub review: Option<(NaiveDate, ReviewDue)>,
    /// The day of the oldest claim that waits.
    pub oldest_claim: Option<NaiveDate>,
    pub disputes: Vec<Disputed>,
    pub late: LateActions,
    pub supervisors: Vec<SafeText>,
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
            ahead: pace.ahead,
            weeks: pace.weeks,
            behind_since: None,
            hours: CohortHours::default(),
            review: None,
            oldest_claim: None,
            disputes: Vec::new(),
            late: LateActions::default(),
            supervisors: Vec::new(),
            review_overdue: 0,
            paused: trainee.pauses.iter().any(|span| span.holds(today)),
            gateway: trainee.gateway(standard.months(), today),
            trainee,
        }
    }
}

impl CohortRow {
    /// Returns the number of KSBs that have lapsed.
    pub fn lapsed(&self) -> u16 {
        self.in_state(State::Lapsed)
    }

    /// Returns the number of KSBs to renew.
    pub fn renew(&self) -> u16 {
        self.in_state(State::Renew)
    }

    fn in_state(&self, state: State) -> u16 {
        u16::try_from(self.again.iter().filter(|again| again.state == state).count()).unwrap_or(u16::MAX)
    }
}

slugs! {
    /// The sort order of a cohort.
    #[derive(Default)]
    CohortOrder: "an order: behind, hours, lapses, name, month, signed or claims" {
        /// Most weeks behind first.
        #[default]
        Behind = "behind", "by weeks behind";
        /// Most hours short first.
        Hours = "hours", "by hours short";
        /// The earliest lapse first.
        Lapses = "lapses", "what lapses first";
        Name = "name", "by name";
        Month = "month", "by month";
        /// Fewest KSBs signed first.
        Signed = "signed", "by KSBs signed";
        Claims = "claims", "by claims waiting";
    }
}

impl CohortOrder {
    /// Returns whether the trainees of each standard stay together. An order by what is most urgent runs over all of them,
    /// so that the most urgent of all is on top.
    pub fn is_by_standard(self) -> bool {
        match self {
            Self::Name | Self::Month => true,
            Self::Behind | Self::Hours | Self::Lapses | Self::Signed | Self::Claims => false,
        }
    }

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
