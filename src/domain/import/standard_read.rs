//! The bytes of a file to a standard, whatever form it has, and all that is to be said of it. Must never take half of one.

use crate::domain::import::diagnostic::{Diagnostic, MINIMUM_HOURS, Severity, advice};
use crate::domain::import::draft::Draft;
use crate::domain::import::format::{Form, form, text_of};
use crate::domain::import::lints::warnings;
use crate::domain::import::{standard_csv, standard_json, standard_toml};
use crate::domain::standard::Standard;
use crate::domain::standard::about::About;
use crate::domain::standard::error::StandardFault;
use crate::domain::standard::file::is_shipped;

/// The most minimum hours that are read: no programme of 600 months asks for more.
const MOST_HOURS: u32 = 20_000;

/// What a file came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedStandard {
    /// How it is written, where that could be seen.
    pub form: Option<Form>,
    /// The standard, if nothing keeps it out.
    pub standard: Option<Standard>,
    /// Faults, then warnings, each by line.
    pub remarks: Vec<Diagnostic>,
}

impl ParsedStandard {
    /// Those of one weight.
    pub fn of(&self, weight: Severity) -> impl Iterator<Item = &Diagnostic> {
        self.remarks.iter().filter(move |remark| remark.weight == weight)
    }
}

/// Reads a standard.
pub fn standard(bytes: &[u8]) -> ParsedStandard {
    let text = match text_of(bytes) {
        Ok(text) => text,
        Err(remark) => return ParsedStandard { form: None, standard: None, remarks: vec![remark] },
    };
    let text = &*text;
    let form = form(text);
    let read = match form {
        Form::Json => standard_json::read(text),
        Form::Toml => standard_toml::read(text),
        Form::Csv => standard_csv::read(text),
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
    // Here and not where parts become a standard: one that was adopted before this was asked stays what it is.
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
