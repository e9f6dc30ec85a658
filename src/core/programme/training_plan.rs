//! Measures a trainee's hours and KSBs against their training plan.

use chrono::{Datelike as _, Days, NaiveDate};

use crate::people::break_in_learning::{BreakPeriod, reached_as_of};
use crate::primitives::ids::{KsbCode, StandardRef, StatementId};
use crate::programme::hours::QuarterHours;
use crate::statement::kinds::training_plan::{Month, PlannedMonth, TrainingPlan};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedPlan {
    pub id: StatementId,
    pub body: TrainingPlan,
    pub on: NaiveDate,
}

/// The hours planned by a day: those of the months that have ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanToDate {
    pub signed: NaiveDate,
    /// Hours by that day.
    pub by_now: QuarterHours,
    /// Hours in total.
    pub in_all: QuarterHours,
    /// The first day that does not count yet.
    pub until: NaiveDate,
}

impl SignedPlan {
    pub fn holds_on(&self, standard: &StandardRef) -> bool {
        self.body.standard == *standard
    }

    /// Returns the day that the plan has reached. It includes the breaks begun before it was signed; later ones delay
    /// it.
    pub fn reached(&self, breaks: &[BreakPeriod], today: NaiveDate) -> NaiveDate {
        self.reached_as_of(breaks, today, today)
    }

    /// Returns the day that the plan has reached on `day`, as known on `today`: an open break lasts until today.
    pub fn reached_as_of(&self, breaks: &[BreakPeriod], day: NaiveDate, today: NaiveDate) -> NaiveDate {
        let later: Vec<BreakPeriod> = breaks.iter().copied().filter(|span| span.from > self.on).collect();
        reached_as_of(&later, day, today)
    }

    /// Returns the planned hours; `None` if the plan has only KSBs.
    pub fn hours(&self, breaks: &[BreakPeriod], today: NaiveDate) -> Option<PlanToDate> {
        let until = Month::of(self.reached(breaks, today)).first();
        let sum = |past: &dyn Fn(&PlannedMonth) -> bool| -> QuarterHours {
            self.body.months.iter().filter(|month| past(month)).map(|month| month.hours).sum()
        };
        let in_all = sum(&|_| true);
        let by_now = sum(&|month| month.month.first() < until);
        (in_all.0 > 0).then_some(PlanToDate { signed: self.on, by_now, in_all, until })
    }

    /// Returns the KSBs planned by now; `None` if the plan has only hours.
    pub fn codes(&self, breaks: &[BreakPeriod], today: NaiveDate) -> Option<Vec<KsbCode>> {
        let until = Month::of(self.reached(breaks, today)).first();
        if self.body.months.iter().all(|month| month.codes.is_empty()) {
            return None;
        }
        let past = self.body.months.iter().filter(|month| month.month.first() < until);
        Some(past.flat_map(|month| month.codes.iter().copied()).collect())
    }
}

/// Returns the complete months without off-the-job learning since the start. It skips months of which the programme had
/// less than half, because of its start, end or a break.
pub fn idle_months(
    start: NaiveDate,
    end: Option<NaiveDate>,
    breaks: &[BreakPeriod],
    learned: &[NaiveDate],
    today: NaiveDate,
) -> Vec<Month> {
    let learned: std::collections::HashSet<Month> = learned.iter().copied().map(Month::of).collect();
    let after = end.and_then(|end| end.succ_opt()).unwrap_or(NaiveDate::MAX);
    let mut idle = Vec::new();
    let mut month = Month::of(start);
    while month.end() <= today && month.first() < after {
        let days: Vec<NaiveDate> = (0..31)
            .filter_map(|n| month.first().checked_add_days(Days::new(n)))
            .filter(|day| *day < month.end())
            .collect();
        let on = |day: &&NaiveDate| **day >= start && **day < after && !breaks.iter().any(|span| span.holds(**day));
        if days.iter().filter(on).count() * 2 >= days.len() && !learned.contains(&month) {
            idle.push(month);
        }
        month = month.next();
    }
    idle
}

/// Returns months in words: `Mar 2026`, `Mar to May 2026`, `Mar 2026 and May 2026`.
pub fn months_words(months: &[Month]) -> String {
    let mut runs: Vec<(Month, Month)> = Vec::new();
    for month in months {
        match runs.last_mut() {
            Some((_, last)) if last.next() == *month => *last = *month,
            _ => runs.push((*month, *month)),
        }
    }
    let words: Vec<String> = runs
        .iter()
        .map(|(first, last)| match (first == last, first.first().year() == last.first().year()) {
            (true, _) => first.words(),
            (false, true) => format!("{} to {}", first.first().format("%b"), last.words()),
            (false, false) => format!("{} to {}", first.words(), last.words()),
        })
        .collect();
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => words.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::person::PersonRef;
    use crate::primitives::date::tests::day;

    fn plan(months: &[(&str, u32, &str)]) -> SignedPlan {
        let month = |(month, hours, codes): &(&str, u32, &str)| PlannedMonth {
            month: month.parse().unwrap(),
            hours: QuarterHours::hours(*hours),
            codes: codes.split_whitespace().map(|code| code.parse().unwrap()).collect(),
        };
        let trainee =
            PersonRef { id: "0a".parse().unwrap(), name: crate::primitives::text::SafeText::line("A").unwrap() };
        let standard = StandardRef::new("ST0413", "1.1").unwrap();
        SignedPlan {
            id: StatementId(uuid::Uuid::now_v7()),
            body: TrainingPlan { trainee, standard, months: months.iter().map(month).collect() },
            on: day("2026-01-10"),
        }
    }

    #[test]
    fn a_month_of_a_plan_is_due_once_it_has_ended() {
        let plan = plan(&[("2026-02", 20, "K1"), ("2026-03", 30, "K2 S1"), ("2026-05", 10, "")]);
        for (today, hours, codes) in [
            ("2026-02-28", 0, 0),
            ("2026-03-01", 20, 1),
            ("2026-03-31", 20, 1),
            ("2026-04-01", 50, 3),
            ("2027-01-01", 60, 3),
        ] {
            let found = plan.hours(&[], day(today)).unwrap();
            assert_eq!((found.by_now, found.in_all), (QuarterHours::hours(hours), QuarterHours::hours(60)), "{today}");
            assert_eq!(plan.codes(&[], day(today)).unwrap().len(), codes, "{today}");
        }
    }

    #[test]
    fn a_break_delays_a_plan_that_was_signed_before_it_and_no_other() {
        let plan = plan(&[("2026-02", 20, ""), ("2026-03", 30, "")]);
        let by_now = |from: &str, back: &str| {
            let span = BreakPeriod { from: day(from), back: Some(day(back)) };
            plan.hours(&[span], day("2026-04-10")).unwrap().by_now.whole()
        };
        assert_eq!(by_now("2026-02-01", "2026-02-05"), 50);
        assert_eq!(by_now("2026-02-01", "2026-02-15"), 20);
        assert_eq!(by_now("2026-01-05", "2026-02-28"), 50);
        assert_eq!(plan.codes(&[], day("2026-04-10")), None, "a plan of hours says nothing of KSBs");
    }

    #[test]
    fn a_month_is_idle_once_it_has_ended_outside_breaks_and_without_learning() {
        let (start, learned) = (day("2026-01-20"), [day("2026-02-11"), day("2026-06-30")]);
        let breaks = [BreakPeriod { from: day("2026-03-10"), back: Some(day("2026-05-20")) }];
        let idle = |breaks: &[BreakPeriod], today: &str| {
            idle_months(start, None, breaks, &learned, day(today)).iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(idle(&[], "2026-04-01"), ["2026-03"], "twelve days of January are too few to ask about");
        assert_eq!(idle(&[], "2026-03-31"), [""; 0], "the current month is not over");
        assert_eq!(idle(&[], "2026-08-01"), ["2026-03", "2026-04", "2026-05", "2026-07"]);
        assert_eq!(idle(&breaks, "2026-08-01"), ["2026-07"]);
        let to_end = idle_months(start, Some(day("2026-07-10")), &breaks, &learned, day("2027-01-01"));
        assert_eq!(to_end, [], "nothing is asked after the planned end");
    }

    #[test]
    fn months_that_follow_each_other_are_said_in_one_go() {
        let words =
            |text: &str| months_words(&text.split_whitespace().map(|month| month.parse().unwrap()).collect::<Vec<_>>());
        assert_eq!(words("2026-03"), "Mar 2026");
        assert_eq!(words("2026-03 2026-04 2026-05"), "Mar to May 2026");
        assert_eq!(words("2025-12 2026-01 2026-03"), "Dec 2025 to Jan 2026 and Mar 2026");
    }

    #[test]
    fn a_month_has_one_spelling() {
        for wrong in ["2025-9", "2025-13", "25-09", "2025-00", "2025-09-01", " 2025-09", "+025-09", ""] {
            assert!(wrong.parse::<Month>().is_err(), "{wrong}");
        }
        assert_eq!("2025-09".parse::<Month>().unwrap().to_string(), "2025-09");
    }
}
