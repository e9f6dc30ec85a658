//! Parses values that several options share.

use clap::builder::{PossibleValuesParser, TypedValueParser};

use countersign_core::people::person::Role;
use countersign_core::primitives::text::parse_yes;

pub fn roles() -> impl TypedValueParser<Value = Role> {
    one_of(Role::ALL.iter().map(|role| role.slug()).collect())
}

/// Parses `yes` or `no`.
pub fn yes_or_no(text: &str) -> Result<bool, String> {
    parse_yes(text).ok_or_else(|| "say yes or no".to_owned())
}

/// Returns a parser that offers the slugs of a closed list.
pub fn one_of<T>(slugs: Vec<&'static str>) -> impl TypedValueParser<Value = T>
where
    T: std::str::FromStr<Err: std::error::Error + Send + Sync + 'static> + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(slugs).try_map(|slug| slug.parse::<T>())
}
