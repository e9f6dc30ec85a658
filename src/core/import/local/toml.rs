//! Parses a local competence list from TOML, with the line of each value.

use serde::Deserialize;
use toml::Spanned;

use crate::import::diagnostic::{Diagnostic, Places, SourceLocation};
use crate::import::draft::LocalDraft;
use crate::import::standard::json_lines::Lines;
use crate::import::standard::toml::unread;
use crate::primitives::ids::{KsbCode, LOCAL_CODE, StandardRef, ValueFault, fault};
use crate::standard::local::CompetenceTerms;
use crate::standard::local_parts::{LocalParts, MOST_COMPETENCES};

const SHAPE: &str = "The guide's page on competences has the shape of such a file";

pub(in crate::import) fn read(text: &str) -> Result<LocalDraft, Vec<Diagnostic>> {
    let lines = Lines::of(text);
    let file: File = toml::from_str(text).map_err(|error| {
        let at = error.span().map(|span| SourceLocation::line(lines.line(span.start)));
        vec![Diagnostic::fault(at, unread(error.message()), SHAPE)]
    })?;
    if file.competences.len() > MOST_COMPETENCES {
        let what = format!("The list has {} competences. At most {MOST_COMPETENCES} are read", file.competences.len());
        return Err(vec![Diagnostic::fault(None, what, "Cut it into several lists, each with codes of its own")]);
    }
    let mut reader = Reader { lines, places: Places::default(), faults: Vec::new() };
    let draft = reader.list(&file);
    match draft {
        Some(parts) if reader.faults.is_empty() => Ok(LocalDraft { parts, places: reader.places, remarks: Vec::new() }),
        _ => Err(reader.faults),
    }
}

struct Reader<'t> {
    lines: Lines<'t>,
    places: Places,
    faults: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn at<T>(&self, value: &Spanned<T>) -> SourceLocation {
        SourceLocation::line(self.lines.line(value.span().start))
    }

    fn refused<T>(&mut self, place: SourceLocation, what: &dyn std::fmt::Display) -> Option<T> {
        self.faults.push(Diagnostic::fault(Some(place), what.to_string(), SHAPE));
        None
    }

    fn word<T: std::str::FromStr<Err = ValueFault>>(
        &mut self,
        word: &Spanned<String>,
        name: impl FnOnce(&T) -> String,
    ) -> Option<T> {
        let place = self.at(word);
        match word.get_ref().parse::<T>() {
            Ok(value) => {
                self.places.add(name(&value), place);
                Some(value)
            }
            Err(fault) => self.refused(place, &fault),
        }
    }

    /// Converts a number to its type; `local_parts` checks its range.
    fn number<T: TryFrom<i64>>(&mut self, of: &str, value: &Spanned<i64>) -> Option<T> {
        let place = self.at(value);
        self.places.add(of, place.clone());
        T::try_from(*value.get_ref())
            .ok()
            .or_else(|| self.refused(place, &format!("{of}: {} is not a number that can be", value.get_ref())))
    }

    fn list(&mut self, file: &File) -> Option<LocalParts> {
        let (title, beside) = (self.at(&file.title), self.at(&file.beside));
        self.places.add("title", title);
        self.places.add("beside", beside);
        let place = self.at(&file.reference);
        let reference = match StandardRef::new(file.reference.get_ref(), &file.version) {
            Ok(reference) => Some(reference),
            Err(fault) => self.refused(place, &fault),
        };
        let beside: Vec<StandardRef> =
            file.beside.get_ref().iter().filter_map(|word| self.word(word, ToString::to_string)).collect();
        let mut competences = Vec::new();
        for one in &file.competences {
            let place = self.at(&one.code);
            let Ok(code) = one.code.get_ref().parse::<KsbCode>() else {
                self.refused::<()>(place, &fault(one.code.get_ref(), LOCAL_CODE));
                continue;
            };
            self.places.add(code.to_string(), place);
            let links = one.ksbs.iter().filter_map(|word| self.word(word, |link| format!("{code} {link}"))).collect();
            let who = one.may_sign.iter().filter_map(|word| self.word(word, ToString::to_string)).collect();
            if let Some(first) = one.may_sign.first() {
                let place = self.at(first);
                self.places.add(format!("{code} may-sign"), place);
            }
            let observations = match &one.observations {
                Some(value) => self.number(&format!("{code} observations"), value),
                None => Some(1),
            };
            let months = one.months.as_ref().and_then(|value| self.number(&format!("{code} months"), value));
            let term = CompetenceTerms { observations: observations.unwrap_or(1), months, links, who };
            competences.push((code, one.text.clone(), term));
        }
        Some(LocalParts { reference: reference?, title: file.title.get_ref().clone(), beside, competences })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    reference: Spanned<String>,
    version: String,
    title: Spanned<String>,
    beside: Spanned<Vec<Spanned<String>>>,
    #[serde(default)]
    competences: Vec<FileCompetence>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct FileCompetence {
    code: Spanned<String>,
    text: String,
    observations: Option<Spanned<i64>>,
    months: Option<Spanned<i64>>,
    #[serde(default)]
    ksbs: Vec<Spanned<String>>,
    #[serde(default)]
    may_sign: Vec<Spanned<String>>,
}
