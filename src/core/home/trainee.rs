//! Defines what Home shows a trainee: what to do next, what is new, the next review and the hours.

use std::ops::Range;

use chrono::NaiveDate;

use crate::home::news::News;
use crate::primitives::date::{late_words, short_day};
use crate::primitives::ids::KsbCode;
use crate::primitives::text::{SafeText, counted};
use crate::programme::hours_plan::HoursPlan;
use crate::programme::review_plan::ReviewDue;
use crate::record::ksb_status::State;
use crate::record::progress::Progress;
use crate::record::view::TraineeCard;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraineeHome {
    pub today: NaiveDate,
    pub trainee: TraineeCard,
    pub progress: Progress,
    /// Months of learning to the gateway.
    pub months: u16,
    pub gateway: NaiveDate,
    pub paused: bool,
    /// The first rows of what is outstanding, the most urgent first.
    pub next: Vec<NextStep>,
    /// How many KSBs are outstanding in each state, the most urgent state first.
    pub outstanding: Vec<(State, usize)>,
    pub news: News,
    /// The last day for the next progress review.
    pub review: NaiveDate,
    pub call: ReviewDue,
    pub hours: HoursPlan,
    /// Who can confirm the hours that wait, by name; empty if no one supervises the trainee.
    pub supervisors: Vec<SafeText>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextStep {
    pub code: KsbCode,
    pub state: State,
    pub text: String,
    pub why: NextReason,
    /// What was agreed to do next, for a KSB not yet achieved.
    pub action: Option<SafeText>,
}

/// Why it comes where it does in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextReason {
    /// Late by this many days.
    Late(i64),
    /// Due by this day.
    By(NaiveDate),
    /// A second check did not accept the sign-off.
    Rejected,
    /// Seen so many times of those needed.
    Seen { seen: u16, wanted: u16 },
    /// One signature of two.
    OneSignature,
    /// Claimed so many days ago.
    Claimed(i64),
    /// Nothing yet.
    Open,
}

impl NextReason {
    /// Returns it in a few words: `18 days late`, `by 15 Dec`, `3 of 5`, `12 days`; empty for what is open.
    pub fn words(&self, today: NaiveDate) -> String {
        match self {
            Self::Late(days) => late_words(*days),
            Self::By(day) if *day == today => "today".to_owned(),
            Self::By(day) => format!("by {}", short_day(*day, today)),
            Self::Rejected => "not accepted".to_owned(),
            Self::Seen { seen, wanted } => format!("{seen} of {wanted}"),
            Self::OneSignature => "1 of 2 signatures".to_owned(),
            Self::Claimed(0) => "today".to_owned(),
            Self::Claimed(days) => counted(days.unsigned_abs(), "day"),
            Self::Open => String::new(),
        }
    }
}

impl TraineeHome {
    /// Returns how many KSBs are outstanding.
    pub fn total(&self) -> usize {
        self.outstanding.iter().map(|(_, count)| count).sum()
    }

    /// Returns what is outstanding besides the rows shown: `2 more claimed, 22 open`; empty if nothing is.
    pub fn rest(&self, shown: Range<usize>) -> String {
        let rows = || self.next.iter().skip(shown.start).take(shown.len());
        let shown = |state: State| rows().filter(|step| step.state == state).count();
        let rest = self.outstanding.iter().filter_map(|(state, count)| {
            let (seen, word) = (shown(*state), state.label());
            match count - seen.min(*count) {
                0 => None,
                left if seen == 0 => Some(format!("{left} {word}")),
                left => Some(format!("{left} more {word}")),
            }
        });
        rest.collect::<Vec<_>>().join(", ")
    }

    /// Returns the progress in a sentence: `45 of 72 signed, 3 ahead of plan, month 21 of 36`.
    pub fn sentence(&self) -> String {
        let Progress { signed, total, ahead, elapsed, .. } = self.progress;
        let pace = match ahead {
            0 => "on plan".to_owned(),
            1.. => format!("{ahead} ahead of plan"),
            behind => format!("{} behind plan", behind.unsigned_abs()),
        };
        let pause = if self.paused { ", on a break in learning" } else { "" };
        format!("{signed} of {total} signed, {pace}, month {elapsed} of {}{pause}", self.months)
    }

    /// Returns the hours in a sentence: `502.5 of 936 h, 50 h behind plan, 30 h wait for Sam Supervisor`.
    pub fn hours_words(&self) -> String {
        let hours = &self.hours;
        let mut parts = vec![match hours.minimum {
            Some(minimum) => format!("{} of {minimum} h", hours.confirmed),
            None => format!("{} h confirmed, the minimum is not known", hours.confirmed),
        }];
        parts.extend(hours.ahead.map(|ahead| match ahead {
            0 => "on plan".to_owned(),
            1.. => format!("{ahead} h ahead of plan"),
            behind => format!("{} h behind plan", behind.unsigned_abs()),
        }));
        if hours.waiting.0 > 0 {
            let verb = if hours.waiting.0 == 4 { "waits" } else { "wait" };
            let whom = match self.supervisors.as_slice() {
                [one] => format!(" for {one}"),
                [] | [_, _, ..] => " for a supervisor".to_owned(),
            };
            parts.push(format!("{} h {verb}{whom}", hours.waiting));
        }
        parts.join(", ")
    }

    /// Returns when the next review is: `by 8 Feb 2027, in 10 weeks`, `due 26 Oct 2026, 33 days late`.
    pub fn review_words(&self) -> String {
        let day = crate::primitives::date::day_words(self.review);
        match (self.review - self.today).num_days() {
            late @ ..0 => format!("due {day}, {}", late_words(-late)),
            0 => format!("by {day}, today"),
            days @ 1..14 => format!("by {day}, in {}", counted(days.unsigned_abs(), "day")),
            days => format!("by {day}, in {}", counted(days.unsigned_abs() / 7, "week")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::home::news::NewsSince;
    use crate::primitives::date::tests::day;
    use crate::programme::hours::QuarterHours;
    use crate::programme::hours_plan::Measured;
    use crate::standard::options::Scope;

    fn home() -> TraineeHome {
        let step = |code: &str, state| NextStep {
            code: code.parse().unwrap(),
            state,
            text: String::new(),
            why: NextReason::Open,
            action: None,
        };
        TraineeHome {
            today: day("2026-11-28"),
            trainee: TraineeCard {
                id: "7f3a".parse().unwrap(),
                name: SafeText::line("Alex Trainee").unwrap(),
                standard: "ST0413 1.1".parse().unwrap(),
                specialism: None,
                start: day("2025-02-20"),
                end: None,
                planned: None,
                pauses: Vec::new(),
                scope: Scope::default(),
                signed: 45,
                total: 72,
            },
            progress: Progress { signed: 45, total: 72, expected: 42, elapsed: 21, ahead: 3, weeks: 6, why: vec![] },
            months: 36,
            gateway: day("2028-02-20"),
            paused: false,
            next: vec![step("L3", State::Lapsed), step("K12", State::Claimed)],
            outstanding: vec![(State::Lapsed, 1), (State::Claimed, 3), (State::Open, 22)],
            news: News { since: NewsSince::Read(day("2026-11-15")), rows: vec![], total: 0, read_to: 0 },
            review: day("2027-02-08"),
            call: ReviewDue::Later(72),
            hours: HoursPlan {
                confirmed: QuarterHours(2010),
                waiting: QuarterHours(120),
                minimum: Some(936),
                expected: Some(552),
                ahead: Some(-50),
                measured: Measured::Evenly,
                idle: Vec::new(),
                why: Vec::new(),
            },
            supervisors: vec![SafeText::line("Sam Supervisor").unwrap()],
        }
    }

    #[test]
    fn what_is_left_after_the_rows_shown_is_counted_by_state_and_adds_up() {
        let home = home();
        assert_eq!(home.rest(0..0), "1 lapsed, 3 claimed, 22 open");
        assert_eq!(home.rest(0..1), "3 claimed, 22 open");
        assert_eq!(home.rest(0..2), "2 more claimed, 22 open");
        assert_eq!(home.rest(1..2), "1 lapsed, 2 more claimed, 22 open");
        assert_eq!(home.total(), 26);
        let nothing = TraineeHome { next: vec![], outstanding: vec![], ..home };
        assert_eq!((nothing.rest(0..0), nothing.total()), (String::new(), 0));
    }

    #[test]
    fn progress_hours_and_the_review_read_as_sentences() {
        let mut home = home();
        assert_eq!(home.sentence(), "45 of 72 signed, 3 ahead of plan, month 21 of 36");
        assert_eq!(home.hours_words(), "502.5 of 936 h, 50 h behind plan, 30 h wait for Sam Supervisor");
        assert_eq!(home.review_words(), "by 8 Feb 2027, in 10 weeks");
        (home.progress.ahead, home.paused) = (-1, true);
        assert_eq!(home.sentence(), "45 of 72 signed, 1 behind plan, month 21 of 36, on a break in learning");
        home.supervisors.clear();
        (home.hours.waiting, home.hours.ahead) = (QuarterHours(4), Some(0));
        assert_eq!(home.hours_words(), "502.5 of 936 h, on plan, 1 h waits for a supervisor");
        for (review, words) in [
            ("2026-10-26", "due 26 Oct 2026, 33 days late"),
            ("2026-11-28", "by 28 Nov 2026, today"),
            ("2026-11-29", "by 29 Nov 2026, in 1 day"),
            ("2026-12-12", "by 12 Dec 2026, in 2 weeks"),
        ] {
            home.review = day(review);
            assert_eq!(home.review_words(), words);
        }
    }

    #[test]
    fn a_reason_is_a_few_words() {
        let today = day("2026-11-28");
        for (why, words) in [
            (NextReason::Late(18), "18 days late"),
            (NextReason::By(day("2026-12-15")), "by 15 Dec"),
            (NextReason::By(today), "today"),
            (NextReason::Seen { seen: 3, wanted: 5 }, "3 of 5"),
            (NextReason::Claimed(1), "1 day"),
            (NextReason::Claimed(0), "today"),
            (NextReason::Open, ""),
        ] {
            assert_eq!(why.words(today), words);
        }
    }
}
