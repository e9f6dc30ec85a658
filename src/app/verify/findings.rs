//! What is wrong with a file, gathered as it is found. Must never grow with the file.

use std::fmt::Display;

/// Faults listed; more are only counted.
const MOST_FAULTS: usize = 1_000;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The entry's position, from 0; nothing where it is not about one.
    pub position: Option<u64>,
    /// What is wrong, a sentence.
    pub what: String,
}

/// Faults being gathered.
#[derive(Debug, Default)]
pub struct Faults {
    /// The first of them, in the order in which they were found.
    pub list: Vec<Fault>,
    pub found: u64,
}

impl Faults {
    /// Adds one.
    pub fn add(&mut self, position: Option<u64>, what: impl Display) {
        self.found += 1;
        if self.list.len() < MOST_FAULTS {
            self.list.push(Fault { position, what: what.to_string() });
        }
    }

    /// Adds all that was gathered elsewhere.
    pub fn append(&mut self, other: Faults) {
        self.found += other.found;
        let room = MOST_FAULTS.saturating_sub(self.list.len());
        self.list.extend(other.list.into_iter().take(room));
    }
}
