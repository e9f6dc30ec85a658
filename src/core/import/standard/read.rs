//! Imports a standard from a file's bytes in any supported format, with all diagnostics.

use crate::import::diagnostic::{Diagnostic, MINIMUM_HOURS, Severity, advice};
use crate::import::draft::Draft;
use crate::import::format::{Form, form, text_of};
use crate::import::standard::lints::warnings;
use crate::import::standard::{case, csv, json, toml};
use crate::standard::Standard;
use crate::standard::about::About;
use crate::standard::error::StandardFault;
use crate::standard::file::is_shipped;

/// The maximum of the minimum hours; no programme of 600 months needs more.
const MOST_HOURS: u32 = 20_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedStandard {
    pub form: Option<Form>,
    pub standard: Option<Standard>,
    /// Faults, then warnings, each by line.
    pub remarks: Vec<Diagnostic>,
}

impl ParsedStandard {
    pub fn of(&self, weight: Severity) -> impl Iterator<Item = &Diagnostic> {
        self.remarks.iter().filter(move |remark| remark.weight == weight)
    }
}

pub fn standard(bytes: &[u8]) -> ParsedStandard {
    let text = match text_of(bytes) {
        Ok(text) => text,
        Err(remark) => return ParsedStandard { form: None, standard: None, remarks: vec![remark] },
    };
    let text = &*text;
    let form = match form(text) {
        Form::Json if case::is_package(text) => Form::Case,
        other => other,
    };
    let read = match form {
        Form::Case => case::read(text),
        Form::Json => json::read(text),
        Form::Toml => toml::read(text),
        Form::Csv => csv::read(text),
    };
    let (standard, mut remarks) = match read {
        Ok(draft) => finished(draft),
        Err(remarks) => (None, remarks),
    };
    remarks.sort_by_key(|remark| (remark.weight, remark.place.as_ref().map_or(0, |place| place.line)));
    ParsedStandard { form: Some(form), standard, remarks }
}

fn finished(draft: Draft) -> (Option<Standard>, Vec<Diagnostic>) {
    let Draft { mut parts, places, mut remarks } = draft;
    if is_shipped(&parts.reference) {
        parts.about = About::default();
    }
    // Checked here and not in `Standard::build`, so that standards adopted earlier remain valid.
    let hours = parts.hours.filter(|hours| !(1..=MOST_HOURS).contains(hours));
    let hours = hours.map(|found| StandardFault::Number { what: MINIMUM_HOURS, found, range: "1 to 20,000" });
    let built = match (Standard::build(parts), hours) {
        (Ok(standard), None) => Ok(standard),
        (built, hours) => Err(built.err().into_iter().flatten().chain(hours).collect::<Vec<_>>()),
    };
    let standard = match built {
        Ok(standard) => standard,
        Err(faults) => {
            remarks.extend(
                faults.iter().map(|fault| Diagnostic::fault(places.of_fault(fault), fault.to_string(), advice(fault))),
            );
            return (None, remarks);
        }
    };
    remarks.extend(warnings(&standard, &places));
    let sound = remarks.iter().all(|remark| remark.weight == Severity::Warning);
    (sound.then_some(standard), remarks)
}
