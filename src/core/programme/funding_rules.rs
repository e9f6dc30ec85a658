//! Parses the programme rules in `data/programme-rules.toml`, by start date: hours, reviews, rating, funding and the
//! general gateway.

use std::sync::{Arc, OnceLock};

use chrono::{Months, NaiveDate};
use serde::Deserialize;
use thiserror::Error;

use crate::primitives::date::day_words;
use crate::primitives::toml_value::optional_date;
use crate::programme::rating::RatingRule;
use crate::programme::review_rule::ReviewRule;
use crate::standard::Standard;
use crate::standard::about::Assessment;
use crate::standard::gateway_requirement::GatewayRequirement;
use crate::standard::start_dates::StartDates;
use crate::standard::versions::{order, start_warning};

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgrammeRules {
    /// Off-the-job hours, oldest first.
    pub hours: Vec<HoursRule>,
    pub funding: Vec<FundingRule>,
    /// Progress reviews, by programme and then oldest first.
    pub reviews: Vec<ReviewRule>,
    pub rating: RatingRule,
    pub english_maths: EnglishRule,
    /// The gateway of a standard without its own requirements.
    pub gateway: Vec<GatewayRequirement>,
    /// Additional requirements under a reformed assessment plan.
    pub reformed_gateway: Vec<GatewayRequirement>,
    /// The first versions of standards with a reformed plan; later versions have one too.
    pub reformed: Vec<ReformedPlan>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReformedPlan {
    pub reference: String,
    pub version: String,
    /// The first start date that it applies to.
    #[serde(default, deserialize_with = "optional_date")]
    pub from: Option<NaiveDate>,
    pub source: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HoursRule {
    /// The first start date that it applies to.
    #[serde(default, deserialize_with = "optional_date")]
    pub from: Option<NaiveDate>,
    #[serde(default, deserialize_with = "optional_date")]
    pub until: Option<NaiveDate>,
    pub minimum_months: u16,
    pub share_percent: Option<u16>,
    /// Hours a week, on average.
    pub hours_a_week: Option<u16>,
    /// Whether the minimum is the one published for the version of the standard.
    #[serde(default)]
    pub published: bool,
    /// The hours below which recognised prior learning cannot reduce a published minimum.
    pub least_hours: Option<u16>,
    /// Statutory leave in tenths of a week a year, during which no hours are expected.
    #[serde(default, rename = "weeks_of_leave", deserialize_with = "tenths")]
    pub leave_tenths: u16,
    /// Paid hours a week below which someone counts as part-time.
    pub part_time_below: Option<u16>,
    pub part_time_percent: Option<u16>,
    /// Whether the funding rules themselves were read, not only a page about them.
    #[serde(default = "yes")]
    pub read_in_full: bool,
    pub text: String,
    pub source: String,
}

impl HoursRule {
    /// Returns a warning if the planned end leaves less than the minimum months.
    pub fn end_warning(&self, start: NaiveDate, end: NaiveDate) -> Option<String> {
        let least = start.checked_add_months(Months::new(u32::from(self.minimum_months)))?;
        (end.succ_opt()? < least).then(|| {
            format!(
                "The planned end leaves fewer than the {} months that a start on {} needs: plan an end on {} or later",
                self.minimum_months,
                day_words(start),
                day_words(least.pred_opt().unwrap_or(least))
            )
        })
    }
}

fn yes() -> bool {
    true
}

/// Deserializes weeks with at most one decimal, such as `"5.6"`, as tenths; less than 52 weeks.
fn tenths<'de, D: serde::Deserializer<'de>>(from: D) -> Result<u16, D::Error> {
    let text = String::deserialize(from)?;
    let (weeks, tenth) = text.split_once('.').unwrap_or((&text, "0"));
    let digits = |text: &str| if text.bytes().all(|b| b.is_ascii_digit()) { text.parse::<u16>().ok() } else { None };
    let read = digits(weeks).zip(digits(tenth).filter(|tenth| *tenth < 10));
    let read = read.and_then(|(weeks, tenth)| Some(weeks.checked_mul(10)? + tenth)).filter(|tenths| *tenths < 520);
    read.ok_or_else(|| serde::de::Error::custom(format!("{text:?} is not a number of weeks such as \"5.6\"")))
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FundingRule {
    /// The level of the standards that it applies to.
    pub level: u8,
    /// The first start date that it applies to.
    #[serde(default, deserialize_with = "optional_date")]
    pub from: Option<NaiveDate>,
    #[serde(default, deserialize_with = "optional_date")]
    pub until: Option<NaiveDate>,
    pub text: String,
    pub source: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnglishRule {
    /// For those aged 16 to 18 at the start.
    pub aged_16_to_18: String,
    /// For those aged 19 or over.
    pub aged_19_or_over: String,
    pub source: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RulesFault {
    #[error("The programme's rules cannot be read: {0}")]
    Shape(String),
    #[error("The thresholds of the rating are out of order or out of reach")]
    Rating,
    #[error("The programme's rules leave out a start date, or have two rules for one")]
    Days,
}

pub fn shipped() -> Result<&'static ProgrammeRules, RulesFault> {
    static RULES: OnceLock<Result<ProgrammeRules, RulesFault>> = OnceLock::new();
    RULES.get_or_init(|| read(include_str!("../../../data/programme-rules.toml"))).as_ref().map_err(Clone::clone)
}

/// Returns how a standard is assessed, which decides the wording.
pub fn assessment_of(standard: &Standard) -> Assessment {
    shipped().map(|rules| rules.assessment_of(standard)).unwrap_or_default()
}

pub fn start_warnings(
    standard: &Standard,
    adopted: &[Arc<Standard>],
    start: NaiveDate,
) -> Result<Vec<String>, RulesFault> {
    let rules = shipped()?;
    let funding = rules.funding_warnings(standard.level(), start).map(str::to_owned);
    let known = |name: &&str| rules.reviews.iter().any(|rule| rule.programme.as_deref() == Some(*name));
    let unknown = standard.programme().filter(|name| !known(name)).map(|name| {
        format!("This program has no rules for the programme “{name}”: reviews follow those of apprenticeships")
    });
    Ok(start_warning(standard, adopted, start).into_iter().chain(funding).chain(unknown).collect())
}

/// Returns a warning if a programme is planned to end too early for its rule.
pub fn end_warning(start: NaiveDate, end: Option<NaiveDate>) -> Result<Option<String>, RulesFault> {
    let rule = shipped()?.hours_for(start);
    Ok(rule.zip(end).and_then(|(rule, end)| rule.end_warning(start, end)))
}

pub fn read(text: &str) -> Result<ProgrammeRules, RulesFault> {
    let rules: ProgrammeRules =
        toml::from_str(text).map_err(|fault| RulesFault::Shape(fault.message().replace('\n', ", ")))?;
    let hours = rules.hours.iter().map(|rule| (rule.from, rule.until));
    let reviews = |programme: Option<&str>| {
        let of = rules.reviews.iter().filter(move |rule| rule.programme.as_deref() == programme);
        covers(of.map(|rule| (rule.from, rule.until)))
    };
    // Every named programme needs complete rules, and so does the general case.
    let reviewed = reviews(None) && rules.reviews.iter().all(|rule| reviews(rule.programme.as_deref()));
    let one = |rule: &HoursRule| {
        u8::from(rule.share_percent.is_some()) + u8::from(rule.hours_a_week.is_some()) + u8::from(rule.published) == 1
            && rule.part_time_below.is_some() == rule.part_time_percent.is_some()
    };
    if !rules.rating.holds() {
        return Err(RulesFault::Rating);
    }
    if covers(hours) && reviewed && rules.hours.iter().all(one) { Ok(rules) } else { Err(RulesFault::Days) }
}

/// Returns whether the ranges are contiguous, from an open start to an open end.
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
    pub fn hours_for(&self, date: NaiveDate) -> Option<&HoursRule> {
        self.hours.iter().find(|rule| StartDates { earliest: rule.from, latest: rule.until }.hold(date))
    }

    /// Returns the funding restrictions for a standard's level and a start date.
    pub fn funding_warnings(&self, level: u8, date: NaiveDate) -> impl Iterator<Item = &str> {
        let holds = move |rule: &&FundingRule| {
            rule.level == level && StartDates { earliest: rule.from, latest: rule.until }.hold(date)
        };
        self.funding.iter().filter(holds).map(|rule| rule.text.as_str())
    }

    /// Returns how a version of a standard is assessed: by its own data, or by the list of reformed plans.
    pub fn assessment_of(&self, standard: &Standard) -> Assessment {
        let of = standard.reference();
        let reformed =
            |plan: &ReformedPlan| plan.reference == of.reference() && order(&plan.version) <= order(of.version());
        let known = if self.reformed.iter().any(reformed) { Assessment::Reformed } else { Assessment::EndPoint };
        standard.about().assessment.unwrap_or(known)
    }

    /// Returns the review rule for a programme and start date; an unknown programme gets the general rule.
    pub fn reviews_for(&self, programme: Option<&str>, date: NaiveDate) -> Option<&ReviewRule> {
        let of = |name: Option<&str>| {
            let mut rules = self.reviews.iter().filter(move |rule| rule.programme.as_deref() == name);
            rules.find(|rule| StartDates { earliest: rule.from, latest: rule.until }.hold(date))
        };
        of(programme).or_else(|| of(None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives::date::parse_day;
    use crate::primitives::date::tests::day;
    use crate::standard::file::st0413;
    use crate::statement::kinds::review::{Meeting, REVIEW_DAYS};

    #[test]
    fn the_start_day_decides_the_rule_of_hours_to_the_day() {
        let rules = shipped().unwrap();
        for (start, share, weekly, published, months) in [
            ("2019-09-01", Some(20), None, false, 12),
            ("2022-07-31", Some(20), None, false, 12),
            ("2022-08-01", None, Some(6), false, 12),
            ("2025-07-31", None, Some(6), false, 12),
            ("2025-08-01", None, None, true, 8),
            ("2026-07-31", None, None, true, 8),
            ("2026-08-01", None, None, true, 8),
            ("2031-01-01", None, None, true, 8),
        ] {
            let rule = rules.hours_for(day(start)).unwrap();
            let found = (rule.share_percent, rule.hours_a_week, rule.published, rule.minimum_months);
            assert_eq!(found, (share, weekly, published, months), "{start}");
        }
    }

    #[test]
    fn a_level_7_start_from_january_2026_says_who_is_still_funded() {
        let rules = shipped().unwrap();
        for (level, start, warned) in [
            (7, "2025-12-31", 0),
            (7, "2026-01-01", 1),
            (7, "2030-01-01", 1),
            (6, "2026-01-01", 0),
            (2, "2026-09-01", 0),
        ] {
            assert_eq!(rules.funding_warnings(level, day(start)).count(), warned, "{level} {start}");
        }
    }

    #[test]
    fn what_a_shipped_standard_says_of_funding_is_what_the_rules_say() {
        let (rules, (_, notes)) = (shipped().unwrap(), st0413().unwrap());
        for funding in &notes.funding {
            let rule = rules.hours.iter().find(|rule| rule.from == funding.from).unwrap();
            assert_eq!((rule.published, rule.hours_a_week), (funding.hours_a_week.is_none(), funding.hours_a_week));
            assert_eq!(Some(rule.minimum_months), funding.minimum_months);
        }
        assert!(!notes.funding.is_empty());
        for requirement in &rules.gateway {
            assert!(notes.requirement(&requirement.id).is_some(), "{}", requirement.id);
        }
    }

    #[test]
    fn the_rule_that_a_log_is_held_to_is_the_one_that_is_shipped() {
        let held = parse_day("2026-01-31").unwrap();
        for rule in &shipped().unwrap().reviews {
            let most = (rule.every.after(held) - held).num_days();
            assert!(if rule.meeting == Meeting::Progress { most == REVIEW_DAYS } else { most <= REVIEW_DAYS });
        }
    }

    #[test]
    fn rules_that_leave_a_day_open_or_say_two_things_are_refused() {
        let text = include_str!("../../../data/programme-rules.toml");
        for (from, to) in [
            ("until = 2022-07-31", "until = 2022-07-30"),
            ("until = 2022-07-31", "until = 2022-08-01"),
            ("until = 2025-07-31", ""),
            ("published = true\n", "\n"),
            ("share_percent = 20", "share_percent = 20\nhours_a_week = 6"),
            ("every = \"12 weeks\"", "every = \"12 weeks\"\nfrom = 2020-01-01"),
            ("every = \"1 month\"", "every = \"1 month\"\nuntil = 2020-01-01"),
            ("part_time_below = 30\n", ""),
        ] {
            assert_eq!(read(&text.replacen(from, to, 1)), Err(RulesFault::Days), "{from}");
        }
        for wrong in ["12", "0 weeks", "12 days", "weeks", "+1 weeks"] {
            assert!(matches!(read(&text.replace("12 weeks", wrong)), Err(RulesFault::Shape(_))), "{wrong}");
        }
        for (from, to) in [("amber_behind = 5", "amber_behind = 15"), ("red_behind = 15", "red_behind = 101")] {
            assert_eq!(read(&text.replace(from, to)), Err(RulesFault::Rating), "{from}");
        }
        for wrong in ["5.66", "5,6", "-5.6", "52.0", "x", "", "5.x"] {
            assert!(matches!(read(&text.replace("5.6", wrong)), Err(RulesFault::Shape(_))), "{wrong}");
        }
    }
}
