//! Holds a parsed standard or local list before validation: parts, locations and diagnostics.

use std::collections::BTreeSet;

use crate::import::diagnostic::{Diagnostic, Places, SourceLocation, link_name};
use crate::primitives::ids::{DutyNo, KsbCode};
use crate::standard::builder::StandardParts;
use crate::standard::local_parts::LocalParts;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub parts: StandardParts,
    pub places: Places,
    pub remarks: Vec<Diagnostic>,
}

#[derive(Debug)]
pub(in crate::import) struct LocalDraft {
    pub parts: LocalParts,
    pub places: Places,
    pub remarks: Vec<Diagnostic>,
}

#[derive(Debug, Default)]
pub struct Links {
    pub all: Vec<(DutyNo, KsbCode)>,
    seen: BTreeSet<(DutyNo, KsbCode)>,
}

impl Links {
    /// Adds a link; a repeated one causes a warning.
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
            remarks.push(Diagnostic::warning(Some(place), format!("{name} is given twice. It is kept once")));
        }
    }
}
