//! Deserializes TOML dates (`2024-11-01`, no quotes), without time or offset, and texts that are parsed.

use std::fmt::Display;
use std::str::FromStr;

use chrono::NaiveDate;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use toml::value::Datetime;

pub fn date<'de, D: Deserializer<'de>>(from: D) -> Result<NaiveDate, D::Error> {
    day(Datetime::deserialize(from)?)
}

/// Deserializes an optional date; the field also needs `#[serde(default)]`.
pub fn optional_date<'de, D: Deserializer<'de>>(from: D) -> Result<Option<NaiveDate>, D::Error> {
    Option::<Datetime>::deserialize(from)?.map(day).transpose()
}

pub fn parsed<'de, D: Deserializer<'de>, T: FromStr<Err: Display>>(from: D) -> Result<T, D::Error> {
    String::deserialize(from)?.parse().map_err(Error::custom)
}

fn day<E: Error>(read: Datetime) -> Result<NaiveDate, E> {
    let day = match read {
        Datetime { date: Some(d), time: None, offset: None } => {
            NaiveDate::from_ymd_opt(d.year.into(), d.month.into(), d.day.into())
        }
        _ => None,
    };
    day.ok_or_else(|| E::custom(format!("“{read}” is not a date such as 2024-11-01")))
}
