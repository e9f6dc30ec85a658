//! Defines the JSON shapes of imported and compared standards, and of the career framework. Within a version no field is
//! renamed or removed.

use serde::Serialize;

use crate::cli::json::book::StandardRow;
use crate::domain::import::diagnostic::Diagnostic;
use crate::domain::primitives::word_diff::{DiffKind, Piece};
use crate::domain::standard::diff::{Mapped, Pair, StandardDiff};

/// The result or preview of importing a file.
#[derive(Debug, Serialize)]
pub struct Import {
    pub schema: &'static str,
    pub form: &'static str,
    pub standards: Vec<StandardRow>,
    pub remarks: Vec<RemarkRow>,
    pub adopted: bool,
    pub against: Option<String>,
    pub items: Vec<ItemRow>,
    pub mapped: Vec<MappedRow>,
}

/// Errors and warnings of a file.
#[derive(Debug, Serialize)]
pub struct Check {
    pub schema: &'static str,
    pub standard: Option<String>,
    pub faults: usize,
    pub warnings: usize,
    pub remarks: Vec<RemarkRow>,
}

/// The differences between two standards.
#[derive(Debug, Serialize)]
pub struct Differences {
    pub schema: &'static str,
    pub before: String,
    pub after: String,
    pub facts: Vec<FactRow>,
    pub items: Vec<ItemRow>,
    pub mapped: Vec<MappedRow>,
}

/// The preview of a move to another version.
#[derive(Debug, Serialize)]
pub struct MoveShape {
    pub schema: &'static str,
    pub person: String,
    pub before: String,
    pub after: String,
    pub items: Vec<ItemRow>,
}

/// The levels of the career framework.
#[derive(Debug, Serialize)]
pub struct Levels {
    pub schema: &'static str,
    pub levels: Vec<LevelRow>,
    pub about: String,
    pub routes: Vec<RouteRow>,
    pub source: String,
    pub dated: String,
    pub checked: String,
    pub attribution: String,
}

/// A route of the career framework.
#[derive(Debug, Serialize)]
pub struct RouteRow {
    pub id: String,
    pub name: String,
    pub text: String,
}

/// A level.
#[derive(Debug, Serialize)]
pub struct LevelRow {
    pub id: &'static str,
    pub name: String,
    pub does: String,
    pub trained: String,
    pub standard: Option<String>,
    pub adopted: Vec<String>,
    pub next: Option<&'static str>,
    pub people: usize,
    pub routes: Vec<String>,
    pub registers: Vec<String>,
    pub others: Vec<String>,
}

/// An error or warning.
#[derive(Debug, Serialize)]
pub struct RemarkRow {
    pub id: usize,
    pub weight: &'static str,
    pub line: Option<usize>,
    pub path: Option<String>,
    pub what: String,
    pub hint: String,
}

/// A fact that differs.
#[derive(Debug, Serialize)]
pub struct FactRow {
    pub id: &'static str,
    pub before: String,
    pub after: String,
}

/// A duty or KSB in one or both standards.
#[derive(Debug, Serialize)]
pub struct ItemRow {
    pub id: String,
    pub change: &'static str,
    pub before: Option<String>,
    pub after: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<&'static str>,
    pub text: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<WordsRow>,
}

/// A run of words.
#[derive(Debug, Serialize)]
pub struct WordsRow {
    pub fate: &'static str,
    pub text: String,
}

/// Returns the rows of errors and warnings, numbered.
pub fn remark_rows(remarks: &[Diagnostic]) -> Vec<RemarkRow> {
    let row = |(at, remark): (usize, &Diagnostic)| RemarkRow {
        id: at + 1,
        weight: remark.weight.slug(),
        line: remark.place.as_ref().map(|place| place.line),
        path: remark.place.as_ref().and_then(|place| place.path.clone()),
        what: remark.what.clone(),
        hint: remark.hint.clone(),
    };
    remarks.iter().enumerate().map(row).collect()
}

/// A KSB whose duties or options changed.
#[derive(Debug, Serialize)]
pub struct MappedRow {
    pub id: String,
    pub duties_before: Vec<String>,
    pub duties_after: Vec<String>,
    pub options_before: Vec<String>,
    pub options_after: Vec<String>,
}

/// Returns the rows of KSBs whose duties or options changed.
pub fn mapped_rows(diff: &StandardDiff) -> Vec<MappedRow> {
    let row = |one: &Mapped| {
        let ([duties_before, duties_after], [options_before, options_after]) =
            (one.duties.clone(), one.options.clone());
        MappedRow { id: one.code.clone(), duties_before, duties_after, options_before, options_after }
    };
    diff.mapped.iter().map(row).collect()
}

/// Returns the rows of all duties and KSBs.
pub fn item_rows(diff: &StandardDiff) -> Vec<ItemRow> {
    diff.duties.iter().chain(&diff.ksbs).map(ItemRow::from).collect()
}

impl From<&Pair> for ItemRow {
    fn from(pair: &Pair) -> Self {
        // A removed code may be another item's new one, so the id has both.
        let code = |code: &Option<String>| code.clone().unwrap_or_default();
        let word = |piece: &Piece| WordsRow {
            fate: match piece.fate {
                DiffKind::Kept => "kept",
                DiffKind::Gone => "gone",
                DiffKind::New => "new",
            },
            text: piece.text.clone(),
        };
        Self {
            id: format!("{}>{}", code(&pair.before), code(&pair.after)),
            change: pair.change.slug(),
            before: pair.before.clone(),
            after: pair.after.clone(),
            state: None,
            text: pair.text.clone(),
            words: pair.words.iter().map(word).collect(),
        }
    }
}
