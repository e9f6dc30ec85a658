//! Imports a local competence list from a file's bytes, with all diagnostics.

use crate::import::diagnostic::{Diagnostic, Places, Severity, SourceLocation};
use crate::import::draft::LocalDraft;
use crate::import::format::{Form, form, text_of};
use crate::import::local::{csv, toml};
use crate::standard::Standard;
use crate::standard::local_parts::LocalFault;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedCompetenceList {
    pub form: Option<Form>,
    pub list: Option<Standard>,
    pub remarks: Vec<Diagnostic>,
    places: Places,
}

impl ParsedCompetenceList {
    pub fn of(&self, weight: Severity) -> impl Iterator<Item = &Diagnostic> {
        self.remarks.iter().filter(move |remark| remark.weight == weight)
    }

    /// Adds a diagnostic; a fault rejects the list.
    pub fn say(&mut self, remark: Diagnostic) {
        if remark.weight == Severity::Fault {
            self.list = None;
        }
        self.remarks.push(remark);
        self.remarks.sort_by_key(|remark| (remark.weight, remark.place.as_ref().map_or(0, |place| place.line)));
    }

    /// Adds a fault that depends on the standards, at its location.
    pub fn fault(&mut self, fault: &LocalFault) {
        self.say(remark(fault, &self.places));
    }

    /// Returns the location of a person named in the list.
    pub fn place(&self, name: &str) -> Option<SourceLocation> {
        self.places.first(name)
    }
}

pub fn local(bytes: &[u8]) -> ParsedCompetenceList {
    let mut intake = ParsedCompetenceList { form: None, list: None, remarks: Vec::new(), places: Places::default() };
    let text = match text_of(bytes) {
        Ok(text) => text,
        Err(remark) => return ParsedCompetenceList { remarks: vec![remark], ..intake },
    };
    let text = &*text;
    let form = form(text);
    intake.form = Some(form);
    let read = match form {
        Form::Toml => toml::read(text),
        Form::Csv => csv::read(text),
        Form::Json | Form::Case => {
            let hint = "Write the list as TOML or CSV. The guide's page on competences shows how";
            Err(vec![Diagnostic::fault(None, "It is JSON. A list of local competences is TOML or CSV", hint)])
        }
    };
    match read {
        Err(remarks) => {
            for remark in remarks {
                intake.say(remark);
            }
        }
        Ok(LocalDraft { parts, places, remarks }) => {
            intake.places = places;
            match parts.build() {
                Ok(list) => intake.list = Some(list),
                Err(faults) => {
                    for fault in &faults {
                        intake.fault(fault);
                    }
                }
            }
            for remark in remarks {
                intake.say(remark);
            }
        }
    }
    intake
}

/// Locates a fault: at the value that it is about, or else at the competence.
fn remark(fault: &LocalFault, places: &Places) -> Diagnostic {
    let of = |name: String| places.first(&name);
    let part = match fault {
        LocalFault::Twice(code) => places.last(&code.to_string()),
        LocalFault::Observations(code, _) => of(format!("{code} observations")),
        LocalFault::Months(code, _) => of(format!("{code} months")),
        LocalFault::Link(code, link, _) => of(format!("{code} {link}")),
        LocalFault::LinkTwice(code, link) => places.last(&format!("{code} {link}")),
        LocalFault::WhoTwice(code) => of(format!("{code} may-sign")),
        LocalFault::Title(_) => of("title".to_owned()),
        LocalFault::BesideNothing | LocalFault::BesideTooMany(_) => of("beside".to_owned()),
        LocalFault::BesideTwice(standard) => places.last(&standard.to_string()),
        LocalFault::BesideList(standard) => of(standard.to_string()),
        _ => None,
    };
    let whole = || fault.code().and_then(|code| places.first(&code.to_string()));
    Diagnostic::fault(part.or_else(whole), fault.to_string(), advice(fault))
}

fn advice(fault: &LocalFault) -> &'static str {
    match fault {
        LocalFault::Empty => "Give each competence its code and text",
        LocalFault::TooMany(_) => "Cut it into several lists, each with codes of its own",
        LocalFault::BesideNothing => "Name the standard that it goes with, such as ST0413 1.1",
        LocalFault::BesideTooMany(_) | LocalFault::BesideTwice(_) | LocalFault::WhoTwice(_) => "Name each once",
        LocalFault::BesideList(_) => "Name the standard itself",
        LocalFault::Title(_) | LocalFault::Text(..) => "Type the text again: signatures depend on its exact wording",
        LocalFault::Twice(_) => "Remove one of the two, or give it its own code",
        LocalFault::Code(_) => "Number the competences L1, L2, L3 …",
        LocalFault::Observations(..) => "Say how often it must be seen. If you leave it out, once",
        LocalFault::Months(..) => "Leave it out to use the months in the department's settings",
        LocalFault::LinkTwice(..) => "Name each KSB once",
        LocalFault::Link(..) => "Name KSBs of the standard. `countersign standard show` lists them",
    }
}
