//! Renders the page about a standard, and the attribution that the licence requires under its texts.

use crate::output::table::{OutputBlock, fact, wrapped};
use countersign_app::standards::standard::attributed;
use countersign_core::standard::Standard;
use countersign_core::standard::page::Page;

/// Renders the page about a standard, wrapped.
pub fn sections(page: &Page) -> Vec<OutputBlock> {
    let mut parts = Vec::new();
    for section in &page.sections {
        parts.push(OutputBlock::Gap);
        // The licence requires this line unchanged, so it is not wrapped.
        if section.id == "attribution" {
            let names = [section.heading, "Licence"].into_iter();
            parts.push(OutputBlock::Facts(names.zip(&section.texts).map(|(name, text)| fact(name, text)).collect()));
            continue;
        }
        parts.push(OutputBlock::Line(section.heading.to_uppercase()));
        parts.extend(section.texts.iter().flat_map(|text| wrapped(text, 2)));
    }
    parts
}

/// Returns the attribution that the licence requires wherever texts of a standard are printed.
pub fn attribution(standard: &Standard) -> Vec<OutputBlock> {
    let line = attributed(standard).map(|line| fact("Attribution", format!("{}: {line}", standard.reference())));
    line.into_iter().flat_map(|line| [OutputBlock::Gap, OutputBlock::Facts(vec![line])]).collect()
}
