//! Reads a file of existing records for its preview, cell by cell.

use std::collections::HashMap;
use std::path::Path;

use crate::msg::records::{RecordsPreview, RecordsQuery, RecordsRow};
use countersign_app::app::App;
use countersign_app::config::typed_path;
use countersign_app::error::Error;
use countersign_app::record::import_records::{RecordsImport, RecordsSource, plan_records};
use countersign_app::storage::chosen_file::capped_file;
use countersign_core::import::cell::letters;
use countersign_core::import::diagnostic::{Diagnostic, Severity};
use countersign_core::import::records::file::{EntryMark, ReadOptions};
use countersign_core::import::records::plan::{CellFate, PlannedCell};
use countersign_core::import::records::read::MOST_FILE;
use countersign_core::primitives::date::day_words;
use countersign_core::primitives::text::SafeText;

/// Reads a file of records with what was left out on the screen, and plans what it carries over.
pub fn planned(app: &mut App, query: &RecordsQuery) -> Result<RecordsImport, Error> {
    let path = typed_path(&query.path);
    let bytes = capped_file(&path, MOST_FILE)?;
    let name = file_name(&path);
    let query = query.clone();
    let options = ReadOptions {
        sheet: query.sheet,
        person: query.person,
        order: query.order,
        undated: query.undated,
        left_out: query.left_out,
        corrected: query.corrected,
        ..ReadOptions::default()
    };
    plan_records(app, RecordsSource { name: &name, bytes: &bytes }, &options, Some(&query.signer))
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// Returns the preview of a file of records.
pub fn preview(app: &mut App, query: RecordsQuery) -> Result<RecordsPreview, Error> {
    let found = planned(app, &query)?;
    let hints: HashMap<&str, &Diagnostic> =
        found.plan.of(Severity::Fault).map(|remark| (remark.what.as_str(), remark)).collect();
    let rows: Vec<RecordsRow> = (0..found.plan.cells.len()).map(|at| row(&found, at, &hints)).collect();
    let in_rows = |remark: &&Diagnostic| rows.iter().any(|row| row.fate == CellFate::Fault && row.why == remark.what);
    let faults = found.plan.of(Severity::Fault).filter(|remark| !in_rows(remark)).map(with_hint).collect();
    let warnings = found.plan.of(Severity::Warning).map(ToString::to_string).collect();
    let left_out = found.file.left_out + found.plan.count(CellFate::LeftOut);
    Ok(RecordsPreview {
        name: file_name(&typed_path(&query.path)),
        today: app.today(),
        is_read: found.file.is_read(),
        query,
        is_list: found.file.is_list,
        people: found.plan.people.len(),
        rows,
        faults,
        warnings,
        left_out,
    })
}

fn with_hint(remark: &Diagnostic) -> String {
    if remark.hint.is_empty() { remark.to_string() } else { format!("{remark}. {}", remark.hint) }
}

/// Returns the row of a cell, by its index; the plan has a cell for each entry of the file.
fn row(found: &RecordsImport, at: usize, hints: &HashMap<&str, &Diagnostic>) -> RecordsRow {
    let cell: &PlannedCell = &found.plan.cells[at];
    let entry = &found.file.entries[at];
    let can_correct = matches!(entry.mark, EntryMark::Fault { column, .. } if column == entry.column);
    let text = |text: Option<&SafeText>| text.map_or_else(String::new, ToString::to_string);
    let mark = cell.mark.as_ref();
    let hint = match cell.fate {
        CellFate::Fault => hints.get(cell.why.as_str()).map_or_else(String::new, |remark| remark.hint.clone()),
        _ => String::new(),
    };
    RecordsRow {
        line: cell.line,
        cell: format!("{}{}", letters(cell.column), cell.line),
        person: found.file.people[cell.named].words(),
        item: cell.code.map_or_else(|| found.file.items[cell.item].name.text.clone(), |code| code.to_string()),
        seen: mark.map_or_else(String::new, |mark| day_words(mark.on)),
        level: text(mark.and_then(|mark| mark.level.as_ref())),
        assessor: text(mark.and_then(|mark| mark.assessor.as_ref())),
        fate: cell.fate,
        why: cell.why.clone(),
        hint,
        can_correct: can_correct && cell.fate == CellFate::Fault,
    }
}
