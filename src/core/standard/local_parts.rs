//! Validates the parts that a local competence list is built from.

use std::collections::BTreeSet;

use thiserror::Error;

use crate::primitives::ids::{KsbCode, KsbKind, StandardRef};
use crate::standard::Standard;
use crate::standard::builder::text_fault;
use crate::standard::local::{CompetenceTerms, LocalCompetenceList};

pub const MOST_COMPETENCES: usize = 500;
pub const MOST_BESIDE: usize = 8;
pub const MOST_OBSERVATIONS: u16 = 100;
pub const MOST_MONTHS: u32 = 120;

/// The parts of a list, as imported and not yet validated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalParts {
    pub reference: StandardRef,
    pub title: String,
    pub beside: Vec<StandardRef>,
    /// Codes, texts and terms, in any order.
    pub competences: Vec<(KsbCode, String, CompetenceTerms)>,
}

/// Why a list was refused; the messages about a competence begin with its code.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LocalFault {
    #[error("The list has no competence")]
    Empty,
    #[error("The list has {0} competences. At most {MOST_COMPETENCES} are read")]
    TooMany(usize),
    #[error("The list does not name a standard that it goes with")]
    BesideNothing,
    #[error("The list names {0} standards that it goes with. At most {MOST_BESIDE} are read")]
    BesideTooMany(usize),
    #[error("{0} is named twice among the standards that the list goes with")]
    BesideTwice(StandardRef),
    #[error("{0} is a list, not a standard")]
    BesideList(StandardRef),
    #[error("The title: {0}")]
    Title(String),
    #[error("{0} appears twice")]
    Twice(KsbCode),
    #[error("{0} is the code of a KSB. A competence has L and a number from 1 to 999, such as L1")]
    Code(KsbCode),
    #[error("{0}: {1}")]
    Text(KsbCode, String),
    #[error("{0} asks for {1} observations. Use 1 to {MOST_OBSERVATIONS}")]
    Observations(KsbCode, u16),
    #[error("{0} is due again after {1} months. Use 1 to {MOST_MONTHS}, or leave it out")]
    Months(KsbCode, u32),
    #[error("{0} is linked to {1} twice")]
    LinkTwice(KsbCode, KsbCode),
    #[error("{0} is linked to {1}, which is not a KSB of {2}")]
    Link(KsbCode, KsbCode, StandardRef),
    #[error("{0} names twice who may sign it off")]
    WhoTwice(KsbCode),
}

impl LocalFault {
    pub fn code(&self) -> Option<KsbCode> {
        match self {
            Self::Twice(code)
            | Self::Code(code)
            | Self::Text(code, _)
            | Self::Observations(code, _)
            | Self::Months(code, _)
            | Self::LinkTwice(code, _)
            | Self::Link(code, ..)
            | Self::WhoTwice(code) => Some(*code),
            _ => None,
        }
    }
}

impl LocalParts {
    /// Checks and sorts the parts; returns all faults, not only the first.
    pub fn build(mut self) -> Result<Standard, Vec<LocalFault>> {
        let faults = self.faults();
        if !faults.is_empty() {
            return Err(faults);
        }
        self.beside.sort_unstable();
        let (mut texts, mut local) = (Vec::new(), LocalCompetenceList { beside: self.beside, terms: [].into() });
        for (code, text, mut term) in self.competences {
            term.links.sort_unstable();
            term.who.sort_unstable();
            local.terms.insert(code, term);
            texts.push((code, text));
        }
        Ok(Standard::of_list(self.reference, self.title, texts, local))
    }

    /// Returns all faults that do not depend on a standard.
    pub fn faults(&self) -> Vec<LocalFault> {
        if self.competences.len() > MOST_COMPETENCES {
            return vec![LocalFault::TooMany(self.competences.len())];
        }
        let mut faults = Vec::new();
        if self.competences.is_empty() {
            faults.push(LocalFault::Empty);
        }
        match self.beside.len() {
            0 => faults.push(LocalFault::BesideNothing),
            n if n > MOST_BESIDE => faults.push(LocalFault::BesideTooMany(n)),
            _ => faults.extend(twice(&self.beside).cloned().map(LocalFault::BesideTwice)),
        }
        faults.extend(text_fault(&self.title).map(LocalFault::Title));
        let mut codes = BTreeSet::new();
        for (code, text, term) in &self.competences {
            if !codes.insert(*code) {
                faults.push(LocalFault::Twice(*code));
            }
            if code.kind != KsbKind::Local {
                faults.push(LocalFault::Code(*code));
            }
            faults.extend(text_fault(text).map(|why| LocalFault::Text(*code, why)));
            if !(1..=MOST_OBSERVATIONS).contains(&term.observations) {
                faults.push(LocalFault::Observations(*code, term.observations));
            }
            if let Some(months) = term.months.filter(|months| !(1..=MOST_MONTHS).contains(months)) {
                faults.push(LocalFault::Months(*code, months));
            }
            faults.extend(twice(&term.links).map(|link| LocalFault::LinkTwice(*code, *link)));
            faults.extend(twice(&term.who).map(|_| LocalFault::WhoTwice(*code)));
        }
        faults
    }
}

/// Returns the faults of a list for this standard: links to KSBs that it does not have.
pub fn faults_with(list: &Standard, standard: &Standard) -> Vec<LocalFault> {
    if standard.local().is_some() {
        return vec![LocalFault::BesideList(standard.reference().clone())];
    }
    let mut faults = Vec::new();
    for (code, term) in list.local().into_iter().flat_map(|local| &local.terms) {
        let nothing = term.links.iter().filter(|link| standard.ksb(**link).is_none());
        faults.extend(nothing.map(|link| LocalFault::Link(*code, *link, standard.reference().clone())));
    }
    faults
}

fn twice<T: Ord>(values: &[T]) -> impl Iterator<Item = &T> {
    let mut seen = BTreeSet::new();
    values.iter().filter(move |value| !seen.insert(*value))
}
