//! A standard or list half read: its parts, where each stands, what is to be said of it so far. Must never be adopted itself.

use std::collections::BTreeSet;

use crate::domain::import::diagnostic::{Diagnostic, Places, SourceLocation, link_name};
use crate::domain::primitives::ids::{DutyNo, KsbCode};
use crate::domain::standard::builder::StandardParts;
use crate::domain::standard::local_parts::LocalParts;

/// What a reader of one form found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub parts: StandardParts,
    /// Where they stand.
    pub places: Places,
    /// What the reader has to say already.
    pub remarks: Vec<Diagnostic>,
}

/// What a reader of a list of local competences found.
#[derive(Debug)]
pub(in crate::domain::import) struct LocalDraft {
    pub parts: LocalParts,
    /// Where they stand.
    pub places: Places,
    /// What the reader has to say already.
    pub remarks: Vec<Diagnostic>,
}

/// Links as they are found, each kept once.
#[derive(Debug, Default)]
pub struct Links {
    pub all: Vec<(DutyNo, KsbCode)>,
    seen: BTreeSet<(DutyNo, KsbCode)>,
}

impl Links {
    /// Keeps a link; one that is there already is warned of.
    pub fn add(
        &mut self,
        link: (DutyNo, KsbCode),
        place: SourceLocation,
        places: &mut Places,
        remarks: &mut Vec<Diagnostic>,
    ) {
        let name = link_name(&link.0, &link.1);
        if self.seen.insert(link) {
            self.all.push(link);
            places.add(name, place);
        } else {
            remarks.push(Diagnostic::warning(Some(place), format!("{name} is given twice; it is kept once")));
        }
    }
}
