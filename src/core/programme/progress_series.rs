//! Computes a trainee's signed and planned KSBs for each month, and since when they have been behind plan.

use chrono::{Days, Months, NaiveDate};

use crate::people::break_in_learning::{BreakPeriod, paused_days, reached_as_of};
use crate::primitives::text::counted;
use crate::programme::pace::{months_to, pace};
use crate::programme::training_plan::{SignedPlan, months_words};
use crate::record::view::TraineeCard;
use crate::standard::Standard;
use crate::statement::kinds::training_plan::Month;

/// The maximum months of a series: fifty years.
const MOST_SHOWN: usize = 600;

/// The KSBs that a training plan has for a trainee.
#[derive(Debug, Clone, Copy)]
pub struct PlannedKsbs<'a> {
    pub plan: &'a SignedPlan,
    /// The month of each planned KSB that the trainee answers for, in order.
    pub months: &'a [Month],
}

/// What a series is computed from.
#[derive(Debug, Clone, Copy)]
pub struct SeriesFacts<'a> {
    pub start: NaiveDate,
    /// The planned last day before the gateway, if set.
    pub end: Option<NaiveDate>,
    /// Typical months to the gateway, used without a planned end.
    pub months: u16,
    pub breaks: &'a [BreakPeriod],
    pub total: u16,
    /// The day from which each KSB that is signed today counts, in order.
    pub signed: &'a [NaiveDate],
    pub planned: Option<PlannedKsbs<'a>>,
    pub today: NaiveDate,
}

/// Signed and planned KSBs at the end of a month; of the current month, as of today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProgressMonth {
    pub month: Month,
    /// `None` for months to come.
    pub signed: Option<u16>,
    pub plan: u16,
    /// Whether at least half of its days are in a break in learning.
    pub in_break: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgressSeries {
    pub total: u16,
    /// From the month of the start to that of the gateway, or to now if that is later.
    pub months: Vec<ProgressMonth>,
    /// The index of the current month; `None` before the start.
    pub now: Option<usize>,
    pub gateway: NaiveDate,
    pub breaks: Vec<BreakPeriod>,
    pub signed: u16,
    /// KSBs expected by now.
    pub expected: u16,
    /// KSBs signed beyond those expected; negative if behind.
    pub ahead: i32,
    /// The first month of the unbroken run of months behind plan, up to now.
    pub behind_since: Option<Month>,
    /// Whether a training plan is the measure, and not an even spread.
    pub by_plan: bool,
    days: Vec<NaiveDate>,
    learning: u16,
}

/// Returns the months in which a plan has KSBs of a part of a standard, one for each KSB, in order; `None` if the plan has
/// only hours.
pub fn planned_months(plan: &SignedPlan, part: &Standard) -> Option<Vec<Month>> {
    if plan.body.months.iter().all(|month| month.codes.is_empty()) {
        return None;
    }
    let of = |code: &&crate::primitives::ids::KsbCode| part.ksb(**code).is_some();
    Some(plan.body.months.iter().flat_map(|one| one.codes.iter().filter(of).map(|_| one.month)).collect())
}

impl<'a> SeriesFacts<'a> {
    /// Takes the facts of a trainee's card.
    pub fn of(
        card: &'a TraineeCard,
        typical: u16,
        signed: &'a [NaiveDate],
        planned: Option<PlannedKsbs<'a>>,
        today: NaiveDate,
    ) -> Self {
        let TraineeCard { start, end, total, .. } = *card;
        Self { start, end, months: typical, breaks: &card.pauses, total, signed, planned, today }
    }

    /// Returns the KSBs that are expected by the beginning of a day.
    fn plan_on(&self, day: NaiveDate) -> u16 {
        if let Some(planned) = self.planned {
            let until = Month::of(planned.plan.reached_as_of(self.breaks, day, self.today)).first();
            let past = planned.months.partition_point(|month| month.first() < until);
            return u16::try_from(past).unwrap_or(u16::MAX).min(self.total);
        }
        let months = months_to(self.start, self.end, self.breaks, self.months, self.today);
        pace(0, self.total, self.start, months, reached_as_of(self.breaks, day, self.today)).expected
    }

    fn signed_by(&self, day: NaiveDate) -> u16 {
        self.capped(self.signed.partition_point(|signed| *signed < day))
    }

    fn capped(&self, count: usize) -> u16 {
        u16::try_from(count).unwrap_or(u16::MAX).min(self.total)
    }

    /// Returns the first month of the unbroken run of months at whose end fewer KSBs were signed than planned, up to today.
    pub fn behind_since(&self) -> Option<Month> {
        if self.capped(self.signed.len()) >= self.plan_on(self.today) {
            return None;
        }
        let (first, mut since) = (Month::of(self.start), Month::of(self.today));
        while since > first {
            let before = since.previous();
            if self.signed_by(before.end()) >= self.plan_on(before.end()) {
                break;
            }
            since = before;
        }
        Some(since)
    }

    fn in_break(&self, month: Month) -> bool {
        let (from, end) = (month.first(), month.end());
        let days = |day| paused_days(&known(self.breaks, self.today), day);
        let all = u64::try_from((end - from).num_days()).unwrap_or(0);
        all > 0 && (days(end) - days(from)) * 2 >= all
    }
}

/// Returns the breaks as known on a day: an open one lasts until then.
fn known(breaks: &[BreakPeriod], today: NaiveDate) -> Vec<BreakPeriod> {
    let until = |span: &BreakPeriod| span.back.unwrap_or_else(|| today.max(span.from));
    breaks.iter().map(|span| BreakPeriod { back: Some(until(span)), ..*span }).collect()
}

/// Returns the day by which the KSBs that are left are signed at the pace of the last months, in which this many were signed;
/// days of break left out. `None` if none was signed in them, or if none is left.
pub fn finish_day(lately: u64, left: u64, months: u32, breaks: &[BreakPeriod], today: NaiveDate) -> Option<NaiveDate> {
    if lately == 0 || left == 0 {
        return None;
    }
    let since = today.checked_sub_months(Months::new(months))?;
    let breaks = known(breaks, today);
    let paused = paused_days(&breaks, today) - paused_days(&breaks, since).min(paused_days(&breaks, today));
    let days = u64::try_from((today - since).num_days()).ok()?.saturating_sub(paused).max(1);
    today.checked_add_days(Days::new((left * days).div_ceil(lately)))
}

/// Computes the series of a trainee whose gateway is on this day.
pub fn progress_series(facts: &SeriesFacts<'_>, gateway: NaiveDate) -> ProgressSeries {
    let (first, current) = (Month::of(facts.start), Month::of(facts.today));
    let last = Month::of(gateway).max(current).max(first);
    let mut months = Vec::new();
    let mut month = first;
    while month <= last && months.len() < MOST_SHOWN {
        let (signed, plan) = match month.cmp(&current) {
            std::cmp::Ordering::Less => (Some(facts.signed_by(month.end())), facts.plan_on(month.end())),
            std::cmp::Ordering::Equal => (Some(facts.capped(facts.signed.len())), facts.plan_on(facts.today)),
            std::cmp::Ordering::Greater => (None, facts.plan_on(month.end())),
        };
        months.push(ProgressMonth { month, signed, plan, in_break: facts.in_break(month) });
        month = month.next();
    }
    let (signed, expected) = (facts.capped(facts.signed.len()), facts.plan_on(facts.today));
    ProgressSeries {
        total: facts.total,
        now: months.iter().position(|one| one.month == current),
        months,
        gateway,
        breaks: facts.breaks.to_vec(),
        signed,
        expected,
        ahead: i32::from(signed) - i32::from(expected),
        behind_since: facts.behind_since(),
        by_plan: facts.planned.is_some(),
        days: facts.signed.to_vec(),
        learning: months_to(facts.start, facts.end, facts.breaks, facts.months, facts.today),
    }
}

impl ProgressSeries {
    /// Returns the tenths of a KSB a month that are planned on average, rounded.
    pub fn planned_rate_tenths(&self) -> u32 {
        let months = u32::from(self.learning.max(1));
        (u32::from(self.total) * 10 + months / 2) / months
    }

    /// Returns the planned pace: `2 a month`, `1.9 a month`.
    pub fn rate_words(&self) -> String {
        match (self.planned_rate_tenths() / 10, self.planned_rate_tenths() % 10) {
            (whole, 0) => format!("{whole} a month"),
            (whole, tenths) => format!("{whole}.{tenths} a month"),
        }
    }

    /// Returns how many of the KSBs signed today were signed in the last months.
    pub fn signed_lately(&self, months: u32, today: NaiveDate) -> u16 {
        let since = today.checked_sub_months(Months::new(months)).unwrap_or(today);
        let later = self.days.len() - self.days.partition_point(|day| *day <= since);
        u16::try_from(later).unwrap_or(u16::MAX).min(self.total)
    }

    /// Returns the day by which all KSBs are signed at the pace of the last months, days of break left out; `None` if none was
    /// signed in them, or if all are signed.
    pub fn finished_by(&self, months: u32, today: NaiveDate) -> Option<NaiveDate> {
        let (lately, left) = (u64::from(self.signed_lately(months, today)), u64::from(self.total - self.signed));
        finish_day(lately, left, months, &self.breaks, today)
    }

    /// Returns each break in words: `Jan to Jul 2026`.
    pub fn break_words(&self, today: NaiveDate) -> Vec<String> {
        let words = |span: &BreakPeriod| {
            let last = span.back.unwrap_or(today).pred_opt().unwrap_or(span.from).max(span.from);
            let mut months = vec![Month::of(span.from)];
            while months.last().is_some_and(|month| *month < Month::of(last)) {
                months.extend(months.last().map(|month| month.next()));
            }
            months_words(&months)
        };
        self.breaks.iter().filter(|span| span.back != Some(span.from)).map(words).collect()
    }

    /// Returns a sentence: `45 of 72 KSBs are signed, 3 ahead of the plan of 2 a month`.
    pub fn sentence(&self) -> String {
        let figures = format!("{} of {} are signed", self.signed, counted(self.total, "KSB"));
        let pace = match self.ahead {
            0 => "as planned".to_owned(),
            ahead @ 1.. => format!("{ahead} ahead of plan"),
            behind => format!("{} behind plan", behind.unsigned_abs()),
        };
        let since = self.behind_since.map(|month| format!(" since {}", month.words())).unwrap_or_default();
        format!("{figures}, {pace}{since}. The plan is {}", self.rate_words())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Strategy, prop_assert, prop_assert_eq, proptest};

    use super::*;
    use crate::primitives::date::tests::day;

    fn facts<'a>(
        start: &str,
        today: &str,
        total: u16,
        breaks: &'a [BreakPeriod],
        signed: &'a [NaiveDate],
    ) -> SeriesFacts<'a> {
        let (start, today) = (day(start), day(today));
        SeriesFacts { start, end: None, months: 36, breaks, total, signed, planned: None, today }
    }

    fn series(facts: &SeriesFacts<'_>) -> ProgressSeries {
        let gateway = crate::people::break_in_learning::gateway(facts.start, facts.months, facts.breaks, facts.today);
        progress_series(facts, facts.end.unwrap_or(gateway))
    }

    #[test]
    fn each_month_has_what_was_signed_and_planned_at_its_end_and_this_one_what_is_so_today() {
        let signed = ["2025-10-03", "2025-10-31", "2025-11-01", "2026-01-20"].map(day);
        let found = series(&facts("2025-09-20", "2026-01-25", 72, &[], &signed));
        let months: Vec<_> = found.months.iter().take(6).map(|one| (one.signed, one.plan)).collect();
        assert_eq!(months, [(Some(0), 0), (Some(2), 2), (Some(3), 4), (Some(3), 6), (Some(4), 8), (None, 10)]);
        assert_eq!((found.now, found.months.len(), found.months[36].plan), (Some(4), 37, 72));
        assert_eq!((found.signed, found.expected, found.ahead), (4, 8, -4));
        assert_eq!(found.behind_since, Some("2025-11".parse().unwrap()));
        assert_eq!(found.sentence(), "4 of 72 KSBs are signed, 4 behind plan since Nov 2025. The plan is 2 a month");
    }

    #[test]
    fn whoever_caught_up_once_is_behind_only_since_then() {
        let early: Vec<NaiveDate> = vec![day("2025-12-01"); 6];
        let found = |signed: &[NaiveDate], today: &str| facts("2025-09-20", today, 72, &[], signed).behind_since();
        assert_eq!(found(&[], "2025-10-19"), None, "nothing is planned yet");
        assert_eq!(found(&[], "2026-01-25"), Some("2025-10".parse().unwrap()));
        assert_eq!(found(&early, "2025-12-31"), None);
        assert_eq!(found(&early, "2026-03-01"), Some("2026-01".parse().unwrap()));
        assert_eq!(found(&[], "2025-01-01"), None, "before the start");
    }

    #[test]
    fn the_pace_of_the_last_months_leads_to_a_day() {
        let signed: Vec<NaiveDate> = (1..=9).map(|n| day("2026-07-01") + Days::new(n * 10)).collect();
        let found = series(&facts("2025-03-20", "2026-11-20", 72, &[], &signed));
        assert_eq!(found.signed_lately(5, day("2026-11-20")), 9);
        assert_eq!(found.finished_by(5, day("2026-11-20")), Some(day("2026-11-20") + Days::new(63 * 153 / 9)));
        assert_eq!(found.finished_by(1, day("2026-11-20")), None, "nothing was signed in a month");
        let breaks = [BreakPeriod { from: day("2026-07-20"), back: Some(day("2026-08-20")) }];
        let (today, days) = (day("2026-11-20"), 153);
        for (breaks, days) in [(&[][..], days), (&breaks[..], days - 31)] {
            assert_eq!(
                finish_day(9, 9, 5, breaks, today),
                Some(today + Days::new(days)),
                "days of a break do not count"
            );
            let found = series(&facts("2025-03-20", "2026-11-20", 18, breaks, &signed));
            assert_eq!(found.finished_by(5, today), Some(today + Days::new(days)));
        }
        let all = series(&facts("2025-03-20", "2026-11-20", 9, &[], &signed));
        assert_eq!(all.finished_by(5, day("2026-11-20")), None, "all are signed");
    }

    #[test]
    fn a_break_is_named_by_its_months_and_shades_them() {
        let breaks = [
            BreakPeriod { from: day("2026-01-10"), back: Some(day("2026-08-01")) },
            BreakPeriod { from: day("2026-09-01"), back: Some(day("2026-09-01")) },
            BreakPeriod { from: day("2026-11-02"), back: None },
        ];
        let found = series(&facts("2025-09-20", "2026-11-20", 72, &breaks, &[]));
        assert_eq!(found.break_words(day("2026-11-20")), ["Jan to Jul 2026", "Nov 2026"]);
        let shaded: Vec<String> =
            found.months.iter().filter(|one| one.in_break).map(|one| one.month.to_string()).collect();
        assert_eq!(
            shaded,
            ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06", "2026-07", "2026-11"],
            "a month with fewer than half of its days in a break is not shaded"
        );
    }

    fn spans() -> impl Strategy<Value = Vec<BreakPeriod>> {
        proptest::collection::vec((0_u64..120, 1_u64..200), 0..4).prop_map(|gaps| {
            let mut at = day("2025-09-20");
            let mut spans = Vec::new();
            for (gap, length) in gaps {
                let from = at + Days::new(gap);
                at = from + Days::new(length);
                spans.push(BreakPeriod { from, back: Some(at) });
            }
            spans
        })
    }

    proptest! {
        #[test]
        fn a_series_never_falls_or_passes_the_total_stands_still_in_breaks_and_ends_at_the_figure_of_today(
            breaks in spans(),
            open in proptest::bool::ANY,
            mut ages in proptest::collection::vec(0_u64..1500, 0..80),
            total in 1_u16..80,
            months in 1_u16..60,
            today in 0_u64..1600,
        ) {
            let (start, today) = (day("2025-09-20"), day("2025-09-20") + Days::new(today));
            let mut breaks = breaks;
            if open && let Some(last) = breaks.last_mut() {
                last.back = None;
            }
            ages.sort_unstable();
            ages.truncate(usize::from(total));
            let signed: Vec<NaiveDate> = ages.iter().map(|age| start + Days::new(*age)).filter(|day| *day <= today).collect();
            let facts = SeriesFacts {
                start, end: None, months, breaks: &breaks, total, signed: &signed, planned: None, today,
            };
            let found = series(&facts);
            prop_assert!(found.months.is_sorted_by_key(|one| one.plan));
            prop_assert!(found.months.iter().all(|one| one.plan <= total && one.signed.is_none_or(|signed| signed <= total)));
            let past: Vec<u16> = found.months.iter().filter_map(|one| one.signed).collect();
            prop_assert!(past.is_sorted());
            let now = found.now.unwrap();
            prop_assert_eq!(past.len(), now + 1);
            prop_assert_eq!(usize::from(found.signed), signed.len());
            prop_assert_eq!((found.months[now].signed, found.months[now].plan), (Some(found.signed), found.expected));
            let card = pace(found.signed, total, start, months, crate::people::break_in_learning::reached(&breaks, today));
            prop_assert_eq!((found.expected, found.ahead), (card.expected, card.ahead));
            prop_assert_eq!(found.behind_since.is_some(), card.ahead < 0);
            for pair in found.months.windows(2).filter(|pair| pair[1].month.first() > start) {
                let whole = breaks.iter().any(|span| {
                    span.from <= pair[1].month.first() && span.back.unwrap_or(today) >= pair[1].month.end()
                });
                // The current month has today's figure.
                if whole && (pair[1].month.end() <= today || pair[0].month.first() > today) {
                    prop_assert_eq!(pair[0].plan, pair[1].plan, "flat in a break");
                }
            }
            // At the gateway, all are expected.
            let last = found.months.last().unwrap();
            prop_assert!(last.month.end() <= found.gateway || last.plan == total || found.now == Some(found.months.len() - 1));
            if let Some(since) = found.behind_since {
                let at = found.months.iter().position(|one| one.month == since).unwrap();
                prop_assert!(found.months[at..=now].iter().all(|one| one.signed < Some(one.plan)));
                prop_assert!(at == 0 || found.months[at - 1].signed >= Some(found.months[at - 1].plan));
            }
        }
    }
}
