//! Runs `person import`: imports a roster, after a preview.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::commands::standards::standard_file::{RemarkRow, first_fault, remark_rows, remarks};
use crate::context::Context;
use crate::output::report::{CommandOutput, Failure};
use crate::output::table::{OutputBlock, Table, fact};
use countersign_app::people::import;
use countersign_app::storage::chosen_file::capped_file;
use countersign_core::import::diagnostic::Severity;
use countersign_core::import::format::MOST_BYTES;
use countersign_core::import::roster::diff::{Plan, Planned, RowChange};
use countersign_core::import::roster::read::people;
use countersign_core::people::person::Role;
use countersign_core::primitives::text::counted;

#[derive(Debug, Args)]
pub struct PersonImportArgs {
    /// The roster: CSV in UTF-8 or a spreadsheet (.xlsx), one person per row under headings (name, roles, department,
    /// registration, level, standard, start, planned end, specialism, option, supervisor, id). The program works out which.
    pub file: PathBuf,
    /// The sheet of the spreadsheet; without it, the first that has headings of a roster.
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// Shows what would change, and changes nothing (as without --yes).
    #[arg(long, conflicts_with = "yes")]
    pub preview: bool,
    /// Changes it, all or nothing: signed by a training officer.
    #[arg(long)]
    pub yes: bool,
}

/// Previews or imports a roster.
pub fn import(context: &mut Context, asked: &PersonImportArgs) -> Result<CommandOutput, Failure> {
    let bytes = capped_file(&asked.file, MOST_BYTES)?;
    let app = &mut context.open()?;
    let file = people(&bytes, app.today(), asked.sheet.as_deref());
    let officer = context.named_signer(app, &[Role::TrainingOfficer]);
    let plan = import::plan_people(app, &file, officer.as_ref().map(|officer| &officer.id))?;
    let faults = plan.of(Severity::Fault).count();
    let mut shape = RosterImport {
        schema: "countersign/person-import/1",
        form: file.form,
        sheet: file.sheet.clone(),
        new: plan.count(RowChange::New),
        changed: plan.count(RowChange::Changed),
        same: plan.count(RowChange::Same),
        faults,
        done: false,
        checkpoint: None,
        people: plan.rows.iter().map(|row| PlannedRow::new(row, false)).collect(),
        remarks: remark_rows(&plan.remarks),
    };
    if !asked.yes {
        let mut parts =
            vec![OutputBlock::Line(if faults == 0 { sum(&plan, "would be new") } else { unusable(&plan, faults) })];
        let rows: Vec<Vec<String>> = plan.rows.iter().filter(|row| row.fate != RowChange::Same).map(row).collect();
        if !rows.is_empty() {
            parts.extend([
                OutputBlock::Gap,
                OutputBlock::Table(Table { head: vec!["line", "change", "name", "what"], rows }),
            ]);
        }
        parts.extend([OutputBlock::Gap, remarks(&plan.remarks, "No fault, no warning"), OutputBlock::Gap]);
        parts.push(OutputBlock::Line(match faults {
            0 => "This was a preview; nothing has changed. To apply it: add --yes --as NAME".to_owned(),
            _ => "Nothing can be changed while there are faults".to_owned(),
        }));
        let answer = CommandOutput::new(parts, &shape)?;
        return Ok(CommandOutput { code: u8::from(faults > 0), ..answer });
    }
    if faults > 0 {
        return Err(first_fault(&asked.file, &plan.remarks, ". Leave out --yes to list them all").into());
    }
    let (officer, proof) = context.signer_and_proof(app, &[Role::TrainingOfficer])?;
    let done = import::import_people(app, &officer.id, &proof, &plan)?;
    context.warnings.extend(plan.of(Severity::Warning).map(ToString::to_string));
    shape.done = true;
    shape.people = plan.rows.iter().map(|row| PlannedRow::new(row, true)).collect();
    shape.checkpoint = done.as_ref().map(|done| done.head.code.clone());
    let mut parts = vec![OutputBlock::Line(sum(&plan, "added"))];
    if let Some(done) = &done {
        let enrolled = plan.rows.iter().filter(|row| row.enrolment.is_some()).count();
        parts.push(OutputBlock::Facts(vec![
            fact("Statements", done.ids.len()),
            fact("Enrolments", enrolled),
            fact("Checkpoint", &done.head.code),
        ]));
    }
    let signs =
        |row: &&Planned| row.fate == RowChange::New && row.person.roles.iter().any(|role| *role != Role::Trainee);
    let keyless = plan.rows.iter().filter(signs).count();
    if keyless > 0 {
        let who =
            if keyless == 1 { "1 person who may sign has".to_owned() } else { format!("{keyless} who may sign have") };
        parts.push(OutputBlock::Line(format!("{who} no key yet: `countersign key add NAME` gives one")));
    }
    Ok(CommandOutput::new(parts, &shape)?)
}

fn sum(plan: &Plan, verb: &str) -> String {
    let [new, changed, same] = [RowChange::New, RowChange::Changed, RowChange::Same].map(|fate| plan.count(fate));
    let people = if plan.rows.len() == 1 { "1 person".to_owned() } else { format!("{} people", plan.rows.len()) };
    format!("{people}: {new} {verb}, {changed} changed, {same} the same")
}

fn unusable(plan: &Plan, faults: usize) -> String {
    let (people, faults) = (plan.rows.len(), counted(faults as u64, "fault"));
    let people = if people == 1 { "1 person".to_owned() } else { format!("{people} people") };
    format!("{people} read, {faults}. Nothing can be added until the file is fixed")
}

fn row(row: &Planned) -> Vec<String> {
    let roles: Vec<&str> = row.person.roles.iter().map(|role| role.words()).collect();
    let mut what = if row.fate == RowChange::New { vec![roles.join(", ")] } else { Vec::new() };
    what.extend(row.changes.iter().cloned());
    vec![row.line.to_string(), row.fate.slug().to_owned(), row.person.name.to_string(), what.join("; ")]
}

/// The result or preview of a roster import.
#[derive(Debug, Serialize)]
pub struct RosterImport {
    pub schema: &'static str,
    pub form: &'static str,
    pub sheet: Option<String>,
    pub new: usize,
    pub changed: usize,
    pub same: usize,
    pub faults: usize,
    pub done: bool,
    pub checkpoint: Option<String>,
    pub people: Vec<PlannedRow>,
    pub remarks: Vec<RemarkRow>,
}

json_row! {
    /// The effect of a row. The id of a new person is final only once the import is done.
    PlannedRow from (row: &Planned, done: bool) {
        id: usize = row.line,
        person: Option<String> = (done || row.fate != RowChange::New).then(|| row.person.id.to_string()),
        name: String = row.person.name.to_string(),
        change: &'static str = row.fate.slug(),
        changes: Vec<String> = row.changes.clone(),
    }
}
