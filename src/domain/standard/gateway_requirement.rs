//! A requirement of the gateway, as a standard or the programme rules write it. Must never be judged here.

use serde::Deserialize;

/// One requirement of the gateway.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatewayRequirement {
    /// A short name that does not change: `english-maths`.
    pub id: String,
    /// A few words for a list.
    pub text: String,
    /// The rule in the source's own words.
    pub rule: Option<String>,
    /// What else meets it, in the source's own words.
    #[serde(default)]
    pub alternatives: Vec<String>,
    /// What one should know of it.
    pub note: Option<String>,
    /// Where the rule is from.
    pub source: Option<String>,
}
