//! Defines what is new on a trainee's record: what others signed about it since the trainee last marked it as read.

use chrono::NaiveDate;

use crate::people::person::PersonRef;
use crate::primitives::date::{Timestamp, day_words, short_day};
use crate::primitives::ids::{KsbCode, StatementId};
use crate::record::ksb_status::State;
use crate::statement::kinds::sign_off::Action;

/// How many days back is new for someone who never marked anything as read.
pub const FIRST_DAYS: u64 = 28;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    pub since: NewsSince,
    /// Newest first.
    pub rows: Vec<NewsItem>,
    pub total: usize,
    /// The entries in the log when this was read: what is marked as read.
    pub read_to: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewsSince {
    /// The day on which the trainee last marked it as read.
    Read(NaiveDate),
    /// The first day of the last weeks, for someone who never did.
    Recent(NaiveDate),
}

impl NewsSince {
    pub fn day(self) -> NaiveDate {
        match self {
            Self::Read(day) | Self::Recent(day) => day,
        }
    }

    /// Returns the heading: `New since you were last here, 15 Nov`.
    pub fn heading(self, today: NaiveDate) -> String {
        match self {
            Self::Read(day) => format!("New since you were last here, {}", short_day(day, today)),
            Self::Recent(_) => format!("New in the last {} weeks", FIRST_DAYS / 7),
        }
    }
}

/// What one person signed at once: several sign-offs with the same words are one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewsItem {
    /// The newest statement, and its position in the log, from 0.
    pub id: StatementId,
    pub position: u64,
    pub at: Timestamp,
    pub who: PersonRef,
    pub kind: NewsKind,
    /// The KSBs that it is about, sorted; none for a review or hours.
    pub codes: Vec<KsbCode>,
    /// What was said, or a sentence that says what was done.
    pub words: String,
    /// Whether `words` are the person's own.
    pub quoted: bool,
    /// What to do next, and by when.
    pub action: Option<Action>,
    /// Whether it answers a claim.
    pub answers_claim: bool,
}

impl NewsItem {
    pub fn day(&self) -> NaiveDate {
        self.at.local_day()
    }

    /// Returns the words as shown: a person's own in quotation marks.
    pub fn said(&self) -> String {
        let line = self.words.split_whitespace().collect::<Vec<_>>().join(" ");
        if self.quoted { format!("“{line}”") } else { line }
    }

    /// Returns what was said or, if nothing was, what was done.
    pub fn told(&self) -> String {
        if self.words.is_empty() { self.kind.verb().to_owned() } else { self.said() }
    }

    /// Returns it as a sentence: `20 Nov 2026, Sam Supervisor signed L1: “Calm and clear throughout”`.
    pub fn sentence(&self) -> String {
        let codes: Vec<String> = self.codes.iter().map(ToString::to_string).collect();
        let mut of = if codes.is_empty() { String::new() } else { format!(" {}", codes.join(" ")) };
        if self.answers_claim {
            of.push_str(", which you claimed");
        }
        let mut line = format!("{}, {} {}{of}", day_words(self.day()), self.who.name, self.kind.verb());
        if !self.words.is_empty() {
            line.extend([": ", self.said().as_str()]);
        }
        if let Some(action) = &self.action {
            line.extend([" Next: ", action.what.as_str(), ", by ", day_words(action.by).as_str()]);
        }
        line
    }
}

slugs! {
    NewsKind {
        Signed = "signed", "signed";
        NotYet = "not-yet", "not yet";
        /// A sign-off, a review or another statement no longer counts.
        TakenBack = "taken-back", "taken back";
        Countersigned = "countersigned", "countersigned";
        Accepted = "accepted", "accepted";
        /// A second check did not accept it, so it has to be shown again.
        Rejected = "rejected", "rejected";
        Review = "review", "review";
        Hours = "hours", "hours";
        Gateway = "gateway", "gateway";
        Plan = "plan", "plan";
        /// An earlier record was carried over.
        CarriedOver = "carried-over", "carried over";
        /// Someone read something on the record, or answered it.
        Read = "read", "read";
    }
}

impl NewsKind {
    /// Returns the state whose mark is shown with it.
    pub fn state(self) -> State {
        match self {
            Self::NotYet | Self::Rejected => State::NotYet,
            Self::TakenBack => State::Open,
            Self::CarriedOver => State::CarriedOver,
            Self::Signed
            | Self::Countersigned
            | Self::Accepted
            | Self::Review
            | Self::Hours
            | Self::Gateway
            | Self::Plan
            | Self::Read => State::Signed,
        }
    }

    /// Returns the verb for a sentence: `Sam Supervisor signed S26`.
    fn verb(self) -> &'static str {
        match self {
            Self::Signed => "signed",
            Self::NotYet => "recorded as not yet achieved",
            Self::TakenBack => "took back",
            Self::Countersigned => "countersigned",
            Self::Accepted => "checked and accepted",
            Self::Rejected => "checked and did not accept",
            Self::Review => "signed a review",
            Self::Hours => "confirmed hours",
            Self::Gateway => "recorded for the gateway",
            Self::Plan => "signed a plan",
            Self::CarriedOver => "carried over an earlier record",
            Self::Read => "marked as read",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives::date::tests::day;
    use crate::primitives::text::SafeText;

    #[test]
    fn news_reads_as_a_sentence_and_only_a_persons_own_words_are_quoted() {
        let line = |text: &str| SafeText::line(text).unwrap();
        let item = NewsItem {
            id: StatementId(uuid::Uuid::nil()),
            position: 7,
            at: "2026-11-17T12:00:00Z".parse().unwrap(),
            who: PersonRef { id: "02c1".parse().unwrap(), name: line("Grace Okoro") },
            kind: NewsKind::NotYet,
            codes: vec!["K15".parse().unwrap()],
            words: "Shared with\n too much jargon.".to_owned(),
            quoted: true,
            action: Some(Action { what: line("Try again"), by: day("2026-12-01") }),
            answers_claim: true,
        };
        assert_eq!(
            item.sentence(),
            "17 Nov 2026, Grace Okoro recorded as not yet achieved K15, which you claimed: “Shared with too much jargon.” Next: \
             Try again, by 1 Dec 2026"
        );
        let hours = NewsItem {
            kind: NewsKind::Hours,
            codes: Vec::new(),
            words: "30 h".to_owned(),
            quoted: false,
            action: None,
            answers_claim: false,
            ..item
        };
        assert_eq!(hours.sentence(), "17 Nov 2026, Grace Okoro confirmed hours: 30 h");
    }

    #[test]
    fn what_is_new_says_since_when() {
        let today = day("2026-11-28");
        assert_eq!(NewsSince::Read(day("2026-11-15")).heading(today), "New since you were last here, 15 Nov");
        assert_eq!(NewsSince::Read(day("2025-11-15")).heading(today), "New since you were last here, 15 Nov 2025");
        assert_eq!(NewsSince::Recent(day("2026-10-31")).heading(today), "New in the last 4 weeks");
    }
}
