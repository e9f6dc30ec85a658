//! Reads a roster for its preview, row by row.

use std::collections::HashMap;

use chrono::{Datelike, Months, NaiveDate};

use crate::msg::roster::{RosterFault, RosterPreview, RosterQuery, RosterResult, RosterRow};
use countersign_app::app::App;
use countersign_app::config::typed_path;
use countersign_app::error::Error;
use countersign_app::people::{import, person};
use countersign_app::storage::chosen_file::capped_file;
use countersign_core::import::diagnostic::{Diagnostic, Severity};
use countersign_core::import::format::MOST_BYTES;
use countersign_core::import::roster::columns::Column;
use countersign_core::import::roster::diff::{Plan, Planned, RowChange};
use countersign_core::import::roster::read::{PeopleFile, PersonLine, people_with};
use countersign_core::people::person::Role;
use countersign_core::primitives::date::day_words;

/// Reads a roster with what was corrected on the screen, and plans what it changes.
pub fn planned(app: &mut App, query: &RosterQuery) -> Result<(PeopleFile, Plan), Error> {
    let bytes = capped_file(&typed_path(&query.path), MOST_BYTES)?;
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
    let mut warnings: HashMap<usize, Vec<String>> = HashMap::new();
    for warning in plan.of(Severity::Warning) {
        if let Some(place) = &warning.place {
            warnings.entry(place.line).or_default().push(warning.what.clone());
        }
    }
    let supervisors: Vec<String> = person::people(app, &[Role::Supervisor, Role::TrainingOfficer])?
        .into_iter()
        .map(|person| person.name.to_string())
        .collect();
    let row = |line: &PersonLine| {
        let faults = faults.get(&line.line).map(Vec::as_slice).unwrap_or_default();
        let row = row(&file, line, planned.get(&line.line).copied(), (faults, &supervisors));
        RosterRow { warnings: warnings.get(&line.line).cloned().unwrap_or_default(), ..row }
    };
    let rows = file.lines.iter().map(row).collect();
    let name = typed_path(&query.path).file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    Ok(RosterPreview { query, name, rows, faults: whole })
}

fn row(
    file: &PeopleFile,
    line: &PersonLine,
    planned: Option<&Planned>,
    (faults, supervisors): (&[&Diagnostic], &[String]),
) -> RosterRow {
    let faults: Vec<RosterFault> = faults.iter().map(|fault| row_fault(file, line, fault, supervisors)).collect();
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
        warnings: Vec::new(),
    }
}

fn row_fault(file: &PeopleFile, line: &PersonLine, fault: &Diagnostic, supervisors: &[String]) -> RosterFault {
    let column = fault.place.as_ref().and_then(|place| file.columns.column_at(place));
    let cell = column.map(|column| {
        let written = file.faulty.iter().find(|(row, at, _)| *row == line.line && *at == column);
        (column, written.map_or_else(|| file.cell_text(line, column), |(.., text)| text.clone()))
    });
    let suggestion = cell.as_ref().and_then(|(column, text): &(Column, String)| match column {
        Column::Start | Column::End => last_day_instead(text).map(day_words),
        Column::Supervisor => nearest(text, supervisors).map(ToOwned::to_owned),
        _ => None,
    });
    RosterFault { cell, what: fault.what.clone(), hint: fault.hint.clone(), suggestion }
}

/// Returns the last day of the month for a day of that month that does not exist, such as 31/02/2026.
fn last_day_instead(text: &str) -> Option<NaiveDate> {
    let parts: Vec<&str> = text.trim().split(['/', '-', '.']).collect();
    let [day, month, year] = parts.as_slice() else { return None };
    let (day, month, year): (u32, u32, i32) = (day.parse().ok()?, month.parse().ok()?, year.parse().ok()?);
    let first = NaiveDate::from_ymd_opt(year, month, 1).filter(|_| (29..=31).contains(&day))?;
    let last = first.checked_add_months(Months::new(1))?.pred_opt()?;
    (last.day() < day).then_some(last)
}

/// Returns the one name that is nearly this text.
fn nearest<'n>(text: &str, names: &'n [String]) -> Option<&'n str> {
    let (text, near) = (text.trim().to_lowercase(), 2);
    let mut found = names.iter().filter(|name| strsim::osa_distance(&text, &name.to_lowercase()) <= near);
    found.next().filter(|_| found.next().is_none() && text.chars().count() > 2 * near).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_a_month_does_not_have_suggests_its_last_one_and_nothing_else_does() {
        for (text, suggested) in [
            ("31/02/2026", Some("28 Feb 2026")),
            ("30.2.2028", Some("29 Feb 2028")),
            ("31-04-2026", Some("30 Apr 2026")),
            ("28/02/2026", None),
            ("32/01/2026", None),
            ("31/13/2026", None),
            ("soon", None),
            ("31/02", None),
        ] {
            assert_eq!(last_day_instead(text).map(day_words).as_deref(), suggested, "{text}");
        }
    }

    #[test]
    fn only_one_name_that_is_nearly_the_same_is_suggested() {
        let names = ["Sam Supervisor", "Tom Sumner", "Ann Li", "Anna Li"].map(str::to_owned);
        for (text, suggested) in [
            ("Sam Supervisr", Some("Sam Supervisor")),
            (" tom summner", Some("Tom Sumner")),
            ("Ann L", None),
            ("Bob", None),
            ("Sam", None),
        ] {
            assert_eq!(nearest(text, &names), suggested, "{text}");
        }
    }
}
