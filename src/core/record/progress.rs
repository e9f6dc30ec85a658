//! Computes a trainee's progress against an even pace or the training plan, with the reason for every figure.

use chrono::NaiveDate;

use crate::people::break_in_learning::{paused_days, reached};
use crate::primitives::date::day_words;
use crate::primitives::text::counted;
use crate::programme::pace::{Pace, pace};
use crate::record::view::TraineeRecord;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// KSBs signed, at most `total`.
    pub signed: u16,
    pub total: u16,
    /// KSBs expected by now at an even pace, or by the training plan.
    pub expected: u16,
    /// Whole months since the start, at most the months to the gateway.
    pub elapsed: u16,
    /// KSBs signed beyond those expected; negative if behind.
    pub ahead: i32,
    /// `ahead` in whole weeks at the expected pace, rounded towards zero; negative if behind.
    pub weeks: i32,
    /// One sentence each: signed, time passed, expected, difference.
    pub why: Vec<String>,
}

/// Computes progress on `today` from a start day, with `signed` of `total` KSBs signed and `months` to the gateway.
pub fn progress(signed: u16, total: u16, start: NaiveDate, months: u16, today: NaiveDate) -> Progress {
    let signed = signed.min(total);
    let Pace { elapsed, expected, ahead, weeks } = pace(signed, total, start, months, today);
    let why = vec![
        format!("{signed} of {total} KSBs are signed"),
        passed(start, elapsed, months, today),
        why_expected(expected, total, elapsed, months),
        pace_words(ahead, weeks),
    ];
    Progress { signed, total, expected, elapsed, ahead, weeks, why }
}

/// Computes the progress of a trainee on `today`, breaks in learning and training plan included.
pub fn progress_of(trainee_record: &TraineeRecord, today: NaiveDate) -> Progress {
    let (signed, total) = trainee_record.figures(None);
    let (start, pauses) = (trainee_record.trainee.start, &trainee_record.trainee.pauses);
    let months = trainee_record.trainee.months(trainee_record.standard.months(), today);
    let mut progress = progress(signed, total, start, months, reached(pauses, today));
    let carried = trainee_record.counting_carried();
    if carried > 0
        && let Some(first) = progress.why.first_mut()
    {
        *first = format!("{first}, counting {carried} carried over");
    }
    if let Some(planned) = trainee_record.trainee.planned {
        let Pace { expected, ahead, weeks, .. } =
            trainee_record.trainee.pace(signed, total, trainee_record.standard.months(), today);
        progress.why[2] =
            format!("{planned} are expected by now: the training plan has them in months that have ended");
        progress.why[3] = self::pace_words(ahead, weeks);
        progress = Progress { expected, ahead, weeks, ..progress };
    }
    let since = pauses.iter().find(|span| span.holds(today));
    let since =
        since.map(|span| format!("; on a break in learning since {}", day_words(span.from))).unwrap_or_default();
    let lost = match paused_days(pauses, today) {
        0 => String::new(),
        1 => "; 1 day of a break in learning is not counted".to_owned(),
        days => format!("; {days} days of breaks in learning are not counted"),
    };
    progress.why[1] += &since;
    progress.why[1] += &lost;
    progress
}

fn passed(start: NaiveDate, elapsed: u16, months: u16, today: NaiveDate) -> String {
    let start = if today < start {
        return format!("The programme starts on {}", day_words(start));
    } else {
        day_words(start)
    };
    if elapsed == months {
        return format!("All {months} months to the gateway have passed since the start on {start}");
    }
    format!("{elapsed} of {months} months to the gateway have passed since the start on {start}")
}

fn why_expected(expected: u16, total: u16, elapsed: u16, months: u16) -> String {
    if expected == total {
        return format!("All {total} are expected by now");
    }
    format!("{expected} are expected by now if spread evenly: {total} × {elapsed} of {months} months, rounded down")
}

fn pace_words(ahead: i32, weeks: i32) -> String {
    let ksbs = counted(ahead.unsigned_abs(), "KSB");
    let way = match ahead {
        0 => return "That is as many as expected".to_owned(),
        1.. => "ahead",
        _ => "behind",
    };
    match weeks.unsigned_abs() {
        0 => format!("That is {ksbs} {way}, less than a week at the expected pace"),
        weeks => format!("That is {ksbs} {way}, or {} at the expected pace", counted(weeks, "week")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

    use super::*;
    use crate::primitives::date::tests::day;

    fn on(today: &str, signed: u16) -> Progress {
        progress(signed, 72, day("2025-09-20"), 36, day(today))
    }

    #[test]
    fn a_month_counts_once_it_is_whole_and_ksbs_are_rounded_down() {
        assert_eq!(on("2025-09-20", 0).expected, 0);
        assert_eq!(on("2026-11-19", 0).expected, 26);
        assert_eq!(on("2026-11-20", 0).expected, 28);
        assert_eq!(progress(0, 71, day("2025-09-20"), 36, day("2026-11-20")).expected, 27);
    }

    #[test]
    fn no_more_is_expected_than_there_is_however_late_it_is_and_nothing_before_the_start() {
        assert_eq!((on("2028-09-20", 0).expected, on("2099-01-01", 0).expected), (72, 72));
        assert_eq!((on("2025-09-19", 3).expected, on("2025-09-19", 3).ahead), (0, 3));
    }

    #[test]
    fn weeks_are_the_difference_at_the_pace_that_is_expected_rounded_towards_none() {
        // 72 KSBs in 156 weeks: 6 KSBs are 13 weeks, one is 2.17.
        assert_eq!((on("2026-11-20", 34).ahead, on("2026-11-20", 34).weeks), (6, 13));
        assert_eq!((on("2026-11-20", 27).ahead, on("2026-11-20", 27).weeks), (-1, -2));
        assert_eq!((on("2026-11-20", 28).ahead, on("2026-11-20", 28).weeks), (0, 0));
    }

    #[test]
    fn every_number_has_its_reason_in_words() {
        assert_eq!(
            on("2026-11-20", 22).why,
            [
                "22 of 72 KSBs are signed",
                "14 of 36 months to the gateway have passed since the start on 20 Sep 2025",
                "28 are expected by now if spread evenly: 72 × 14 of 36 months, rounded down",
                "That is 6 KSBs behind, or 13 weeks at the expected pace",
            ]
        );
        assert_eq!(on("2025-09-01", 0).why[1], "The programme starts on 20 Sep 2025");
        assert_eq!(on("2030-01-01", 72).why[2..], ["All 72 are expected by now", "That is as many as expected"]);
        let dense = progress(1, 500, day("2026-11-20"), 12, day("2026-11-20"));
        assert_eq!(dense.why[3], "That is 1 KSB ahead, less than a week at the expected pace");
    }

    proptest! {
        #[test]
        fn progress_never_falls_when_a_sign_off_is_added(
            signed in 0_u16..1000, total in any::<u16>(), months in any::<u16>(), days in -4000_i64..40000,
        ) {
            let start = day("2025-09-20");
            let today = start + chrono::Duration::days(days);
            let before = progress(signed, total, start, months, today);
            let after = progress(signed + 1, total, start, months, today);
            prop_assert_eq!(before.expected, after.expected);
            prop_assert!(after.signed >= before.signed && after.ahead >= before.ahead && after.weeks >= before.weeks);
            prop_assert_eq!(after.ahead > before.ahead, signed < total);
            prop_assert!(after.signed <= total && after.expected <= total && after.elapsed <= months);
            prop_assert_eq!(i32::from(after.signed), i32::from(after.expected) + after.ahead);
        }

        #[test]
        fn what_is_expected_never_falls_as_days_pass(
            total in any::<u16>(), months in any::<u16>(), days in -400_i64..40000, more in 0_i64..400,
        ) {
            let start = day("2025-09-20");
            let at = |days| progress(0, total, start, months, start + chrono::Duration::days(days)).expected;
            prop_assert!(at(days) <= at(days + more));
        }
    }
}
