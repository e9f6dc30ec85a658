//! Reads a roster for its preview, row by row.

use std::collections::HashMap;
use std::path::Path;

use crate::msg::roster::{RosterFault, RosterPreview, RosterQuery, RosterResult, RosterRow};
use countersign_app::app::App;
use countersign_app::error::Error;
use countersign_app::people::import;
use countersign_app::storage::chosen_file::capped_file;
use countersign_core::import::diagnostic::{Diagnostic, Severity};
use countersign_core::import::format::MOST_BYTES;
use countersign_core::import::roster::columns::Column;
use countersign_core::import::roster::diff::{Plan, Planned, RowChange};
use countersign_core::import::roster::read::{PeopleFile, PersonLine, people_with};
use countersign_core::primitives::date::day_words;

/// Reads a roster with what was corrected on the screen, and plans what it changes.
pub fn planned(app: &mut App, query: &RosterQuery) -> Result<(PeopleFile, Plan), Error> {
    let bytes = capped_file(Path::new(&query.path), MOST_BYTES)?;
    let file = people_with(&bytes, app.today(), None, &query.fixes);
    let plan = import::plan_people(app, &file, Some(&query.signer))?;
    Ok((file, plan))
}

/// Returns the preview of a roster.
pub fn preview(app: &mut App, query: RosterQuery) -> Result<RosterPreview, Error> {
    let (file, plan) = planned(app, &query)?;
    let mut faults: HashMap<usize, Vec<&Diagnostic>> = HashMap::new();
    let mut whole = Vec::new();
    for fault in plan.of(Severity::Fault) {
        match fault.place.as_ref().filter(|place| file.lines.iter().any(|line| line.line == place.line)) {
            Some(place) => faults.entry(place.line).or_default().push(fault),
            None => whole.push(fault.to_string()),
        }
    }
    let planned: HashMap<usize, &Planned> = plan.rows.iter().map(|row| (row.line, row)).collect();
    let row = |line: &PersonLine| {
        let faults = faults.get(&line.line).map(Vec::as_slice).unwrap_or_default();
        row(&file, line, planned.get(&line.line).copied(), faults)
    };
    let rows = file.lines.iter().map(row).collect();
    let name = Path::new(&query.path).file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    Ok(RosterPreview { query, name, rows, faults: whole })
}

fn row(file: &PeopleFile, line: &PersonLine, planned: Option<&Planned>, faults: &[&Diagnostic]) -> RosterRow {
    let faults: Vec<RosterFault> = faults.iter().map(|fault| row_fault(file, line, fault)).collect();
    let written = |column: Column| {
        let cell = |fault: &&RosterFault| fault.cell.as_ref().is_some_and(|(at, _)| *at == column);
        faults.iter().find(cell).and_then(|fault| fault.cell.as_ref()).map(|(_, text)| text.clone())
    };
    let standard = match (&line.standard, planned.and_then(|row| row.enrolment.as_ref())) {
        (_, Some(enrolment)) => enrolment.standard.to_string(),
        (Some(written), None) => written.clone(),
        (None, None) => String::new(),
    };
    let result = match planned {
        _ if !faults.is_empty() => RosterResult::Fault,
        Some(row) if row.fate == RowChange::New && row.enrolment.is_some() => RosterResult::Enrol,
        Some(row) if row.fate == RowChange::New => RosterResult::Add,
        Some(row) if row.fate == RowChange::Changed => RosterResult::Change,
        Some(_) => RosterResult::Same,
        None => RosterResult::Fault,
    };
    let roles: Vec<&str> = match planned {
        Some(row) => row.person.roles.iter().map(|role| role.words()).collect(),
        None => line.roles.iter().map(|role| role.words()).collect(),
    };
    RosterRow {
        line: line.line,
        name: line.name.as_ref().map_or_else(String::new, ToString::to_string),
        roles: roles.join(", "),
        standard,
        start: line.start.map(day_words).or_else(|| written(Column::Start)).unwrap_or_default(),
        supervisor: line.supervisors.join(", "),
        result,
        faults,
    }
}

fn row_fault(file: &PeopleFile, line: &PersonLine, fault: &Diagnostic) -> RosterFault {
    let column = fault.place.as_ref().and_then(|place| file.columns.column_at(place));
    let cell = column.map(|column| {
        let written = file.faulty.iter().find(|(row, at, _)| *row == line.line && *at == column);
        (column, written.map_or_else(|| file.cell_text(line, column), |(.., text)| text.clone()))
    });
    RosterFault { cell, what: fault.what.clone(), hint: fault.hint.clone() }
}
