//! Defines a standard's notes: descriptive part, funding and gateway, which are not signed.

use chrono::NaiveDate;
use serde::Deserialize;

use crate::primitives::toml_value::optional_date;
use crate::standard::about::About;
use crate::standard::gateway_requirement::GatewayRequirement;
use crate::standard::start_dates::StartDates;

/// A standard's notes from its file, for the screen and for rules by date; not signed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StandardNotes {
    pub about: About,
    pub funding: Vec<FundingRule>,
    pub gateway: Vec<GatewayRequirement>,
}

impl StandardNotes {
    pub fn funding_for(&self, date: NaiveDate) -> Option<&FundingRule> {
        self.funding.iter().find(|rule| StartDates { earliest: rule.from, latest: rule.until }.hold(date))
    }

    pub fn requirement(&self, id: &str) -> Option<&GatewayRequirement> {
        self.gateway.iter().find(|requirement| requirement.id == id)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FundingRule {
    #[serde(default, deserialize_with = "optional_date")]
    pub from: Option<NaiveDate>,
    #[serde(default, deserialize_with = "optional_date")]
    pub until: Option<NaiveDate>,
    pub minimum_months: Option<u16>,
    /// Off-the-job hours a week; `None` means the standard's fixed minimum.
    pub hours_a_week: Option<u16>,
    pub text: String,
    pub source: Option<String>,
}
