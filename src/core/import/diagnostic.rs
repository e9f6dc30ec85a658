//! Defines the faults and warnings of an imported file, with their locations.

use std::collections::HashMap;
use std::fmt;

use crate::import::cell::letters;
use crate::standard::error::StandardFault;

slugs! {
    Severity {
        Fault = "fault";
        /// Does not prevent it, but must be shown.
        Warning = "warning";
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceLocation {
    /// From 1.
    pub line: usize,
    /// For JSON and tables, a path such as `knowledges[3].detail`.
    pub path: Option<String>,
}

impl SourceLocation {
    pub fn line(line: usize) -> Self {
        Self { line, path: None }
    }

    /// Returns the location of a table's cell, its column counted from 0.
    pub fn column(line: usize, at: usize) -> Self {
        Self { line, path: Some(format!("column {}", letters(at))) }
    }
}

impl fmt::Display for SourceLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            Some(path) => write!(f, "line {}, {path}", self.line),
            None => write!(f, "line {}", self.line),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    pub weight: Severity,
    /// Set if it is about one place.
    pub place: Option<SourceLocation>,
    /// A sentence without a full stop.
    pub what: String,
    /// What to do about it; may be empty.
    pub hint: String,
}

impl Diagnostic {
    pub fn fault(place: Option<SourceLocation>, what: impl Into<String>, hint: &str) -> Self {
        Self { weight: Severity::Fault, place, what: what.into(), hint: hint.to_owned() }
    }

    pub fn fault_at(line: usize, what: impl Into<String>, hint: &str) -> Self {
        Self::fault(Some(SourceLocation::line(line)), what, hint)
    }

    pub fn warning_at(line: usize, what: impl Into<String>) -> Self {
        Self::warning(Some(SourceLocation::line(line)), what)
    }

    pub fn warning(place: Option<SourceLocation>, what: impl Into<String>) -> Self {
        Self { weight: Severity::Warning, place, what: what.into(), hint: String::new() }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(f, "{} ({place})", self.what),
            None => f.write_str(&self.what),
        }
    }
}

/// The locations of a file's items, by the names that faults use: `K1`, `Duty 2`, `The title`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places(HashMap<String, Vec<SourceLocation>>);

impl Places {
    pub fn add(&mut self, name: impl Into<String>, place: SourceLocation) {
        self.0.entry(name.into()).or_default().push(place);
    }

    pub fn first(&self, name: &str) -> Option<SourceLocation> {
        self.0.get(name).and_then(|places| places.first()).cloned()
    }

    pub fn last(&self, name: &str) -> Option<SourceLocation> {
        self.0.get(name).and_then(|places| places.last()).cloned()
    }

    /// Returns the location of a fault; for a repeated item, the last one.
    pub fn of_fault(&self, fault: &StandardFault) -> Option<SourceLocation> {
        match fault {
            StandardFault::Twice(name) => self.last(name),
            StandardFault::Link { duty, ksb, .. } => self.first(&link_name(duty, ksb)),
            StandardFault::Text { of, .. } | StandardFault::Option { of, .. } => self.first(of),
            StandardFault::Number { what, .. } => self.first(what),
            StandardFault::Dates { .. } => self.first("The last start date"),
            StandardFault::Empty | StandardFault::Local | StandardFault::TooMany { .. } => None,
        }
    }
}

pub const MINIMUM_HOURS: &str = "The number of minimum hours";

pub fn link_name(duty: &impl fmt::Display, ksb: &impl fmt::Display) -> String {
    format!("The link from duty {duty} to {ksb}")
}

pub fn advice(fault: &StandardFault) -> &'static str {
    match fault {
        StandardFault::Empty => "Give each knowledge, skill and behaviour its code and text",
        StandardFault::Local => "Put them into a list of their own: `countersign competences import`",
        StandardFault::TooMany { .. } => "Leave out what is not a duty or a KSB, or cut it into several standards",
        StandardFault::Number { .. } => "Write the number that the standard's publisher gives",
        StandardFault::Dates { .. } => "Swap the two dates, or leave one out",
        StandardFault::Twice(_) => "Remove one of the two, or give it its own code",
        StandardFault::Link { .. } | StandardFault::Option { .. } => "Add what it links to, or remove the link",
        StandardFault::Text { .. } => "Type the text again: signatures depend on its exact wording",
    }
}
