//! The page about a standard, for a reader, and the line of the licence under its texts. Must never leave that line out.

use crate::app::standards::attributed;
use crate::cli::sheet::{Part, wrapped};
use crate::domain::standard::Standard;
use crate::domain::standard_page::Page;

/// The page about a standard, wrapped.
#[must_use]
pub fn sections(page: &Page) -> Vec<Part> {
    let mut parts = Vec::new();
    for section in &page.sections {
        parts.extend([Part::Gap, Part::Line(section.heading.to_uppercase())]);
        // The licence asks for its line as it is.
        let as_it_is = section.id == "attribution";
        let lines = |text: &String| if as_it_is { vec![Part::Line(format!("  {text}"))] } else { wrapped(text, 2) };
        parts.extend(section.texts.iter().flat_map(lines));
    }
    parts
}

/// The line that the licence asks for wherever texts of a standard are printed.
#[must_use]
pub fn attribution(standard: &Standard) -> Vec<Part> {
    let line = attributed(standard).map(|line| format!("{}: {line}", standard.reference()));
    line.into_iter().flat_map(|line| [Part::Gap, Part::Line(line)]).collect()
}
