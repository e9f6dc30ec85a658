//! A trainee's off-the-job hours against what is expected to date and the minimum in all, each figure with its reason. Must
//! never count what is not confirmed, nor read a clock.

use chrono::NaiveDate;

use crate::domain::hours::Quarters;
use crate::domain::paid_hours::PaidHours;
use crate::domain::programme_rules::HoursRule;
use crate::domain::when::{day_words, months_between};

/// Where the hours stand on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoursPlan {
    /// Confirmed by a supervisor.
    pub confirmed: Quarters,
    /// Entered, and waiting for one.
    pub waiting: Quarters,
    /// The minimum in all, in hours; none where it is not known here.
    pub minimum: Option<u32>,
    /// Hours expected to date; none where the minimum is not known.
    pub expected: Option<u32>,
    /// Whole hours ahead of that; behind, if negative.
    pub ahead: Option<i64>,
    /// The reasons, one sentence each.
    pub why: Vec<String>,
}

impl HoursPlan {
    /// Whether the minimum is reached; not known where the minimum is not.
    #[must_use]
    pub fn met(&self) -> Option<bool> {
        self.minimum.map(|minimum| self.confirmed >= Quarters::hours(minimum))
    }

    /// In few words: `388 of 926; 27 ahead of plan`.
    #[must_use]
    pub fn short(&self) -> String {
        let Some(minimum) = self.minimum else {
            return format!("{} confirmed; the minimum is not known here", self.confirmed);
        };
        let left = Quarters::hours(minimum).less(self.confirmed);
        let pace = match self.ahead {
            Some(0) | None => "on plan".to_owned(),
            Some(ahead @ 1..) => format!("{ahead} ahead of plan"),
            Some(behind) => format!("{} behind plan", behind.unsigned_abs()),
        };
        if left == Quarters::default() {
            format!("{} of {minimum}", self.confirmed)
        } else {
            format!("{}; {left} to go, {pace}", self.confirmed)
        }
    }
}

/// What a plan is made from.
#[derive(Debug, Clone, Copy)]
pub struct HoursFacts<'a> {
    /// The rule for the start day.
    pub rule: &'a HoursRule,
    /// The first day of the programme.
    pub start: NaiveDate,
    /// Typical months to the gateway.
    pub months: u16,
    /// The minimum published for the version of the standard.
    pub published: Option<u32>,
    /// Paid hours a week, where they are given.
    pub weekly: Option<PaidHours>,
    /// Confirmed.
    pub confirmed: Quarters,
    /// Waiting.
    pub waiting: Quarters,
    /// The day.
    pub today: NaiveDate,
}

/// The plan of these facts.
#[must_use]
pub fn hours_plan(facts: &HoursFacts<'_>) -> HoursPlan {
    let HoursFacts { rule, start, months, published, weekly, confirmed, waiting, today } = *facts;
    let mut why = vec![if waiting == Quarters::default() {
        format!("{} are confirmed", counted(confirmed))
    } else {
        format!(
            "{} are confirmed; {waiting} more wait for a supervisor, and count for nothing until then",
            counted(confirmed)
        )
    }];
    why.push(format!("The rule for a start on {}: {}", day_words(start), rule.text));
    let elapsed = u32::from(months).min(months_between(start, today));
    let weeks = weeks_of(months);
    let passed = u32::try_from((today - start).num_days() / 7).unwrap_or(0).min(weeks);
    let (minimum, expected) = match (rule.hours_a_week, rule.share_percent.zip(weekly), published) {
        (Some(a_week), ..) => {
            let minimum = u32::from(a_week) * weeks;
            why.push(format!("{minimum} in all: {a_week} a week × {weeks} weeks ({months} months)"));
            let expected = u32::from(a_week) * passed;
            why.push(format!("{expected} are expected by now: {a_week} × {passed} weeks since the start"));
            (Some(minimum), Some(expected))
        }
        (None, Some((percent, paid)), _) => {
            let up = |(hours, left): (u32, bool)| if left { (hours + 1, ", rounded up") } else { (hours, "") };
            let (minimum, rounded) = up(paid.share(percent, weeks));
            why.push(format!(
                "{minimum} in all: {percent} % of {paid} paid hours a week × {weeks} weeks ({months} months){rounded}"
            ));
            let (expected, left) = paid.share(percent, passed);
            let rounded = if left { ", rounded down" } else { "" };
            why.push(format!(
                "{expected} are expected by now: {percent} % of {paid} × {passed} weeks since the start{rounded}"
            ));
            (Some(minimum), Some(expected))
        }
        (None, None, Some(minimum)) if rule.published => {
            let expected = expected(minimum, elapsed, months);
            why.push(format!("{minimum} in all, as published for the standard"));
            why.push(format!("{expected} are expected by now: {minimum} × {elapsed} of {months} months, rounded down"));
            (Some(minimum), Some(expected))
        }
        (None, ..) => {
            why.push(if let Some(share) = rule.share_percent {
                format!(
                    "What {share} % of paid hours come to is not known here: paid hours are not given; a training officer gives \
                     them (`countersign enrolment paid-hours`), or has the sum and records the requirement as met"
                )
            } else {
                "No minimum is published for this standard".to_owned()
            });
            (None, None)
        }
    };
    let ahead = expected.map(|expected| i64::from(confirmed.whole()) - i64::from(expected));
    match ahead {
        Some(0) => why.push("That is as many as expected".to_owned()),
        Some(ahead @ 1..) => why.push(format!("That is {} ahead", hours(ahead.unsigned_abs()))),
        Some(behind) => why.push(format!("That is {} behind", hours(behind.unsigned_abs()))),
        None => {}
    }
    HoursPlan { confirmed, waiting, minimum, expected, ahead, why }
}

/// Whole weeks of so many months: 52 in 12.
fn weeks_of(months: u16) -> u32 {
    u32::from(months) * 52 / 12
}

fn expected(minimum: u32, elapsed: u32, months: u16) -> u32 {
    let share = u64::from(minimum) * u64::from(elapsed) / u64::from(months.max(1));
    u32::try_from(share).unwrap_or(minimum)
}

fn counted(hours: Quarters) -> String {
    if hours == Quarters::hours(1) { "1 hour".to_owned() } else { format!("{hours} hours") }
}

fn hours(hours: u64) -> String {
    if hours == 1 { "1 hour".to_owned() } else { format!("{hours} hours") }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

    use super::*;
    use crate::domain::programme_rules::shipped;
    use crate::domain::when::parse_day;

    fn plan(start: &str, today: &str, confirmed: u32, published: Option<u32>) -> HoursPlan {
        let (rules, start) = (shipped().unwrap(), parse_day(start).unwrap());
        hours_plan(&HoursFacts {
            rule: rules.hours_for(start).unwrap(),
            start,
            months: 36,
            published,
            weekly: None,
            confirmed: Quarters(confirmed),
            waiting: Quarters(6),
            today: parse_day(today).unwrap(),
        })
    }

    #[test]
    fn a_start_from_august_2025_is_held_to_the_published_minimum_by_months() {
        let plan = plan("2025-09-08", "2026-11-21", 388 * 4 + 1, Some(926));
        assert_eq!(
            (plan.minimum, plan.expected, plan.ahead, plan.met()),
            (Some(926), Some(360), Some(28), Some(false))
        );
        assert_eq!(plan.short(), "388.25; 537.75 to go, 28 ahead of plan");
        assert_eq!(
            plan.why,
            [
                "388.25 hours are confirmed; 1.5 more wait for a supervisor, and count for nothing until then",
                "The rule for a start on 8 Sep 2025: The fixed minimum published for the version of the standard",
                "926 in all, as published for the standard",
                "360 are expected by now: 926 × 14 of 36 months, rounded down",
                "That is 28 hours ahead",
            ]
        );
    }

    #[test]
    fn a_start_before_august_2025_is_held_to_six_hours_a_week_whatever_is_published() {
        let plan = plan("2024-11-18", "2026-11-21", 600 * 4, Some(926));
        assert_eq!((plan.minimum, plan.expected, plan.ahead), (Some(936), Some(624), Some(-24)));
        assert_eq!(plan.short(), "600; 336 to go, 24 behind plan");
        assert_eq!(plan.why[2], "936 in all: 6 a week × 156 weeks (36 months)");
    }

    #[test]
    fn what_cannot_be_known_is_not_made_up() {
        for (start, published, words) in [
            ("2020-09-01", Some(926), "What 20 % of paid hours come to is not known here: paid hours are not given"),
            ("2026-09-01", None, "No minimum is published for this standard"),
        ] {
            let plan = plan(start, "2026-11-21", 400, published);
            assert_eq!((plan.minimum, plan.expected, plan.ahead, plan.met()), (None, None, None, None));
            assert!(plan.why[2].starts_with(words), "{:?}", plan.why);
        }
    }

    #[test]
    fn the_minimum_is_met_by_the_last_quarter_of_an_hour() {
        assert_eq!(plan("2025-09-08", "2028-11-21", 926 * 4 - 1, Some(926)).met(), Some(false));
        assert_eq!(plan("2025-09-08", "2028-11-21", 926 * 4, Some(926)).met(), Some(true));
        assert_eq!(plan("2025-09-08", "2028-11-21", 926 * 4, Some(926)).short(), "926 of 926");
    }

    #[test]
    fn a_start_before_august_2022_is_held_to_a_share_of_the_paid_hours_where_they_are_given() {
        let paid = |weekly: &str, today: &str| {
            let (rules, start) = (shipped().unwrap(), parse_day("2022-07-04").unwrap());
            hours_plan(&HoursFacts {
                rule: rules.hours_for(start).unwrap(),
                start,
                months: 36,
                published: Some(926),
                weekly: weekly.parse().ok(),
                confirmed: Quarters::hours(700),
                waiting: Quarters(0),
                today: parse_day(today).unwrap(),
            })
        };
        let plan = paid("37.5", "2024-07-01");
        assert_eq!((plan.minimum, plan.expected, plan.ahead), (Some(1170), Some(780), Some(-80)));
        assert_eq!(plan.why[2], "1170 in all: 20 % of 37.5 paid hours a week × 156 weeks (36 months)");
        assert_eq!(plan.why[3], "780 are expected by now: 20 % of 37.5 × 104 weeks since the start");
        let part = paid("22.25", "2024-07-01");
        assert_eq!((part.minimum, part.expected), (Some(695), Some(462)));
        assert!(part.why[2].ends_with(", rounded up") && part.why[3].ends_with(", rounded down"), "{:?}", part.why);
        // What is expected stops at what there is in all, and a later start asks for no share of them.
        assert_eq!(paid("22.25", "2030-01-01").expected, Some(694));
    }

    proptest! {
        #[test]
        fn what_is_expected_never_falls_and_never_passes_the_minimum(
            days in 0_i64..4000, more in 0_i64..400, old in any::<bool>(),
        ) {
            let start = parse_day(if old { "2023-09-04" } else { "2025-09-08" }).unwrap();
            let on = |days: i64| {
                let today = start + chrono::Duration::days(days);
                plan(&start.to_string(), &today.to_string(), 4, Some(926))
            };
            let (now, later) = (on(days), on(days + more));
            prop_assert!(now.expected <= later.expected && later.expected <= later.minimum);
            prop_assert_eq!(now.minimum, later.minimum);
        }
    }
}
