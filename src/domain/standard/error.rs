//! Why a standard was refused: one sentence for each thing that may not stand. Must never judge.

use chrono::NaiveDate;
use thiserror::Error;

use crate::domain::primitives::ids::{DutyNo, KsbCode};

/// Why a standard was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StandardFault {
    /// There is no KSB in it.
    #[error("The standard has no KSB")]
    Empty,
    /// It has a code of a department's own list.
    #[error("A code such as L1 is a local competence's; a standard has K, S and B")]
    Local,
    /// More than are read of duties and KSBs, or of links.
    #[error("The standard has {found} {what}; at most {most} are read")]
    TooMany {
        /// `items` (duties and KSBs) or `links`.
        what: &'static str,
        found: usize,
        /// How many there may be.
        most: usize,
    },
    /// A number outside its range: level, months, a duty's or a code's number.
    #[error("{what} is {found}; it must be {range}")]
    Number { what: &'static str, found: u32, range: &'static str },
    /// The last start date lies before the first.
    #[error("The last start date, {latest}, lies before the first, {earliest}")]
    Dates {
        /// The first.
        earliest: NaiveDate,
        /// The last.
        latest: NaiveDate,
    },
    /// Two duties with one number, two KSBs with one code, or one link twice.
    #[error("{0} is there twice")]
    Twice(String),
    /// A link names a duty or KSB that is not in the standard.
    #[error("The link from duty {duty} to {ksb} leads to {missing}, which is not in the standard")]
    Link {
        duty: DutyNo,
        ksb: KsbCode,
        /// The end that is not there.
        missing: String,
    },
    /// An option names a duty or KSB that is not in the standard.
    #[error("{of} names {missing}, which is not in the standard")]
    Option {
        /// The option, as `option_name` calls it.
        of: String,
        /// What is not there.
        missing: String,
    },
    /// A title or text that may not stand.
    #[error("{of}: {why}")]
    Text {
        of: String,
        /// What is wrong with it.
        why: String,
    },
}
