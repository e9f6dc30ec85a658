//! Collects the faults found in a file, up to a limit.

use std::collections::BTreeSet;
use std::fmt::Display;

use countersign_core::primitives::ids::{ClaimId, Digest};
use countersign_core::primitives::text::counted;

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
    /// How many entries the log had when the file was rebuilt from a hub; 0 if it never was.
    pub rebuilt: u64,
    /// What a hub could not bring back then, each once.
    absent: BTreeSet<Absent>,
    /// Erased texts of ended rotations of which nothing shows any more that their own log erased them.
    untold: u64,
}

/// What belongs to an entry and does not travel over a hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Absent {
    Claim(ClaimId),
    Evidence(Digest),
    /// What the bundles until this entry brought.
    Bundle(u64),
    /// What the rotation brought that this entry ended.
    Rotation(u64),
}

impl Faults {
    /// Adds a wrong row of an index.
    pub fn add_of_index(&mut self, what: impl Display) {
        self.in_indexes += 1;
        self.add(None, what);
    }

    /// Adds a fault, unless the file was rebuilt from a hub after the entry at `position`: then it is only counted.
    pub fn add_absent(&mut self, what: Absent, position: u64, sentence: impl Display) {
        if position < self.rebuilt {
            self.absent.insert(what);
        } else {
            self.add(Some(position), sentence);
        }
    }

    /// Adds erased texts of an ended rotation, from whose log a bundle was taken back since.
    pub fn add_untold(&mut self, texts: u64) {
        self.untold += texts;
    }

    /// Whether anything is missing that a hub does not bring back.
    pub fn lacks_absent(&self) -> bool {
        !self.absent.is_empty()
    }

    /// Whether there are texts of which it cannot be told who erased them.
    pub fn has_untold(&self) -> bool {
        self.untold > 0
    }

    /// Returns notes on both.
    pub fn notes(&self) -> Vec<String> {
        let untold = self.has_untold().then(|| {
            let texts = counted(self.untold, "text");
            format!("Erased in ended rotations: {texts}. A bundle of that log was taken back after the end, so that nothing shows whether the log erased them")
        });
        self.note().into_iter().chain(untold).collect()
    }

    /// Returns what a hub could not bring back, as a note.
    fn note(&self) -> Option<String> {
        if self.absent.is_empty() {
            return None;
        }
        let mut many = [0_u64; 4];
        for what in &self.absent {
            many[match what {
                Absent::Claim(_) => 0,
                Absent::Evidence(_) => 1,
                Absent::Bundle(_) => 2,
                Absent::Rotation(_) => 3,
            }] += 1;
        }
        let [claims, files, bundles, rotations] = many;
        let brought = |many, by| format!("what {} brought", counted(many, by));
        let all = [
            (claims, counted(claims, "answered claim")),
            (files, counted(files, "evidence file")),
            (bundles, brought(bundles, "bundle")),
            (rotations, brought(rotations, "rotation")),
        ];
        let each: Vec<String> = all.into_iter().filter(|(many, _)| *many > 0).map(|(_, words)| words).collect();
        let entries = counted(self.rebuilt, "entry");
        Some(format!("This file was rebuilt from a hub, with {entries}. Not in it since then: {}", each.join(", ")))
    }

    /// Adds a fault.
    pub fn add(&mut self, position: Option<u64>, what: impl Display) {
        self.found += 1;
        if self.list.len() < MOST_FAULTS {
            self.list.push(Fault { position, what: what.to_string() });
        }
    }
}
