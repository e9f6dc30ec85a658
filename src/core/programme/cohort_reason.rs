//! Puts a trainee's row of the cohort into words: its cells, and one line that says what is wrong.

use chrono::NaiveDate;

use crate::primitives::date::short_day;
use crate::primitives::text::{SafeText, counted};
use crate::programme::cohort::{CohortRow, Disputed};
use crate::programme::review_plan::ReviewDue;
use crate::record::ksb_status::State;

/// The fewest days that are given in weeks.
const IN_WEEKS: i64 = 28;
/// The days that a claim may wait before a row says so.
pub const CLAIM_LATE_DAYS: i64 = 14;

impl CohortRow {
    /// Returns the pace in KSBs: `21 behind`, `on plan`, `2 ahead` or `on break`.
    pub fn by_plan_words(&self) -> String {
        match self.ahead {
            _ if self.paused => "on break".to_owned(),
            0 => "on plan".to_owned(),
            ahead @ 1.. => format!("{ahead} ahead"),
            behind => format!("{} behind", behind.unsigned_abs()),
        }
    }

    /// Returns how close the next review is: `33 d late`, `due today`, `in 15 d`, `in 7 wks`.
    pub fn review_words(&self) -> String {
        match self.review.map(|(_, call)| call) {
            None => String::new(),
            Some(ReviewDue::Overdue(days)) => format!("{days} d late"),
            Some(ReviewDue::Due(0)) => "due today".to_owned(),
            Some(ReviewDue::Due(days) | ReviewDue::Later(days)) if days < IN_WEEKS => format!("in {days} d"),
            Some(ReviewDue::Due(days) | ReviewDue::Later(days)) => format!("in {} wks", days / 7),
        }
    }

    /// Returns one line that says what is wrong, the most important first; if nothing is, what is due next.
    pub fn reason(&self, today: NaiveDate) -> String {
        let name = self.trainee.name.as_str();
        let first = name.split(' ').next().unwrap_or(name);
        let wrong: Vec<String> =
            [self.behind_words(), self.review_fault(today), self.lapsed_words(today), self.late_words(today)]
                .into_iter()
                .chain([self.dispute_words(today), self.claim_words(today), self.not_yet_words()])
                .flatten()
                .collect();
        let paused = if self.paused { " On a break in learning." } else { "" };
        if wrong.is_empty() {
            return format!("{first}: nothing is late.{paused} {}", self.next_words(today)).trim_end().to_owned();
        }
        format!("{first}: {}.{paused}", wrong.join(". "))
    }

    /// Returns the row in sentences, for someone who listens to it.
    pub fn spoken(&self, today: NaiveDate) -> String {
        let card = &self.trainee;
        let of = card.scope.option.iter().chain(&card.specialism).map(SafeText::as_str);
        let what: Vec<String> = of.map(str::to_owned).chain([card.standard.to_string()]).collect();
        let supervisors: Vec<&str> = self.supervisors.iter().map(SafeText::as_str).collect();
        let under = match supervisors.split_last() {
            None => String::new(),
            Some((last, [])) => format!(", under {last}"),
            Some((last, rest)) => format!(", under {} and {last}", rest.join(", ")),
        };
        let (signed, total, planned) = (card.signed, counted(card.total, "KSB"), self.expected);
        let hours = match self.hours.expected {
            None => format!("{} hours confirmed", self.hours.confirmed),
            Some(expected) => format!("{} of {expected} planned hours confirmed", self.hours.confirmed),
        };
        format!(
            "{}, {}{under}. Month {} of {}. {signed} of {total} signed, {planned} planned. {hours}. {}",
            card.name,
            what.join(", "),
            self.month,
            self.months,
            self.reason(today)
        )
    }

    /// Returns the KSBs and hours behind plan: `21 KSBs (45 weeks) behind since Mar 2026, 287 h short`.
    fn behind_words(&self) -> Option<String> {
        let weeks = match self.weeks.unsigned_abs() {
            0 => String::new(),
            weeks => format!(" ({})", counted(weeks, "week")),
        };
        let since = self.behind_since.map(|month| format!(" since {}", month.words())).unwrap_or_default();
        let behind =
            (self.ahead < 0).then(|| format!("{}{weeks} behind{since}", counted(self.ahead.unsigned_abs(), "KSB")));
        let short = self.hours.is_short().then(|| {
            let waits = match self.hours.waiting.0 {
                0 => String::new(),
                _ => format!(" ({} h wait)", self.hours.waiting),
            };
            format!("{} h short{waits}", self.hours.short())
        });
        let both: Vec<String> = behind.into_iter().chain(short).collect();
        (!both.is_empty()).then(|| both.join(", "))
    }

    fn review_fault(&self, today: NaiveDate) -> Option<String> {
        let (due, call) = self.review?;
        matches!(call, ReviewDue::Overdue(_)).then(|| format!("Review was due {}", short_day(due, today)))
    }

    fn lapsed_words(&self, today: NaiveDate) -> Option<String> {
        let first = self.again.iter().find(|again| again.state == State::Lapsed)?;
        let verb = if self.lapsed() == 1 { "has" } else { "have" };
        let count = counted(self.lapsed(), "KSB");
        let day = short_day(first.due, today);
        Some(match self.lapsed() {
            1 => format!("{} lapsed on {day}", first.code),
            _ => format!("{count} {verb} lapsed, first {} on {day}", first.code),
        })
    }

    fn late_words(&self, today: NaiveDate) -> Option<String> {
        let oldest = self.late.oldest?;
        let code = self.late.code.map(|code| format!(" ({code})")).unwrap_or_default();
        let day = short_day(oldest, today);
        Some(match self.late.count {
            1 => format!("1 action late, due {day}{code}"),
            count => format!("{count} actions late, oldest {day}{code}"),
        })
    }

    fn dispute_words(&self, today: NaiveDate) -> Option<String> {
        let words = |one: &Disputed| match one {
            Disputed::Ksb(code) => code.to_string(),
            Disputed::Other(kind, day) => format!("the {} of {}", kind.words(), short_day(*day, today)),
        };
        let all: Vec<String> = self.disputes.iter().map(words).collect();
        let (last, rest) = all.split_last()?;
        Some(if rest.is_empty() {
            format!("The trainee disputes {last}")
        } else {
            format!("The trainee disputes {} and {last}", rest.join(", "))
        })
    }

    /// Returns the claims that have waited for longer than [`CLAIM_LATE_DAYS`].
    fn claim_words(&self, today: NaiveDate) -> Option<String> {
        let days = (today - self.oldest_claim?).num_days();
        let waits = if self.claims == 1 { "claim waits" } else { "claims wait" };
        (self.claims > 0 && days > CLAIM_LATE_DAYS)
            .then(|| format!("{} {waits}, oldest {}", self.claims, counted(days.unsigned_abs(), "day")))
    }

    fn not_yet_words(&self) -> Option<String> {
        (self.not_yet > 0).then(|| format!("{} not yet achieved", counted(self.not_yet, "KSB")))
    }

    /// Returns what is due next: a review or a reassessment.
    fn next_words(&self, today: NaiveDate) -> String {
        let review = self.review.map(|(due, _)| (due, "review".to_owned()));
        let again = self.again.first().map(|again| (again.due, format!("renew {}", again.code)));
        let Some((due, what)) = review.into_iter().chain(again).min_by_key(|(due, _)| *due) else {
            return format!("Gateway on {}.", short_day(self.gateway, today));
        };
        format!("Next: {what} by {}.", short_day(due, today))
    }
}
