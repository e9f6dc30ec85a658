//! Defines why a standard is refused, with a message for each fault.

use chrono::NaiveDate;
use thiserror::Error;

use crate::primitives::ids::{DutyNo, KsbCode};

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StandardFault {
    #[error("The standard has no KSB")]
    Empty,
    #[error("A code such as L1 is a local competence's. A standard has K, S and B")]
    Local,
    #[error("The standard has {found} {what}. At most {most} are read")]
    TooMany { what: &'static str, found: usize, most: usize },
    #[error("{what} is {found}. It must be {range}")]
    Number { what: &'static str, found: u32, range: &'static str },
    #[error("The last start date, {latest}, is before the first, {earliest}")]
    Dates { earliest: NaiveDate, latest: NaiveDate },
    #[error("{0} appears twice")]
    Twice(String),
    #[error("The link from duty {duty} to {ksb} leads to {missing}, which is not in the standard")]
    Link { duty: DutyNo, ksb: KsbCode, missing: String },
    #[error("{of} names {missing}, which is not in the standard")]
    Option { of: String, missing: String },
    #[error("{of}: {why}")]
    Text { of: String, why: String },
}
