//! Defines the JSON shapes of a department's own lists of competences. Within a version no field is renamed or removed.

use serde::Serialize;

use crate::cli::json::standard::RemarkRow;
use crate::domain::standard::{Ksb, Standard};

/// Adopted lists, or the one that a file would add.
#[derive(Debug, Serialize)]
pub struct Lists {
    pub schema: &'static str,
    pub lists: Vec<ListRow>,
}

/// The result or preview of importing a list.
#[derive(Debug, Serialize)]
pub struct ListImport {
    pub schema: &'static str,
    pub form: &'static str,
    pub lists: Vec<ListRow>,
    pub remarks: Vec<RemarkRow>,
    pub adopted: bool,
    pub against: Option<String>,
    pub same: Option<usize>,
    pub trainees: Option<usize>,
}

/// Errors and warnings of a list's file.
#[derive(Debug, Serialize)]
pub struct ListCheck {
    pub schema: &'static str,
    pub list: Option<String>,
    pub faults: usize,
    pub warnings: usize,
    pub remarks: Vec<RemarkRow>,
}

/// A list.
#[derive(Debug, Serialize)]
pub struct ListRow {
    pub id: String,
    pub title: String,
    pub beside: Vec<String>,
    pub in_force: bool,
    pub sha256: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub competences: Vec<CompetenceRow>,
}

/// A competence of a list.
#[derive(Debug, Serialize)]
pub struct CompetenceRow {
    pub id: String,
    pub text: String,
    pub observations: u16,
    pub months: Option<u32>,
    pub ksbs: Vec<String>,
    pub may_sign: Vec<String>,
}

impl ListRow {
    /// Returns a list without its competences.
    pub fn brief(list: &Standard, in_force: bool) -> Self {
        let beside = list.local().map(|local| local.beside.iter().map(ToString::to_string).collect());
        Self {
            id: list.reference().to_string(),
            title: list.title().to_owned(),
            beside: beside.unwrap_or_default(),
            in_force,
            sha256: list.digest().hex(),
            competences: Vec::new(),
        }
    }

    /// Returns a list with its competences.
    pub fn whole(list: &Standard, in_force: bool) -> Self {
        let row = |ksb: &Ksb| {
            list.term(ksb.code).map(|term| CompetenceRow {
                id: ksb.code.to_string(),
                text: ksb.text.clone(),
                observations: term.observations,
                months: term.months,
                ksbs: term.links.iter().map(ToString::to_string).collect(),
                may_sign: term.who.iter().map(ToString::to_string).collect(),
            })
        };
        Self { competences: list.ksbs().iter().filter_map(row).collect(), ..Self::brief(list, in_force) }
    }
}
