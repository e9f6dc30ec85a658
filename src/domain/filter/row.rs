//! Defines the facts of a list row that a filter tests.

use chrono::NaiveDate;

use crate::domain::filter::term::FilterFlag;
use crate::domain::primitives::ids::{DutyNo, KsbCode};
use crate::domain::record::ksb_status::State;
use crate::domain::statement::kind::Kind;

/// The flags of a row, as a bit set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flags(u32);

impl Flags {
    /// Adds a flag if `is` is true.
    #[must_use]
    pub fn with(self, flag: FilterFlag, is: bool) -> Self {
        Self(self.0 | u32::from(is) << (flag as u32))
    }

    /// Returns whether the row has a flag.
    pub fn has(self, flag: FilterFlag) -> bool {
        self.0 & (1 << (flag as u32)) != 0
    }
}

/// A KSB of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KsbFact<'a> {
    pub code: KsbCode,
    pub state: State,
    /// The duties that it is linked to.
    pub duties: &'a [DutyNo],
}

/// The facts of a row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FilterRow<'a> {
    /// The texts in which words are searched.
    pub texts: &'a [&'a str],
    /// The KSBs that it is about.
    pub ksbs: &'a [KsbFact<'a>],
    /// The people who should answer, or who answered.
    pub by: &'a [&'a str],
    /// The date to compare.
    pub day: Option<NaiveDate>,
    /// The trainee's level, as its slug.
    pub level: &'a str,
    pub statement: Option<Kind>,
    pub flags: Flags,
}
