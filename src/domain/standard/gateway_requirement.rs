//! Defines a gateway requirement, as standards and programme rules write it.

use serde::Deserialize;

/// A gateway requirement.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatewayRequirement {
    /// A stable slug, such as `english-maths`.
    pub id: String,
    /// A few words, for a list.
    pub text: String,
    /// The rule, in the source's words.
    pub rule: Option<String>,
    /// What else meets it, in the source's words.
    #[serde(default)]
    pub alternatives: Vec<String>,
    /// Additional advice.
    pub note: Option<String>,
    /// A citation of the rule.
    pub source: Option<String>,
}
