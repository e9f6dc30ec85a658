//! Defines the arguments of an observation, which signing off KSBs and answering claims share.

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::domain::statement::kinds::sign_off::{Method, Supervision};

/// What was seen.
#[derive(Debug, Args)]
pub struct Seen {
    /// It was not yet to the standard; needs --feedback, --action and --by.
    #[arg(long, requires = "feedback", requires = "action", requires = "by")]
    pub not_achieved: bool,
    /// What you say of it.
    #[arg(long, value_name = "TEXT")]
    pub feedback: Option<String>,
    /// What to do next.
    #[arg(long, value_name = "TEXT", requires = "by")]
    pub action: Option<String>,
    /// By which day: “in 2 weeks”, 2026-12-05.
    #[arg(long, value_name = "DATE", requires = "action")]
    pub by: Option<String>,
    /// How it was judged.
    #[arg(long, value_parser = one_of::<Method>(Method::ALL.iter().map(|method| method.slug()).collect()))]
    pub method: Option<Method>,
    /// How closely the trainee was watched.
    #[arg(long, value_parser = one_of::<Supervision>(Supervision::ALL.iter().map(|level| level.slug()).collect()))]
    pub supervision: Option<Supervision>,
    /// The day it was seen: today, yesterday, monday, “20 Nov”, 2026-11-20.
    #[arg(long, value_name = "DATE", default_value = "today")]
    pub observed: String,
    /// Where it was seen.
    #[arg(long, value_name = "TEXT")]
    pub place: Option<String>,
    /// Why it is signed so late.
    #[arg(long, value_name = "TEXT")]
    pub late: Option<String>,
}

/// Returns a parser that offers the slugs of a closed list.
pub fn one_of<T>(slugs: Vec<&'static str>) -> impl TypedValueParser<Value = T>
where
    T: std::str::FromStr<Err: std::error::Error + Send + Sync + 'static> + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(slugs).try_map(|slug| slug.parse::<T>())
}
