//! Computes a trainee's pace against an even spread or their training plan, as figures only.

use chrono::NaiveDate;

use crate::people::break_in_learning::{BreakPeriod, reached_as_of};
use crate::primitives::date::months_between;

/// The figures without their reasons, for many trainees at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Whole months since the start, at most the months to the gateway.
    pub elapsed: u16,
    pub expected: u16,
    /// KSBs signed beyond those expected; negative if behind.
    pub ahead: i32,
    /// `ahead` in whole weeks.
    pub weeks: i32,
}

/// Returns the months of learning to the gateway: up to the planned end less breaks, or the typical ones.
pub fn months_to(
    start: NaiveDate,
    end: Option<NaiveDate>,
    breaks: &[BreakPeriod],
    typical: u16,
    today: NaiveDate,
) -> u16 {
    let Some(after) = end.and_then(|end| end.succ_opt()) else { return typical };
    let months = months_between(start, reached_as_of(breaks, after, today));
    u16::try_from(months.max(1)).unwrap_or(typical)
}

impl Pace {
    /// Returns the pace against a training plan with this many KSBs by now, if there is one.
    #[must_use]
    pub fn against(self, planned: Option<u16>, total: u16, months: u16) -> Self {
        let Some(planned) = planned else { return self };
        let signed = i32::from(self.expected) + self.ahead;
        let expected = planned.min(total);
        let ahead = signed - i32::from(expected);
        Self { expected, ahead, weeks: weeks(ahead, total, months), ..self }
    }
}

/// Computes the pace on `today` from a start day, with `signed` of `total` KSBs signed and `months` to the gateway.
pub fn pace(signed: u16, total: u16, start: NaiveDate, months: u16, today: NaiveDate) -> Pace {
    let elapsed = u16::try_from(months_between(start, today)).unwrap_or(u16::MAX).min(months);
    let expected = expected(total, elapsed, months, today >= start);
    let ahead = i32::from(signed.min(total)) - i32::from(expected);
    Pace { elapsed, expected, ahead, weeks: weeks(ahead, total, months) }
}

/// Returns the share of KSBs for the months passed, rounded down. With zero months, all are expected from the start.
fn expected(total: u16, elapsed: u16, months: u16, begun: bool) -> u16 {
    if months == 0 {
        return if begun { total } else { 0 };
    }
    let share = u32::from(total) * u32::from(elapsed) / u32::from(months);
    u16::try_from(share).unwrap_or(total).min(total)
}

/// Converts KSBs to weeks at total ÷ (months × 52 ÷ 12) KSBs a week, rounded towards zero.
fn weeks(ahead: i32, total: u16, months: u16) -> i32 {
    if total == 0 {
        return 0;
    }
    let weeks = i64::from(ahead) * i64::from(months) * 52 / (12 * i64::from(total));
    i32::try_from(weeks).unwrap_or(if ahead < 0 { i32::MIN } else { i32::MAX })
}
