//! Collects the faults found in a file, up to a limit.

use std::fmt::Display;

/// How many faults are listed; the rest are only counted.
const MOST_FAULTS: usize = 1_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The entry's position, from 0; `None` if it is not about one entry.
    pub position: Option<u64>,
    /// What is wrong, as a sentence.
    pub what: String,
}

/// The faults found so far.
#[derive(Debug, Default)]
pub struct Faults {
    /// The first faults, in the order found.
    pub list: Vec<Fault>,
    pub found: u64,
    /// How many of them are wrong rows of an index, which `rebuild` puts right.
    pub in_indexes: u64,
}

impl Faults {
    /// Adds a wrong row of an index.
    pub fn add_of_index(&mut self, what: impl Display) {
        self.in_indexes += 1;
        self.add(None, what);
    }

    /// Adds a fault.
    pub fn add(&mut self, position: Option<u64>, what: impl Display) {
        self.found += 1;
        if self.list.len() < MOST_FAULTS {
            self.list.push(Fault { position, what: what.to_string() });
        }
    }
}
