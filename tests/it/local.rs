//! A small list of local competences to try rules and indexes on.

use std::sync::Arc;

use countersign_core::standard::Standard;
use countersign_core::standard::local_text::read;
use countersign_core::statement::Body;
use countersign_core::statement::kinds::adoption::Competences;

use crate::world::clean;

/// Five observations every two years; one that a named supervisor alone signs; one that every supervisor does.
pub const LIST: &str = "countersign-competences/1\nlist ECG-LOCAL 1\ntitle Cardiology: local competences\n\
    beside ST0413 1.1\ncompetence L1 Record a 12-lead ECG\nobservations 5\nmonths 24\nlink K1\nlink S26\n\
    competence L2 Fit an ambulatory monitor\nobservations 1\nmay-sign training-officer\nmay-sign person:02c1\n\
    competence L3 Clean the leads\nobservations 2\n";

/// The list, changed.
pub fn list(from: &str, to: &str) -> Arc<Standard> {
    assert!(LIST.contains(from), "{from}");
    Arc::new(read(&LIST.replace(from, to)).unwrap())
}

/// What adopts a list.
pub fn adopting(list: &Standard) -> Body {
    Body::Competences(Competences {
        list: list.reference().clone(),
        title: clean(list.title()),
        beside: list.local().unwrap().beside.clone(),
        content: list.digest(),
    })
}
