//! A standard or list half read: its parts, where each stands, what is to be said of it so far. Must never be adopted itself.

use std::collections::BTreeSet;

use crate::domain::intake::remark::{Place, Places, Remark, link_name};
use crate::domain::local_parts::LocalParts;
use crate::domain::standard_parts::StandardParts;
use crate::domain::value::{DutyNo, KsbCode};

/// What a reader of one form found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The parts, unchecked.
    pub parts: StandardParts,
    /// Where they stand.
    pub places: Places,
    /// What the reader has to say already.
    pub remarks: Vec<Remark>,
}

/// What a reader of a list of local competences found.
#[derive(Debug)]
pub(in crate::domain::intake) struct LocalDraft {
    /// The parts, unchecked.
    pub parts: LocalParts,
    /// Where they stand.
    pub places: Places,
    /// What the reader has to say already.
    pub remarks: Vec<Remark>,
}

/// Links as they are found, each kept once.
#[derive(Debug, Default)]
pub struct Links {
    /// Those found.
    pub all: Vec<(DutyNo, KsbCode)>,
    seen: BTreeSet<(DutyNo, KsbCode)>,
}

impl Links {
    /// Keeps a link; one that is there already is warned of.
    pub fn add(&mut self, link: (DutyNo, KsbCode), place: Place, places: &mut Places, remarks: &mut Vec<Remark>) {
        let name = link_name(&link.0, &link.1);
        if self.seen.insert(link) {
            self.all.push(link);
            places.add(name, place);
        } else {
            remarks.push(Remark::warning(Some(place), format!("{name} is given twice; it is kept once")));
        }
    }
}
