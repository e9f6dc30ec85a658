//! For what a filter asks, so that nothing else is looked up for it. Must never look at a row.

use crate::domain::filter::Filter;
use crate::domain::filter::term::FilterFlag;
use crate::domain::record::ksb_status::State;

impl Filter {
    /// Whether everything is listed.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it is words alone, so that what was meant may as well be a name.
    pub fn is_words(&self) -> bool {
        !self.asks_ksbs()
            && (self.since, self.until) == (None, None)
            && (self.by.len(), self.levels.len(), self.statements.len(), self.flags.len()) == (0, 0, 0, 0)
    }

    /// Whether it asks for KSBs.
    pub fn asks_ksbs(&self) -> bool {
        !(self.codes.is_empty() && self.states.is_empty() && self.kinds.is_empty() && self.duties.is_empty())
    }

    /// Whether of a row that has many KSBs one in this state is asked for: where no state is named, one that is still
    /// outstanding is meant.
    pub fn asks_one_in(&self, state: State) -> bool {
        if self.states.is_empty() { !state.counts() } else { self.states.contains(&state) }
    }

    /// Whether it asks for duties.
    pub fn asks_duties(&self) -> bool {
        !self.duties.is_empty()
    }

    /// Whether it asks for levels.
    pub fn asks_level(&self) -> bool {
        !self.levels.is_empty()
    }

    /// Whether it asks for days.
    pub fn asks_days(&self) -> bool {
        self.since.is_some() || self.until.is_some()
    }

    /// Whether it asks who.
    pub fn asks_by(&self) -> bool {
        !self.by.is_empty()
    }

    /// Whether it asks for a flag.
    pub fn asks(&self, flag: FilterFlag) -> bool {
        self.flags.contains(&flag)
    }
}
