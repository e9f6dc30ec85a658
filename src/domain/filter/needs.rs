//! Returns what a filter needs, so that nothing else is queried.

use crate::domain::filter::Filter;
use crate::domain::filter::term::FilterFlag;
use crate::domain::record::ksb_status::State;

impl Filter {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns whether it has only words, so that it may be a name.
    pub fn is_words(&self) -> bool {
        !self.asks_ksbs()
            && (self.since, self.until) == (None, None)
            && (self.by.len(), self.levels.len(), self.statements.len(), self.flags.len()) == (0, 0, 0, 0)
    }

    pub fn asks_ksbs(&self) -> bool {
        !(self.codes.is_empty() && self.states.is_empty() && self.kinds.is_empty() && self.duties.is_empty())
    }

    /// Returns whether a row with many KSBs matches by one in this state: a state named, or any outstanding one if none
    /// is named.
    pub fn asks_one_in(&self, state: State) -> bool {
        if self.states.is_empty() { !state.counts() } else { self.states.contains(&state) }
    }

    pub fn asks_duties(&self) -> bool {
        !self.duties.is_empty()
    }

    pub fn asks_level(&self) -> bool {
        !self.levels.is_empty()
    }

    pub fn asks_days(&self) -> bool {
        self.since.is_some() || self.until.is_some()
    }

    pub fn asks_by(&self) -> bool {
        !self.by.is_empty()
    }

    pub fn asks(&self, flag: FilterFlag) -> bool {
        self.flags.contains(&flag)
    }
}
