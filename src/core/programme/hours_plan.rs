//! Compares a trainee's confirmed off-the-job hours with the minimum and the expected hours, with a reason for each
//! figure.

use std::fmt;

use chrono::{Months, NaiveDate};

use crate::people::paid_hours::PaidHours;
use crate::primitives::date::{day_words, months_between};
use crate::primitives::text::counted;
use crate::programme::funding_rules::HoursRule;
use crate::programme::hours::QuarterHours;
use crate::programme::training_plan::{PlanToDate, months_words};
use crate::statement::kinds::recognition::Recognised;
use crate::statement::kinds::training_plan::Month;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoursPlan {
    pub confirmed: QuarterHours,
    /// Entered but not yet confirmed.
    pub waiting: QuarterHours,
    /// The minimum in total, in hours; `None` if unknown.
    pub minimum: Option<u32>,
    /// Hours expected by now; `None` if the minimum is unknown.
    pub expected: Option<u32>,
    /// Whole hours ahead of `expected`; negative if behind.
    pub ahead: Option<i64>,
    pub measured: Measured,
    pub idle: Vec<Month>,
    pub why: Vec<String>,
}

slugs! {
    Measured {
        Plan = "training-plan";
        /// An even spread over the programme.
        Evenly = "evenly";
    }
}

impl Measured {
    fn pace(self, ahead: i64) -> String {
        let (on_time, before, after) = match self {
            Self::Plan => ("as the training plan says", "of the training plan", "the training plan"),
            Self::Evenly => ("on time if spread evenly", "if spread evenly", "if spread evenly"),
        };
        match ahead {
            0 => on_time.to_owned(),
            1.. => format!("{ahead} h ahead {before}"),
            behind => format!("{} h behind {after}", behind.unsigned_abs()),
        }
    }
}

impl HoursPlan {
    pub fn met(&self) -> Option<bool> {
        self.minimum.map(|minimum| self.confirmed >= QuarterHours::hours(minimum))
    }

    /// Returns a summary: `388 of 926 h · 27 h ahead if spread evenly`.
    pub fn short(&self) -> String {
        let Some(minimum) = self.minimum else {
            return format!("{} h confirmed · the minimum is not known", self.confirmed);
        };
        let left = QuarterHours::hours(minimum).less(self.confirmed);
        let pace = match left.0 {
            0 => String::new(),
            _ => format!(" · {}", self.measured.pace(self.ahead.unwrap_or_default())),
        };
        format!("{} of {minimum} h{pace}", self.confirmed)
    }
}

#[derive(Debug, Clone, Copy)]
pub struct HoursFacts<'a> {
    pub rule: &'a HoursRule,
    pub start: NaiveDate,
    /// The planned last day of the practical period, if set.
    pub end: Option<NaiveDate>,
    /// Typical months to the gateway, used without a planned end.
    pub months: u16,
    /// The minimum published for the version of the standard, in hours.
    pub published: Option<u32>,
    pub weekly: Option<PaidHours>,
    pub confirmed: QuarterHours,
    pub waiting: QuarterHours,
    /// Recognised prior learning on the trainee's own standard.
    pub recognised: Option<&'a Recognised>,
    pub plan: Option<PlanToDate>,
    pub idle: &'a [Month],
    pub today: NaiveDate,
}

/// The hours that a trainee needs, without reasons; `None` if unknown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HoursTargets {
    /// The minimum in total.
    pub minimum: Option<u32>,
    pub expected: Option<u32>,
}

/// Computes the minimum and the hours expected by now, for many trainees at once.
pub fn hours_targets(facts: &HoursFacts<'_>) -> HoursTargets {
    let HoursFacts { rule, published, weekly, recognised, plan, .. } = *facts;
    let (whole, passed) = facts.periods();
    let (minimum, expected) = match (Rate::of(rule, weekly), published) {
        (Some(rate), _) => {
            let minimum = rate.hours(whole, rule, Rounded::Up);
            // At the end, the full minimum is expected.
            (minimum, if passed < whole { rate.hours(passed, rule, Rounded::Down) } else { minimum })
        }
        (None, Some(published)) if rule.published => {
            let prior = recognised.and_then(|recognised| recognised.body.hours);
            let minimum = prior.map_or(published, |hours| lowered(published, hours, rule));
            let expected = match plan {
                Some(plan) => plan.by_now.whole(),
                None if passed < whole => passed.share_of(minimum, whole),
                None => minimum,
            };
            (minimum, expected)
        }
        (None, _) => return HoursTargets::default(),
    };
    HoursTargets { minimum: Some(minimum), expected: Some(expected) }
}

impl HoursFacts<'_> {
    /// Returns the time from start to gateway, and how much of it has passed.
    fn periods(&self) -> (Period, Period) {
        let whole = Period::between(self.start, self.end, self.months);
        (whole, Period::days((self.today - self.start).num_days()).min(whole))
    }
}

pub fn hours_plan(facts: &HoursFacts<'_>) -> HoursPlan {
    let HoursFacts { rule, start, end, published, weekly, confirmed, waiting, recognised, plan, idle, .. } = *facts;
    let mut why = vec![if waiting == QuarterHours::default() {
        format!("{} are confirmed", hours_words(confirmed))
    } else {
        format!(
            "{} are confirmed. {waiting} more are waiting for a supervisor and do not count until then",
            hours_words(confirmed)
        )
    }];
    why.push(format!("Rule for a start on {}: {}", day_words(start), rule.text));
    let (whole, passed) = facts.periods();
    if let Some(end) = end {
        why.push(format!("The programme runs to its planned end: {whole} of learning, breaks left out"));
        why.extend(rule.end_warning(start, end));
    }
    let recognised_hours = recognised.and_then(|recognised| Some((recognised, recognised.body.hours?)));
    let HoursTargets { minimum, expected } = hours_targets(facts);
    match (Rate::of(rule, weekly), published, minimum.zip(expected)) {
        (Some(rate), _, Some((minimum, expected))) => {
            why.extend(recognised_hours.map(|(recognised, hours)| {
                format!(
                    "{} are recognised as prior learning ({}); for this start they do not lower the minimum, but an earlier planned \
                     end does",
                    hours_words(hours),
                    recognised.basis()
                )
            }));
            why.push(format!("{minimum} in all: {rate} for {whole}{}, rounded up", less_leave(rule)));
            why.push(if passed < whole {
                format!(
                    "{expected} are expected by now: {rate} for {}{}, rounded down",
                    passed.in_days(),
                    less_leave(rule)
                )
            } else {
                format!("{expected} are expected by now: the programme is over")
            });
        }
        (None, Some(published), Some((minimum, expected))) => {
            why.push(match recognised_hours {
                Some((recognised, hours)) => lowered_words((published, minimum), hours, recognised, rule),
                None => format!("{minimum} in all, as published for the standard"),
            });
            why.push(match plan {
                Some(plan) => format!(
                    "{} are expected by now: the training plan of {}, months that ended before {}",
                    plan.by_now,
                    day_words(plan.signed),
                    day_words(plan.until)
                ),
                None if passed == whole => format!("{expected} are expected by now: the programme is over"),
                None => format!(
                    "{expected} are expected by now if spread evenly: {} of {whole}, rounded down",
                    passed.in_days()
                ),
            });
            why.extend(plan.filter(|plan| plan.in_all < QuarterHours::hours(minimum)).map(|plan| {
                format!(
                    "The training plan has {} in all, fewer than the {minimum} that are needed",
                    hours_words(plan.in_all)
                )
            }));
        }
        (_, _, None) | (None, None, Some(_)) => {
            why.push(match rule.share_percent {
                Some(share) => format!(
                    "The minimum ({share} % of paid hours) is not known, because paid hours are not entered. A training officer enters \
                     them (`countersign enrolment paid-hours`), or works out the total and records the requirement as met"
                ),
                None => "No minimum is published for this standard".to_owned(),
            });
        }
    }
    if !rule.read_in_full {
        why.push(format!("Not checked in full against the rules: {}", rule.source));
    }
    if let Some(left) = minimum.map(|minimum| QuarterHours::hours(minimum).less(confirmed)).filter(|left| left.0 > 0) {
        why.push(format!("{} to go", hours_words(left)));
    }
    let ahead = expected.map(|expected| i64::from(confirmed.whole()) - i64::from(expected));
    let measured =
        if plan.is_some() && rule.published && minimum.is_some() { Measured::Plan } else { Measured::Evenly };
    if let (Some(plan), Measured::Evenly) = (plan, measured) {
        why.push(format!(
            "The training plan of {} has {} by now. This start is measured by its rule, not by the plan",
            day_words(plan.signed),
            hours_words(plan.by_now)
        ));
    }
    let against = match measured {
        Measured::Plan => "the training plan",
        Measured::Evenly => "an even spread",
    };
    match ahead {
        Some(0) => why.push(format!("That is exactly what {against} asks for")),
        Some(ahead @ 1..) => {
            why.push(format!("That is {} ahead of {against}", counted(ahead.unsigned_abs(), "hour")));
        }
        Some(behind) => why.push(format!("That is {} behind {against}", counted(behind.unsigned_abs(), "hour"))),
        None => {}
    }
    let idle = if minimum.is_some() || confirmed.0 > 0 { idle.to_vec() } else { Vec::new() };
    why.extend((!idle.is_empty()).then(|| {
        let words = months_words(&idle);
        format!("No off-the-job learning has been entered for {words}. Some is expected in every month outside breaks")
    }));
    HoursPlan { confirmed, waiting, minimum, expected, ahead, measured, idle, why }
}

/// Returns a published minimum less the recognised hours, but not below the rule's floor.
fn lowered(published: u32, hours: QuarterHours, rule: &HoursRule) -> u32 {
    QuarterHours::hours(published).less(hours).0.div_ceil(4).max(floor(published, rule))
}

fn floor(published: u32, rule: &HoursRule) -> u32 {
    rule.least_hours.map_or(0, u32::from).min(published)
}

fn lowered_words((published, minimum): (u32, u32), hours: QuarterHours, by: &Recognised, rule: &HoursRule) -> String {
    let left = QuarterHours::hours(published).less(hours).0.div_ceil(4);
    let less = format!("{published} as published for the standard, less {hours} recognised as prior learning");
    if left < minimum {
        format!("{minimum} in all: {less}, but never below {} ({})", floor(published, rule), by.basis())
    } else {
        format!("{minimum} in all: {less} ({})", by.basis())
    }
}

/// A duration in 84ths of a week: 364 make a month of 52/12 weeks, 12 a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Period(u64);

const OF_A_MONTH: u64 = 364;
const OF_A_DAY: u64 = 12;

impl Period {
    fn months(months: u32) -> Self {
        Self(u64::from(months) * OF_A_MONTH)
    }

    fn days(days: i64) -> Self {
        Self(u64::try_from(days).unwrap_or_default() * OF_A_DAY)
    }

    /// Returns the time from start to planned end inclusive, as whole months if it is exactly that; without an end,
    /// `months`.
    fn between(start: NaiveDate, end: Option<NaiveDate>, months: u16) -> Self {
        let Some(end) = end else { return Self::months(u32::from(months)) };
        let after = end.succ_opt().unwrap_or(end);
        let whole = [after, end].into_iter().find_map(|day| {
            let months = months_between(start, day);
            (start.checked_add_months(Months::new(months)) == Some(day)).then_some(months)
        });
        whole.map_or_else(|| Self::days((after - start).num_days()), Self::months)
    }

    fn in_days(self) -> String {
        counted(self.0 / OF_A_DAY, "day")
    }

    /// Returns `hours` in proportion of this period to `whole`, rounded down.
    fn share_of(self, hours: u32, whole: Self) -> u32 {
        u32::try_from(u64::from(hours) * self.0 / whole.0.max(1)).unwrap_or(hours)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            months if months > 0 && months.is_multiple_of(OF_A_MONTH) => {
                f.write_str(&counted(months / OF_A_MONTH, "month"))
            }
            _ => f.write_str(&self.in_days()),
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Rate {
    Weekly(u16),
    Share(u16, PaidHours),
}

#[derive(Debug, Clone, Copy)]
enum Rounded {
    Up,
    Down,
}

impl Rate {
    /// Returns a rule's weekly rate; `None` if it has none or the paid hours are unknown.
    fn of(rule: &HoursRule, weekly: Option<PaidHours>) -> Option<Self> {
        let part_time = weekly.filter(|paid| rule.part_time_below.is_some_and(|below| paid.below(below)));
        match (part_time.zip(rule.part_time_percent), rule.hours_a_week) {
            (Some((paid, percent)), _) => Some(Self::Share(percent, paid)),
            (None, Some(hours)) => Some(Self::Weekly(hours)),
            (None, None) => rule.share_percent.zip(weekly).map(|(percent, paid)| Self::Share(percent, paid)),
        }
    }

    /// Returns the hours over a period, less the rule's leave, rounded once at the end.
    fn hours(self, over: Period, rule: &HoursRule, rounded: Rounded) -> u32 {
        let ten_thousandths = match self {
            Self::Weekly(hours) => u128::from(hours) * 10_000,
            Self::Share(percent, paid) => u128::from(percent) * u128::from(paid.in_hundredths()),
        };
        let worked = 520_u128.saturating_sub(u128::from(rule.leave_tenths));
        let (all, of) = (ten_thousandths * u128::from(over.0) * worked, 10_000 * 84 * 520);
        let hours = match rounded {
            Rounded::Up => all.div_ceil(of),
            Rounded::Down => all / of,
        };
        u32::try_from(hours).unwrap_or(u32::MAX)
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Weekly(hours) => write!(f, "{hours} a week"),
            Self::Share(percent, paid) => write!(f, "{percent} % of {paid} paid hours a week"),
        }
    }
}

fn less_leave(rule: &HoursRule) -> String {
    match rule.leave_tenths {
        0 => String::new(),
        tenths => format!(" less statutory leave ({}.{} weeks a year)", tenths / 10, tenths % 10),
    }
}

fn hours_words(hours: QuarterHours) -> String {
    if hours == QuarterHours::hours(1) { "1 hour".to_owned() } else { format!("{hours} hours") }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

    use super::*;
    use crate::people::person::PersonRef;
    use crate::primitives::date::parse_day;
    use crate::primitives::ids::{StandardRef, StatementId};
    use crate::primitives::text::SafeText;
    use crate::programme::funding_rules::shipped;
    use crate::statement::kinds::recognition::Recognition;

    fn facts(start: &str, today: &str) -> HoursFacts<'static> {
        let start = parse_day(start).unwrap();
        HoursFacts {
            rule: shipped().unwrap().hours_for(start).unwrap(),
            start,
            end: None,
            months: 36,
            published: Some(926),
            weekly: None,
            confirmed: QuarterHours(0),
            waiting: QuarterHours(0),
            recognised: None,
            plan: None,
            idle: &[],
            today: parse_day(today).unwrap(),
        }
    }

    fn plan(start: &str, today: &str, confirmed: u32, published: Option<u32>) -> HoursPlan {
        let (confirmed, waiting) = (QuarterHours(confirmed), QuarterHours(6));
        hours_plan(&HoursFacts { published, confirmed, waiting, ..facts(start, today) })
    }

    #[test]
    fn a_start_from_august_2025_is_held_to_the_published_minimum_by_months() {
        let plan = plan("2025-09-08", "2026-11-21", 388 * 4 + 1, Some(926));
        assert_eq!(
            (plan.minimum, plan.expected, plan.ahead, plan.met()),
            (Some(926), Some(372), Some(16), Some(false))
        );
        assert_eq!(plan.short(), "388.25 of 926 h · 16 h ahead if spread evenly");
        assert_eq!(
            plan.why,
            [
                "388.25 hours are confirmed. 1.5 more are waiting for a supervisor and do not count until then",
                "Rule for a start on 8 Sep 2025: the minimum published for this version of the standard",
                "926 in all, as published for the standard",
                "372 are expected by now if spread evenly: 439 days of 36 months, rounded down",
                "537.75 hours to go",
                "That is 16 hours ahead of an even spread",
            ]
        );
    }

    #[test]
    fn once_the_programme_is_over_all_hours_are_expected_and_never_before() {
        for (start, published) in [("2024-09-26", Some(926)), ("2025-09-08", Some(926))] {
            let start: NaiveDate = start.parse().unwrap();
            let over = start.checked_add_months(Months::new(36)).unwrap();
            for day in -40..40_i64 {
                let today = over + chrono::TimeDelta::days(day);
                let plan = plan(&start.to_string(), &today.to_string(), 0, published);
                let (minimum, expected) = (plan.minimum.unwrap(), plan.expected.unwrap());
                assert!(expected <= minimum, "{start} {today}");
                // 36 months are 1,092 days in 84ths of a week, but 1,095 or 1,096 calendar days.
                assert_eq!(expected == minimum, (today - start).num_days() >= 1_092, "{start} {today}: {expected}");
            }
        }
    }

    #[test]
    fn a_start_before_august_2025_is_held_to_six_hours_a_week_whatever_is_published() {
        let plan = plan("2024-11-18", "2026-11-21", 600 * 4, Some(926));
        assert_eq!((plan.minimum, plan.expected, plan.ahead), (Some(836), Some(560), Some(40)));
        assert_eq!(plan.short(), "600 of 836 h · 40 h ahead if spread evenly");
        assert_eq!(
            plan.why[2..4],
            [
                "836 in all: 6 a week for 36 months less statutory leave (5.6 weeks a year), rounded up",
                "560 are expected by now: 6 a week for 733 days less statutory leave (5.6 weeks a year), rounded down",
            ]
        );
    }

    #[test]
    fn what_is_recognised_lowers_a_published_minimum_alone_down_to_the_least_of_the_rule() {
        for (start, published, hours, minimum) in [
            ("2025-09-08", 926, 0, 926),
            ("2025-09-08", 926, 4, 925),
            ("2025-09-08", 926, 1, 926),
            ("2025-09-08", 926, 739 * 4, 187),
            ("2025-09-08", 926, 739 * 4 - 1, 188),
            ("2026-09-08", 926, 4_000, 187),
            // A published minimum below the floor stays as published.
            ("2025-09-08", 150, 400, 150),
            ("2024-11-18", 926, 400, 836),
        ] {
            let recognition = Recognition {
                trainee: PersonRef { id: "0a".parse().unwrap(), name: SafeText::line("A").unwrap() },
                standard: StandardRef::new("ST0413", "1.1").unwrap(),
                hours: Some(QuarterHours(hours)),
                codes: Vec::new(),
                reason: SafeText::line("Five years as an assistant").unwrap(),
                support: SafeText::line("Certificate").unwrap(),
            };
            let by = SafeText::line("T. Officer").unwrap();
            let recognised = Recognised {
                id: StatementId(uuid::Uuid::now_v7()),
                body: recognition,
                by,
                on: parse_day(start).unwrap(),
            };
            let recognised = Some(&recognised).filter(|_| hours > 0);
            let plan = hours_plan(&HoursFacts { published: Some(published), recognised, ..facts(start, start) });
            assert_eq!(plan.minimum, Some(minimum), "{start}, {hours}");
            let is_explained = plan.why.iter().any(|why| why.contains("Five years as an assistant"));
            assert_eq!(is_explained, hours > 0, "{:?}", plan.why);
        }
    }

    #[test]
    fn what_cannot_be_known_is_not_made_up() {
        for (start, published, words) in [
            (
                "2020-09-01",
                Some(926),
                "The minimum (20 % of paid hours) is not known, because paid hours are not entered",
            ),
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
        assert_eq!(plan("2025-09-08", "2028-11-21", 926 * 4, Some(926)).short(), "926 of 926 h");
    }

    #[test]
    fn a_start_before_august_2022_is_held_to_a_share_of_the_paid_hours_where_they_are_given() {
        let paid = |weekly: &str, today: &str| {
            let (weekly, confirmed) = (weekly.parse().ok(), QuarterHours::hours(700));
            hours_plan(&HoursFacts { weekly, confirmed, ..facts("2022-07-04", today) })
        };
        let plan = paid("37.5", "2024-07-01");
        assert_eq!((plan.minimum, plan.expected, plan.ahead), (Some(1044), Some(696), Some(4)));
        assert!(plan.why[2].starts_with("1044 in all: 20 % of 37.5 paid hours a week for 36 months"), "{:?}", plan.why);
        assert!(plan.why[3].starts_with("696 are expected by now: 20 % of 37.5 paid hours a week for 728 days"));
        let part = paid("22.25", "2024-07-01");
        assert_eq!((part.minimum, part.expected), (Some(620), Some(412)));
        // The expected hours stop at the minimum.
        assert_eq!(paid("22.25", "2030-01-01").expected, Some(620));
    }

    #[test]
    fn the_minimum_of_every_worked_case_is_what_was_worked_out_by_hand() {
        let cases = include_str!("../../../tests/fixtures/hours/worked-cases.csv");
        let rows = cases.lines().filter(|line| !line.starts_with('#')).skip(1);
        let mut tried = 0;
        for row in rows {
            let cells: Vec<&str> = row.splitn(7, ',').collect();
            let [start, end, months, weekly, published, minimum, _] = cells[..] else { panic!("{row}") };
            let (end, months) = (parse_day(end), months.parse().unwrap());
            let (published, weekly) = (published.parse().ok(), weekly.parse().ok());
            let plan = hours_plan(&HoursFacts { end, months, published, weekly, ..facts(start, "2040-01-01") });
            assert_eq!(plan.minimum, minimum.parse().ok(), "{row}");
            // In the end all of it is expected, up to rounding.
            assert!(plan.expected.is_some_and(|expected| expected + 1 >= plan.minimum.unwrap()), "{row}: {plan:?}");
            tried += 1;
        }
        assert!(tried >= 12);
    }

    #[test]
    fn the_planned_end_counts_in_whole_months_where_it_is_one_and_by_days_where_it_is_not() {
        let day = |s: &str| parse_day(s).unwrap();
        for (start, end, shown) in [
            ("2024-09-02", "2026-03-01", "18 months"),
            ("2024-09-02", "2026-03-02", "18 months"),
            ("2024-09-02", "2026-03-03", "548 days"),
            ("2024-09-02", "2024-09-08", "7 days"),
            ("2024-08-31", "2025-02-28", "6 months"),
        ] {
            assert_eq!(Period::between(day(start), Some(day(end)), 36).to_string(), shown, "{start} {end}");
        }
        assert_eq!(Period::between(day("2024-09-02"), None, 36).to_string(), "36 months");
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
