//! The bytes of a file to a department's own list of competences, and all that is to be said of it. Must never take half of
//! one, nor look at the standard that it stands beside (`local_parts::faults_beside` does).

use crate::domain::import::diagnostic::{Diagnostic, Places, Severity, SourceLocation};
use crate::domain::import::draft::LocalDraft;
use crate::domain::import::format::{Form, form, text_of};
use crate::domain::import::{local_csv, local_toml};
use crate::domain::standard::Standard;
use crate::domain::standard::local_parts::LocalFault;

/// What a file came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedCompetenceList {
    /// How it is written, where that could be seen.
    pub form: Option<Form>,
    /// The list, if nothing keeps it out.
    pub list: Option<Standard>,
    /// What is to be said of it, by line.
    pub remarks: Vec<Diagnostic>,
    /// Where everything stands.
    places: Places,
}

impl ParsedCompetenceList {
    /// Those of one weight.
    pub fn of(&self, weight: Severity) -> impl Iterator<Item = &Diagnostic> {
        self.remarks.iter().filter(move |remark| remark.weight == weight)
    }

    /// Says one thing more of it; a fault keeps it out.
    pub fn say(&mut self, remark: Diagnostic) {
        if remark.weight == Severity::Fault {
            self.list = None;
        }
        self.remarks.push(remark);
        self.remarks.sort_by_key(|remark| (remark.weight, remark.place.as_ref().map_or(0, |place| place.line)));
    }

    /// Says a fault that was found by the standards, at its place.
    pub fn fault(&mut self, fault: &LocalFault) {
        self.say(remark(fault, &self.places));
    }

    /// The place of a person whom the list names.
    pub fn place(&self, name: &str) -> Option<SourceLocation> {
        self.places.first(name)
    }
}

/// Reads a list.
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
        Form::Toml => local_toml::read(text),
        Form::Csv => local_csv::read(text),
        Form::Json => {
            let hint = "Write the list as TOML or CSV; the guide's page on competences has the shape";
            Err(vec![Diagnostic::fault(None, "It is JSON; a list of local competences is TOML or CSV", hint)])
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

/// What a fault's places are called: the value of a competence that it is about, else the competence.
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
        LocalFault::BesideNothing => "Name the standard that it stands beside, such as ST0413 1.1",
        LocalFault::BesideTooMany(_) | LocalFault::BesideTwice(_) | LocalFault::WhoTwice(_) => "Name each once",
        LocalFault::BesideList(_) => "Name the standard itself",
        LocalFault::Title(_) | LocalFault::Text(..) => {
            "Type the text anew: what is signed is bound to it to the letter"
        }
        LocalFault::Twice(_) => "Take one of the two away, or give it its own code",
        LocalFault::Code(_) => "Number the competences L1, L2, L3 …",
        LocalFault::Observations(..) => "Say how often it is to be seen; once where nothing is said",
        LocalFault::Months(..) => "Leave it out where the policy's months hold",
        LocalFault::LinkTwice(..) => "Name each KSB once",
        LocalFault::Link(..) => "Name KSBs of the standard; `countersign standard show` lists them",
    }
}
