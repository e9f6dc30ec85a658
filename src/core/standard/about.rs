//! Defines a standard's descriptive part: purpose, entry requirements, versions, recognition and assessment.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use serde::Deserialize;

use crate::primitives::date::parse_day;
use crate::primitives::ids::{ValueFault, fault};
use crate::primitives::toml_value::optional_date;
use crate::standard::start_dates::StartDates;
use crate::statement::kinds::review::Party;

pub const MOST_TEXTS: usize = 500;
pub const MOST_VERSIONS: usize = 100;

slugs! {
    /// The topic of a descriptive text, in display order; its words are the heading.
    Topic: "a topic of a standard, such as purpose or entry" {
        /// The occupation in one sentence.
        Overview = "overview", "Overview";
        Summary = "summary", "The occupation";
        Purpose = "purpose", "Purpose";
        Responsibilities = "responsibilities", "Responsibilities";
        WorksWith = "works-with", "Who they work with";
        Settings = "settings", "Settings";
        /// The fields that it is for, such as cardiology.
        Specialisms = "specialisms", "Specialisms";
        JobTitles = "job-titles", "Typical job titles";
        Route = "route", "Route";
        Entry = "entry", "Entry requirements";
        EnglishMaths = "english-maths", "English and maths";
        Recognition = "recognition", "Professional recognition";
        Regulation = "regulation", "Regulation";
        /// The qualification that it leads to.
        Qualification = "qualification", "Qualification";
        /// A link to the assessment plan.
        AssessmentPlan = "assessment-plan", "Assessment plan";
        QualityAssurance = "quality-assurance", "External quality assurance";
        Funding = "funding", "Funding";
        Notice = "notice", "Notices";
        Source = "source", "Source";
        /// The copyright and licence line, shown wherever the texts are.
        Attribution = "attribution", "Attribution";
        Licence = "licence", "Licence";
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug())
    }
}

slugs! {
    /// How a version of a standard is assessed, which decides the wording.
    #[derive(Default)]
    Assessment: "end-point or reformed" {
        #[default]
        EndPoint = "end-point";
        /// A reformed plan: an apprenticeship assessment, which may begin earlier, and behaviours verified by the employer.
        Reformed = "reformed";
    }
}

impl Assessment {
    pub fn name(self) -> &'static str {
        match self {
            Self::EndPoint => "End-point assessment",
            Self::Reformed => "Apprenticeship assessment",
        }
    }

    pub fn gateway(self) -> &'static str {
        match self {
            Self::EndPoint => "Gateway",
            Self::Reformed => "Gateway to completion",
        }
    }

    /// Returns who assesses.
    pub fn organisation(self) -> &'static str {
        match self {
            Self::EndPoint => "end-point assessment organisation",
            Self::Reformed => "assessment organisation",
        }
    }

    /// Returns the meaning that a party signs when confirming the gateway; `None` for the trainee.
    pub fn meaning_of(self, party: Party) -> Option<&'static str> {
        match (party, self) {
            (Party::Employer, Self::EndPoint) => Some(MEANING_EMPLOYER),
            (Party::Provider, Self::EndPoint) => Some(MEANING_PROVIDER),
            (Party::Employer, Self::Reformed) => Some(
                "For the employer: this trainee works at or above the level of the occupation, the employer has verified their behaviours, and they may pass the gateway to completion.",
            ),
            (Party::Provider, Self::Reformed) => Some(
                "For the training provider: this trainee has met every requirement of the gateway to completion and may complete their apprenticeship assessment.",
            ),
            (Party::Trainee, _) => None,
        }
    }
}

/// The meaning that the employer signs before an end-point assessment.
pub const MEANING_EMPLOYER: &str =
    "For the employer: this trainee works at or above the level of the occupation and may go to end-point assessment.";
pub const MEANING_PROVIDER: &str = "For the training provider: this trainee has met every requirement of the gateway and may go to end-point assessment.";

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VersionDates {
    /// Such as `1.1`.
    pub version: String,
    pub change: Option<String>,
    #[serde(default, deserialize_with = "optional_date")]
    pub earliest: Option<NaiveDate>,
    #[serde(default, deserialize_with = "optional_date")]
    pub latest: Option<NaiveDate>,
}

impl VersionDates {
    pub fn starts(&self) -> StartDates {
        StartDates { earliest: self.earliest, latest: self.latest }
    }

    /// Returns words: `1.1, for starts from 1 Nov 2024: Approved for delivery`.
    pub fn words(&self) -> String {
        let span = self.starts().span();
        let starts = if span.is_empty() { span } else { format!(", for starts {span}") };
        let change = self.change.as_ref().map(|change| format!(": {change}")).unwrap_or_default();
        format!("{}{starts}{change}", self.version)
    }
}

/// Formats canonically: version, first and last start date (`-` if open), what changed.
impl fmt::Display for VersionDates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.version)?;
        for day in [self.earliest, self.latest] {
            match day {
                Some(day) => write!(f, " {day}")?,
                None => f.write_str(" -")?,
            }
        }
        self.change.as_ref().map_or(Ok(()), |change| write!(f, " {change}"))
    }
}

impl FromStr for VersionDates {
    type Err = ValueFault;

    fn from_str(s: &str) -> Result<Self, ValueFault> {
        let not = || fault(s, "a version with its dates");
        let mut words = s.splitn(4, ' ');
        let mut next = || words.next().ok_or_else(not);
        let version = next()?.to_owned();
        let day = |word: &str| if word == "-" { Ok(None) } else { parse_day(word).map(Some).ok_or_else(not) };
        let (earliest, latest) = (day(next()?)?, day(next()?)?);
        Ok(Self { version, change: words.next().map(str::to_owned), earliest, latest })
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// `None` if it does not say.
    pub assessment: Option<Assessment>,
    pub assessment_months: Option<u16>,
    /// Newest first.
    pub versions: Vec<VersionDates>,
    /// By topic, then in the source's order.
    pub texts: Vec<(Topic, String)>,
}

impl About {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub fn of(&self, topic: Topic) -> impl Iterator<Item = &str> {
        self.texts.iter().filter(move |(of, _)| *of == topic).map(|(_, text)| text.as_str())
    }

    pub fn add(&mut self, topic: Topic, text: impl Into<String>) {
        self.texts.push((topic, text.into()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_finds_its_own_row_and_reads_back() {
        for (at, topic) in Topic::ALL.into_iter().enumerate() {
            assert_eq!((topic as usize, topic.slug().parse::<Topic>().unwrap()), (at, topic));
        }
    }

    #[test]
    fn a_version_with_its_dates_reads_back_and_is_said_in_words() {
        for (text, words) in [
            (
                "1.1 2024-11-01 - Occupational standard revised.",
                "1.1, for starts from 1 Nov 2024: Occupational standard revised.",
            ),
            ("1.0 2017-03-31 2024-10-31", "1.0, for starts from 31 Mar 2017 to 31 Oct 2024"),
            ("2.0 - 2030-01-01 x", "2.0, for starts up to 1 Jan 2030: x"),
            ("2.0 - -", "2.0"),
        ] {
            let read: VersionDates = text.parse().unwrap();
            assert_eq!((read.to_string().as_str(), read.words().as_str()), (text, words));
        }
        for text in ["1.0", "1.0 - ", "1.0 2024 -", ""] {
            assert!(text.parse::<VersionDates>().is_err(), "{text}");
        }
    }
}
