//! Defines a gateway requirement, as standards and programme rules write it.

use serde::Deserialize;

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatewayRequirement {
    /// A stable slug, such as `english-maths`.
    pub id: String,
    /// A few words, for a list.
    pub text: String,
    pub rule: Option<String>,
    /// What else meets it, in the source's words.
    #[serde(default)]
    pub alternatives: Vec<String>,
    /// Additional advice.
    pub note: Option<String>,
    pub source: Option<String>,
}
