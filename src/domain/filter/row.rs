//! What a filter looks at, of one row of a list. Must never judge it.

use chrono::NaiveDate;

use crate::domain::filter::term::FilterFlag;
use crate::domain::primitives::ids::{DutyNo, KsbCode};
use crate::domain::record::ksb_status::State;
use crate::domain::statement::Kind;

/// Which flags a row has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flags(u32);

impl Flags {
    /// These as well, where that is so.
    pub fn with(self, flag: FilterFlag, is: bool) -> Self {
        Self(self.0 | u32::from(is) << (flag as u32))
    }

    /// Whether a row has this one.
    pub fn has(self, flag: FilterFlag) -> bool {
        self.0 & (1 << (flag as u32)) != 0
    }
}

/// A KSB that a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KsbFact<'a> {
    pub code: KsbCode,
    /// Where it stands.
    pub state: State,
    /// The duties that it is linked to.
    pub duties: &'a [DutyNo],
}

/// What a filter looks at, of one row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FilterRow<'a> {
    /// Where words may stand.
    pub texts: &'a [&'a str],
    /// The KSBs that it is about.
    pub ksbs: &'a [KsbFact<'a>],
    /// Whose it is to answer, or who answered.
    pub by: &'a [&'a str],
    /// Its day.
    pub day: Option<NaiveDate>,
    /// The trainee's level, as its slug.
    pub level: &'a str,
    pub statement: Option<Kind>,
    pub flags: Flags,
}
