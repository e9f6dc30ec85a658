//! Defines breaks in learning: days that do not count, so that all expected dates move back.

use chrono::{Days, Months, NaiveDate};

use crate::primitives::date::day_words;

/// Days on which nothing is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BreakPeriod {
    pub from: NaiveDate,
    /// The first day back, if known; equal to `from` if the break was cancelled.
    pub back: Option<NaiveDate>,
}

impl BreakPeriod {
    pub fn holds(self, day: NaiveDate) -> bool {
        self.from <= day && self.back.is_none_or(|back| day < back)
    }

    pub fn meets(self, other: Self) -> bool {
        let begins_before_end = |a: Self, b: Self| b.back.is_none_or(|back| a.from < back);
        begins_before_end(self, other) && begins_before_end(other, self)
    }

    fn passed(self, day: NaiveDate) -> u64 {
        let end = self.back.map_or(day, |back| back.min(day));
        u64::try_from((end - self.from).num_days()).unwrap_or(0)
    }
}

/// Returns a warning if any of these days is in a break, as nothing was expected then.
pub fn in_break(spans: &[BreakPeriod], days: &[NaiveDate]) -> Option<String> {
    let span = |day: &NaiveDate| spans.iter().find(|span| span.holds(*day)).map(|span| (*day, span.from));
    let mut found: Vec<(NaiveDate, NaiveDate)> = days.iter().filter_map(span).collect();
    found.sort_unstable();
    found.dedup();
    let (day, from) = found.first()?;
    let from = format!("during a break in learning that began on {}", day_words(*from));
    Some(match found.len() {
        1 => format!("{} is {from}. Check the day", day_words(*day)),
        many => format!("{many} days are in a break in learning, the first {}. Check the days", day_words(*day)),
    })
}

pub fn paused_days(spans: &[BreakPeriod], day: NaiveDate) -> u64 {
    spans.iter().map(|span| span.passed(day)).sum()
}

/// Returns the programme day that `day` corresponds to: earlier by all days of break.
pub fn reached(spans: &[BreakPeriod], day: NaiveDate) -> NaiveDate {
    day.checked_sub_days(Days::new(paused_days(spans, day))).unwrap_or(day)
}

/// Returns the programme day that `day` corresponds to, as known on `today`: an open break lasts until today.
pub fn reached_as_of(spans: &[BreakPeriod], day: NaiveDate, today: NaiveDate) -> NaiveDate {
    let until = |span: &BreakPeriod| span.back.unwrap_or_else(|| today.max(span.from));
    let known: Vec<BreakPeriod> = spans.iter().map(|span| BreakPeriod { back: Some(until(span)), ..*span }).collect();
    reached(&known, day)
}

/// Returns the expected day of the gateway: the months after the start, plus all known days of break.
pub fn gateway(start: NaiveDate, months: u16, spans: &[BreakPeriod], today: NaiveDate) -> NaiveDate {
    let days = spans.iter().map(|span| span.passed(span.back.unwrap_or(today.max(span.from)))).sum();
    let day = start.checked_add_months(Months::new(u32::from(months)));
    day.and_then(|day| day.checked_add_days(Days::new(days))).unwrap_or(start)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, proptest};

    use super::*;
    use crate::primitives::date::tests::day;

    fn span(from: &str, back: Option<&str>) -> BreakPeriod {
        BreakPeriod { from: day(from), back: back.map(day) }
    }

    #[test]
    fn time_stands_still_from_the_first_day_of_a_pause_to_the_first_day_back() {
        let spans = [span("2026-03-01", Some("2026-05-01")), span("2026-11-01", None)];
        for (today, wanted) in [
            ("2026-02-28", "2026-02-28"),
            ("2026-03-01", "2026-03-01"),
            ("2026-04-30", "2026-03-01"),
            ("2026-05-01", "2026-03-01"),
            ("2026-05-02", "2026-03-02"),
            ("2026-11-01", "2026-09-01"),
            ("2027-11-01", "2026-09-01"),
        ] {
            assert_eq!(reached(&spans, day(today)), day(wanted), "{today}");
        }
    }

    #[test]
    fn the_gateway_comes_later_by_every_day_of_pause_that_is_known() {
        let start = day("2025-09-01");
        let at = |spans: &[BreakPeriod], today| gateway(start, 36, spans, day(today));
        assert_eq!(at(&[], "2026-11-20"), day("2028-09-01"));
        let planned = [span("2027-01-01", Some("2027-01-11"))];
        assert_eq!(at(&planned, "2026-11-20"), day("2028-09-11"));
        let open = [span("2026-11-10", None)];
        assert_eq!((at(&open, "2026-11-01"), at(&open, "2026-11-20")), (day("2028-09-01"), day("2028-09-11")));
    }

    #[test]
    fn two_pauses_meet_where_a_day_is_in_both() {
        let march = span("2026-03-01", Some("2026-04-01"));
        for (other, meets) in [
            (span("2026-04-01", None), false),
            (span("2026-03-31", None), true),
            (span("2026-02-01", Some("2026-03-01")), false),
            (span("2026-02-01", Some("2026-03-02")), true),
            (span("2026-02-01", None), true),
        ] {
            assert_eq!((march.meets(other), other.meets(march)), (meets, meets), "{other:?}");
        }
    }

    proptest! {
        #[test]
        fn the_day_that_is_reached_never_falls_and_never_runs_ahead(
            from in 0_u64..400, length in 0_u64..400, today in 0_u64..1000,
        ) {
            let at = |days| day("2026-01-01") + Days::new(days);
            let spans = [BreakPeriod { from: at(from), back: Some(at(from + length)) }];
            let (one, next) = (reached(&spans, at(today)), reached(&spans, at(today + 1)));
            prop_assert!(one <= next && next <= one + Days::new(1) && one <= at(today));
        }
    }
}
