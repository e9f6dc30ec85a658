//! What a filter looks at, of one row of a list. Must never judge it.

use chrono::NaiveDate;

use crate::domain::competence::State;
use crate::domain::filter_parts::Flag;
use crate::domain::statement::Kind;
use crate::domain::value::{DutyNo, KsbCode};

/// Which flags a row has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flags(u32);

impl Flags {
    /// These as well, where that is so.
    #[must_use]
    pub fn with(self, flag: Flag, is: bool) -> Self {
        Self(self.0 | u32::from(is) << (flag as u32))
    }

    /// Whether a row has this one.
    #[must_use]
    pub fn has(self, flag: Flag) -> bool {
        self.0 & (1 << (flag as u32)) != 0
    }
}

/// A KSB that a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KsbFact<'a> {
    /// Which.
    pub code: KsbCode,
    /// Where it stands.
    pub state: State,
    /// The duties that it is linked to.
    pub duties: &'a [DutyNo],
}

/// What a filter looks at, of one row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Facts<'a> {
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
    /// The kind of statement.
    pub statement: Option<Kind>,
    /// What else is so.
    pub flags: Flags,
}
