//! How far a trainee is, against how far the programme is. Must never count anything but what is signed.

use chrono::NaiveDate;

use crate::domain::view::Standing;
use crate::domain::when::months_between;

/// Signed against expected, on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// KSBs signed.
    pub signed: u16,
    /// KSBs in all.
    pub total: u16,
    /// KSBs that an even pace would have signed by now.
    pub expected: u16,
    /// Whole months since the start.
    pub month: u32,
    /// Months that the programme typically takes to the gateway.
    pub months: u16,
}

/// The pace of a trainee, seen on `today`.
#[must_use]
pub fn pace(standing: &Standing, today: NaiveDate) -> Pace {
    let (signed, total) = standing.figures(None);
    let (month, months) = (months_between(standing.trainee.start, today), standing.standard.months());
    Pace { signed, total, expected: expected(month, months, total), month, months }
}

/// KSBs expected after `month` of `months` at an even pace, rounded down; all of them from the last month on.
#[must_use]
pub fn expected(month: u32, months: u16, total: u16) -> u16 {
    let whole = u64::from(months.max(1));
    let share = u64::from(month).min(whole) * u64::from(total) / whole;
    u16::try_from(share).unwrap_or(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_even_pace_expects_nothing_at_the_start_and_all_at_the_gateway_and_after() {
        assert_eq!(expected(0, 36, 72), 0);
        assert_eq!(expected(14, 36, 72), 28);
        assert_eq!(expected(36, 36, 72), 72);
        assert_eq!(expected(99, 36, 72), 72);
        assert_eq!(expected(5, 0, 72), 72);
    }

    #[test]
    fn expected_never_falls_from_one_month_to_the_next() {
        for month in 0..60 {
            assert!(expected(month, 36, 72) <= expected(month + 1, 36, 72));
        }
    }
}
