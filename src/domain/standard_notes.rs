//! What is known of a standard beside its signed text: versions, funding, recognition, gateway. None of it is signed.

use chrono::NaiveDate;
use serde::Deserialize;

use crate::domain::gateway_list::GatewayRequirement;
use crate::domain::standard_parts::StartDates;
use crate::domain::toml_date::optional_date;

/// What a standard's file says beside the standard: for the screen and for rules with dates; none of it is signed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StandardNotes {
    /// What changed in this version.
    pub change: Option<String>,
    /// Months of end-point assessment after the gateway.
    pub months_epa: Option<u16>,
    /// The qualification that it leads to.
    pub qualification: Option<String>,
    /// Who assures the quality of end-point assessment from outside (EQA).
    pub quality_assurance: Option<String>,
    /// Where it is published.
    pub source: Option<String>,
    /// The copyright and licence line, shown wherever the texts are.
    pub attribution: Option<String>,
    /// All versions, newest first.
    pub versions: Vec<VersionDates>,
    /// Rules that hang on the start date.
    pub funding: Vec<FundingRule>,
    /// Professional bodies and what they recognise it for.
    pub recognition: Vec<Recognition>,
    /// What must be met before end-point assessment.
    pub gateway: Vec<GatewayRequirement>,
}

impl StandardNotes {
    /// The version of the standard that a start on `date` belongs to.
    #[must_use]
    pub fn version_for(&self, date: NaiveDate) -> Option<&VersionDates> {
        self.versions.iter().find(|version| version.starts().hold(date))
    }

    /// The rule of funding that a start on `date` falls under.
    #[must_use]
    pub fn funding_for(&self, date: NaiveDate) -> Option<&FundingRule> {
        self.funding.iter().find(|rule| StartDates { earliest: rule.from, latest: rule.until }.hold(date))
    }

    /// The gateway requirement of this id.
    #[must_use]
    pub fn requirement(&self, id: &str) -> Option<&GatewayRequirement> {
        self.gateway.iter().find(|requirement| requirement.id == id)
    }
}

/// One version of a standard and the starts it is for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VersionDates {
    /// The version: `1.1`.
    pub version: String,
    /// What changed.
    pub change: Option<String>,
    /// The first start date.
    #[serde(default, deserialize_with = "optional_date")]
    pub earliest: Option<NaiveDate>,
    /// The last start date.
    #[serde(default, deserialize_with = "optional_date")]
    pub latest: Option<NaiveDate>,
}

impl VersionDates {
    /// The two dates as one.
    #[must_use]
    pub fn starts(&self) -> StartDates {
        StartDates { earliest: self.earliest, latest: self.latest }
    }
}

/// A rule of funding, with the start dates it holds for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FundingRule {
    /// The first start date it holds for.
    #[serde(default, deserialize_with = "optional_date")]
    pub from: Option<NaiveDate>,
    /// The last start date it holds for.
    #[serde(default, deserialize_with = "optional_date")]
    pub until: Option<NaiveDate>,
    /// The least number of months on programme.
    pub minimum_months: Option<u16>,
    /// Off-the-job hours a week, where they go by the week; else the standard's fixed minimum holds.
    pub hours_a_week: Option<u16>,
    /// The rule of off-the-job hours, in words.
    pub text: String,
    /// Where the rule is from.
    pub source: Option<String>,
}

/// A professional body that recognises the standard.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recognition {
    /// The body.
    pub body: String,
    /// The register or title.
    pub level: String,
}
