//! Defines the facts of a list row that a filter tests.

use chrono::NaiveDate;

use crate::filter::term::FilterFlag;
use crate::primitives::ids::{DutyNo, KsbCode};
use crate::record::ksb_status::State;
use crate::statement::kind::Kind;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flags(u32);

impl Flags {
    #[must_use]
    pub fn with(self, flag: FilterFlag, is: bool) -> Self {
        Self(self.0 | u32::from(is) << (flag as u32))
    }

    pub fn has(self, flag: FilterFlag) -> bool {
        self.0 & (1 << (flag as u32)) != 0
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KsbFact<'a> {
    pub code: KsbCode,
    pub state: State,
    pub duties: &'a [DutyNo],
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FilterRow<'a> {
    /// The texts in which words are searched.
    pub texts: &'a [&'a str],
    pub ksbs: &'a [KsbFact<'a>],
    pub by: &'a [&'a str],
    pub day: Option<NaiveDate>,
    /// The trainee's level, as its slug.
    pub level: &'a str,
    pub statement: Option<Kind>,
    pub flags: Flags,
}
