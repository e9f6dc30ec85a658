//! What is known of a standard beside its signed text: versions, funding, recognition, gateway. None of it is signed.

use chrono::NaiveDate;
use serde::Deserialize;

use crate::domain::primitives::toml_date::optional_date;
use crate::domain::standard::about::About;
use crate::domain::standard::gateway_requirement::GatewayRequirement;
use crate::domain::standard::start_dates::StartDates;

/// What a standard's file says beside the standard: for the screen and for rules with dates; none of it is signed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StandardNotes {
    /// What it says of itself.
    pub about: About,
    /// Rules that hang on the start date.
    pub funding: Vec<FundingRule>,
    /// What must be met before end-point assessment.
    pub gateway: Vec<GatewayRequirement>,
}

impl StandardNotes {
    /// The rule of funding that a start on `date` falls under.
    pub fn funding_for(&self, date: NaiveDate) -> Option<&FundingRule> {
        self.funding.iter().find(|rule| StartDates { earliest: rule.from, latest: rule.until }.hold(date))
    }

    /// The gateway requirement of this id.
    pub fn requirement(&self, id: &str) -> Option<&GatewayRequirement> {
        self.gateway.iter().find(|requirement| requirement.id == id)
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
