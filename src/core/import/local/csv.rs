//! Parses a local competence list from CSV: first rows of a word and its value, then a row for each competence.
//!
//! ```text
//! reference,CARDIO-LOCAL
//! version,1
//! title,Cardiology: local competences
//! beside,ST0413 1.1                        once for each standard it is for
//! code,text,observations,months,ksbs,may-sign
//! L1,Records a 12-lead ECG.,5,24,S1 K3,
//! L2,Explains an exercise test.,3,,S2,training-officer
//! ```

use crate::import::csv::{Row, heading_row, reference, require, rows, text_cell};
use crate::import::diagnostic::{Diagnostic, Places, Severity, SourceLocation};
use crate::import::draft::LocalDraft;
use crate::import::html::spaced;
use crate::primitives::ids::{KsbCode, LOCAL_CODE, StandardRef, ValueFault, fault};
use crate::standard::local::CompetenceTerms;
use crate::standard::local_parts::{LocalParts, MOST_COMPETENCES};

/// The maximum rows that are not competences.
const MORE_ROWS: usize = 32;
const HEAD_HINT: &str = "Begin with rows such as `reference,CARDIO-LOCAL`, `version,1`, `title,…`, `beside,ST0413 1.1`";
const COLUMNS: [&str; 6] = ["code", "text", "observations", "months", "ksbs", "may-sign"];

pub(in crate::import) fn read(text: &str) -> Result<LocalDraft, Vec<Diagnostic>> {
    let rows = rows(text, MOST_COMPETENCES + MORE_ROWS).map_err(|remark| vec![remark])?;
    let Some(at) = heading_row(&rows) else {
        let hint = "Put a row `code,text,observations,months,ksbs,may-sign` above the competences";
        return Err(vec![Diagnostic::fault(None, "There is no row “code,text,…”", hint)]);
    };
    let mut reader = Reader::default();
    for row in &rows[..at] {
        reader.about(row);
    }
    let head = &rows[at];
    for cell in head.cells.iter().filter(|cell| !cell.is_empty()) {
        if !COLUMNS.iter().any(|name| cell.eq_ignore_ascii_case(name)) {
            let what = format!("The column “{}” is not read", spaced(cell));
            reader.remarks.push(Diagnostic::warning_at(head.line, what));
        }
    }
    let columns = COLUMNS.map(|name| head.cells.iter().position(|cell| cell.eq_ignore_ascii_case(name)));
    for row in &rows[at + 1..] {
        reader.competence(row, columns);
        if row.cells.iter().skip(head.cells.len()).any(|cell| !cell.is_empty()) {
            let what = "There are more cells than columns with a name";
            reader.fault(row.line, what, "Put quotes round a text with a comma");
        }
    }
    reader.draft()
}

#[derive(Debug, Default)]
struct Reader {
    reference: String,
    version: String,
    title: String,
    beside: Vec<StandardRef>,
    competences: Vec<(KsbCode, String, CompetenceTerms)>,
    places: Places,
    remarks: Vec<Diagnostic>,
}

impl Reader {
    fn fault(&mut self, line: usize, what: impl Into<String>, hint: &str) {
        self.remarks.push(Diagnostic::fault_at(line, what, hint));
    }

    fn about(&mut self, row: &Row<'_>) {
        let (word, value) = (row.cell(0).to_lowercase(), row.cell(1).to_owned());
        if word != "beside" && self.places.first(&word).is_some() {
            self.fault(row.line, format!("“{}” appears twice", spaced(&word)), "Remove one of the two");
        }
        match word.as_str() {
            "reference" => self.reference = value,
            "version" => self.version = value,
            "title" => self.title = text_cell("The title", row.line, &value, &mut self.remarks),
            "beside" => {
                if let Some(standard) = self.word::<StandardRef>(row.line, &value) {
                    self.places.add(standard.to_string(), SourceLocation::line(row.line));
                    self.beside.push(standard);
                }
            }
            _ => {
                let what = format!("“{}” cannot come before the row “code,text,…”", spaced(&word));
                self.fault(row.line, what, HEAD_HINT);
            }
        }
        self.places.add(word, SourceLocation::line(row.line));
    }

    fn word<T: std::str::FromStr<Err = ValueFault>>(&mut self, line: usize, word: &str) -> Option<T> {
        let read = word.parse::<T>();
        read.map_err(|fault| {
            self.fault(line, fault.to_string(), "The guide's page on competences lists the allowed words");
        })
        .ok()
    }

    fn words<T: std::str::FromStr<Err = ValueFault>>(&mut self, row: &Row<'_>, at: Option<usize>) -> Vec<T> {
        let words = at.map_or("", |at| row.cell(at)).split(|c: char| c.is_whitespace() || ",;".contains(c));
        words.filter(|word| !word.is_empty()).filter_map(|word| self.word(row.line, word)).collect()
    }

    fn number<T: std::str::FromStr>(&mut self, row: &Row<'_>, at: Option<usize>) -> Option<T> {
        let cell = at.map_or("", |at| row.cell(at));
        let read = cell.parse().ok();
        if read.is_none() && !cell.is_empty() {
            self.fault(row.line, format!("“{}” is not a number", spaced(cell)), "Write it in digits");
        }
        read
    }

    fn competence(&mut self, row: &Row<'_>, [_, _, observations, months, ksbs, who]: [Option<usize>; 6]) {
        let Ok(code) = row.cell(0).parse::<KsbCode>() else {
            self.fault(row.line, fault(row.cell(0), LOCAL_CODE).to_string(), "Number the competences L1, L2, L3 …");
            return;
        };
        let place = SourceLocation::line(row.line);
        let text = text_cell(&code.to_string(), row.line, row.cell(1), &mut self.remarks);
        self.places.add(code.to_string(), place);
        let term = CompetenceTerms {
            observations: self.number(row, observations).unwrap_or(1),
            months: self.number(row, months),
            links: self.words(row, ksbs),
            who: self.words(row, who),
        };
        for who in &term.who {
            self.places.add(who.to_string(), SourceLocation::line(row.line));
        }
        for link in &term.links {
            self.places.add(format!("{code} {link}"), SourceLocation::line(row.line));
        }
        self.competences.push((code, text, term));
    }

    fn draft(mut self) -> Result<LocalDraft, Vec<Diagnostic>> {
        let words = [
            ("reference", !self.reference.is_empty()),
            ("version", !self.version.is_empty()),
            ("title", self.places.first("title").is_some()),
        ];
        require(&words, HEAD_HINT, &mut self.remarks);
        let found = [self.reference.as_str(), &self.version];
        let found = reference(found, self.places.first("reference"), &mut self.remarks);
        let is_fault = |remark: &Diagnostic| remark.weight == Severity::Fault;
        match found.filter(|_| !self.remarks.iter().any(is_fault)) {
            Some(reference) => {
                let (title, beside, competences) = (self.title, self.beside, self.competences);
                let parts = LocalParts { reference, title, beside, competences };
                Ok(LocalDraft { parts, places: self.places, remarks: self.remarks })
            }
            None => Err(self.remarks),
        }
    }
}
