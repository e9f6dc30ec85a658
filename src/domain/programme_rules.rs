//! The rules of a programme by the day on which a trainee started, as data: hours, reviews, a general gateway. Must never
//! hold a figure that `data/programme-rules.toml` does not.

use std::sync::OnceLock;

use chrono::NaiveDate;
use serde::Deserialize;
use thiserror::Error;

use crate::domain::gateway_list::GatewayRequirement;
use crate::domain::standard_parts::StartDates;
use crate::domain::toml_date::optional_date;

/// The rules as shipped.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgrammeRules {
    /// Off-the-job hours, oldest first.
    pub hours: Vec<HoursRule>,
    /// Progress reviews, oldest first.
    pub reviews: Vec<ReviewRule>,
    /// The gateway of a standard that says nothing of its own.
    pub gateway: Vec<GatewayRequirement>,
}

/// A rule of off-the-job hours.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HoursRule {
    /// The first start day it is for.
    #[serde(default, deserialize_with = "optional_date")]
    pub from: Option<NaiveDate>,
    /// The last.
    #[serde(default, deserialize_with = "optional_date")]
    pub until: Option<NaiveDate>,
    /// The least number of months on programme.
    pub minimum_months: u16,
    /// Percent of paid hours.
    pub share_percent: Option<u16>,
    /// Hours a week, on average.
    pub hours_a_week: Option<u16>,
    /// Whether it is the minimum published for the version of the standard.
    #[serde(default)]
    pub published: bool,
    /// In words.
    pub text: String,
    /// Where it is from.
    pub source: String,
}

/// A rule of progress reviews.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewRule {
    /// The first start day it is for.
    #[serde(default, deserialize_with = "optional_date")]
    pub from: Option<NaiveDate>,
    /// The last.
    #[serde(default, deserialize_with = "optional_date")]
    pub until: Option<NaiveDate>,
    /// The most weeks from one to the next.
    pub weeks: u16,
    /// The days before, from which one is called due.
    pub notice_days: u16,
    /// In words.
    pub text: String,
    /// Where it is from.
    pub source: String,
}

/// Why the rules were refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RulesFault {
    /// It is not TOML of the right shape; the parser's words say where.
    #[error("The programme's rules cannot be read: {0}")]
    Shape(String),
    /// A start day falls under no rule or under two, or a rule of hours has not one measure.
    #[error("The programme's rules leave a start day open, or hold it twice")]
    Days,
}

/// The rules that ship with the program, read once.
pub fn shipped() -> Result<&'static ProgrammeRules, RulesFault> {
    static RULES: OnceLock<Result<ProgrammeRules, RulesFault>> = OnceLock::new();
    RULES.get_or_init(|| read(include_str!("../../data/programme-rules.toml"))).as_ref().map_err(Clone::clone)
}

/// The rules of a TOML text.
pub fn read(text: &str) -> Result<ProgrammeRules, RulesFault> {
    let rules: ProgrammeRules =
        toml::from_str(text).map_err(|fault| RulesFault::Shape(fault.message().replace('\n', ", ")))?;
    let hours = rules.hours.iter().map(|rule| (rule.from, rule.until));
    let reviews = rules.reviews.iter().map(|rule| (rule.from, rule.until));
    let one = |rule: &HoursRule| {
        u8::from(rule.share_percent.is_some()) + u8::from(rule.hours_a_week.is_some()) + u8::from(rule.published) == 1
    };
    if covers(hours) && covers(reviews) && rules.hours.iter().all(one) { Ok(rules) } else { Err(RulesFault::Days) }
}

/// Whether ranges follow each other day by day, from an open beginning to an open end.
fn covers(ranges: impl Iterator<Item = (Option<NaiveDate>, Option<NaiveDate>)>) -> bool {
    let mut ranges = ranges.peekable();
    let mut next = None;
    while let Some((from, until)) = ranges.next() {
        if from != next {
            return false;
        }
        next = until.and_then(|day| day.succ_opt());
        if until.is_some() != ranges.peek().is_some() {
            return false;
        }
    }
    next.is_none()
}

impl ProgrammeRules {
    /// The rule of hours for a start on `date`.
    #[must_use]
    pub fn hours_for(&self, date: NaiveDate) -> Option<&HoursRule> {
        self.hours.iter().find(|rule| StartDates { earliest: rule.from, latest: rule.until }.hold(date))
    }

    /// The rule of reviews for a start on `date`.
    #[must_use]
    pub fn reviews_for(&self, date: NaiveDate) -> Option<&ReviewRule> {
        self.reviews.iter().find(|rule| StartDates { earliest: rule.from, latest: rule.until }.hold(date))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::review::REVIEW_DAYS;
    use crate::domain::standard_file::st0413;
    use crate::domain::when::parse_day;

    fn day(s: &str) -> NaiveDate {
        parse_day(s).unwrap()
    }

    #[test]
    fn the_start_day_decides_the_rule_of_hours_to_the_day() {
        let rules = shipped().unwrap();
        for (start, share, weekly, published, months) in [
            ("2019-09-01", Some(20), None, false, 12),
            ("2022-07-31", Some(20), None, false, 12),
            ("2022-08-01", None, Some(6), false, 12),
            ("2025-07-31", None, Some(6), false, 12),
            ("2025-08-01", None, None, true, 8),
            ("2031-01-01", None, None, true, 8),
        ] {
            let rule = rules.hours_for(day(start)).unwrap();
            let found = (rule.share_percent, rule.hours_a_week, rule.published, rule.minimum_months);
            assert_eq!(found, (share, weekly, published, months), "{start}");
        }
    }

    #[test]
    fn what_a_shipped_standard_says_of_funding_is_what_the_rules_say() {
        let (rules, (_, notes)) = (shipped().unwrap(), st0413().unwrap());
        for funding in &notes.funding {
            let rule = rules.hours.iter().find(|rule| rule.from == funding.from).unwrap();
            assert_eq!((rule.until, rule.hours_a_week), (funding.until, funding.hours_a_week));
            assert_eq!(Some(rule.minimum_months), funding.minimum_months);
        }
        assert!(!notes.funding.is_empty());
        for requirement in &rules.gateway {
            assert!(notes.requirement(&requirement.id).is_some(), "{}", requirement.id);
        }
    }

    #[test]
    fn the_rule_that_a_log_is_held_to_is_the_one_that_is_shipped() {
        for rule in &shipped().unwrap().reviews {
            assert_eq!(i64::from(rule.weeks) * 7, REVIEW_DAYS);
        }
    }

    #[test]
    fn rules_that_leave_a_day_open_or_say_two_things_are_refused() {
        let text = include_str!("../../data/programme-rules.toml");
        for (from, to) in [
            ("until = 2022-07-31", "until = 2022-07-30"),
            ("until = 2022-07-31", "until = 2022-08-01"),
            ("until = 2025-07-31", ""),
            ("published = true\n", "\n"),
            ("share_percent = 20", "share_percent = 20\nhours_a_week = 6"),
            ("weeks = 12", "weeks = 12\nfrom = 2020-01-01"),
        ] {
            assert_eq!(read(&text.replacen(from, to, 1)), Err(RulesFault::Days), "{from}");
        }
        assert!(matches!(read(&text.replace("weeks", "week")), Err(RulesFault::Shape(_))));
    }
}
