//! Runs `enrolment planned-end`, `recognise` and `plan`: the planned end, prior learning and the training plan.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::commands::programme::enrol_scope::{enrolled, unchanged};
use crate::commands::programme::hours::number;
use crate::commands::standards::standard_file::{RemarkRow, first_fault, remark_rows, remarks};
use crate::context::{Context, day, lines};
use crate::output::report::{CommandOutput, Failure};
use crate::output::table::{OutputBlock, Table, fact};
use crate::output::written::Written;
use countersign_app::app::App;
use countersign_app::error::Error;
use countersign_app::people::roster;
use countersign_app::programme::training_plan::{self, MonthRow, NewRecognition};
use countersign_app::programme::{hours, signed_plan};
use countersign_app::record::records;
use countersign_app::storage::chosen_file::capped_file;
use countersign_core::import::diagnostic::{Diagnostic, Severity};
use countersign_core::import::format::MOST_BYTES;
use countersign_core::people::person::{Enrolment, Person, Role};
use countersign_core::primitives::date::day_words;
use countersign_core::primitives::ids::{KsbCode, PersonId};
use countersign_core::programme::hours::QuarterHours;
use countersign_core::programme::training_plan::SignedPlan;
use countersign_core::statement::kinds::training_plan::PlannedMonth;

#[derive(Debug, Args)]
pub struct GivePlannedEnd {
    /// Who: an id, or any part of a name that matches nobody else.
    pub trainee: String,
    /// The last day up to the gateway, such as 2029-08-31; `none` goes back to the typical months.
    #[arg(value_name = "DATE|none")]
    pub end: String,
}

#[derive(Debug, Args)]
pub struct Recognise {
    /// Whose: an id, or any part of a name that matches nobody else.
    pub trainee: String,
    /// Hours of off-the-job training that they do not need, in quarters: 120, 120.5.
    #[arg(long, value_name = "HOURS")]
    pub hours: Option<QuarterHours>,
    /// A KSB that they already have, such as K12. Can be repeated.
    #[arg(long = "ksb", value_name = "CODE", value_delimiter = ',')]
    pub ksbs: Vec<KsbCode>,
    /// Why it is recognised; it is signed and kept in the log.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// What supports it: a certificate, a record of work, an assessment.
    #[arg(long, value_name = "TEXT")]
    pub support: String,
}

#[derive(Debug, Args)]
pub struct Plan {
    /// Whose: an id, or any part of a name that matches nobody else.
    pub trainee: String,
    /// The plan, as CSV or a spreadsheet (.xlsx): one month per row under the headings month, hours, ksbs. Without it, the plan that
    /// was entered is shown.
    pub file: Option<PathBuf>,
    /// Shows what the file says, and changes nothing.
    #[arg(long, requires = "file")]
    pub preview: bool,
}

/// Records the enrolment again with another planned end.
pub fn planned_end(context: &mut Context, app: &mut App, asked: &GivePlannedEnd) -> Result<CommandOutput, Failure> {
    let (who, before) = enrolled(app, &asked.trainee)?;
    let none = asked.end.trim().eq_ignore_ascii_case("none");
    let end = if none { None } else { Some(day(&asked.end, "The planned end", app.today())?) };
    if end == before.end {
        return Err(unchanged(&who).into());
    }
    let now = Enrolment { end, ..before };
    warn_of_end(context, &now, true)?;
    let (officer, proof) = context.signer_and_proof(app, &[Role::TrainingOfficer])?;
    let done = roster::enrol(app, &officer.id, &proof, now)?;
    let trainee_record = records::trainee_record(app, &who.id)?;
    let gateway = trainee_record.trainee.gateway(trainee_record.standard.months(), app.today());
    let line = match end {
        Some(end) => format!("{}'s planned end is {}", who.name, day_words(end)),
        None => format!("{} has no planned end: the standard's typical months apply", who.name),
    };
    let facts = vec![
        fact("Gateway expected", day_words(gateway)),
        fact("Off-the-job hours", hours::hours_plan(app, &who.id)?.short()),
    ];
    Ok(CommandOutput::written(line, facts, &Written::about(&who.id, &done.ids, &done.head))?)
}

/// Refuses an impossible planned end, and warns of an early one. If it was not `typed`, it is on record, and the start is
/// what was typed.
pub fn warn_of_end(context: &mut Context, enrolment: &Enrolment, typed: bool) -> Result<(), Error> {
    if let Some(fault) = enrolment.start_fault().filter(|_| !typed) {
        return Err(Error::usage(fault).hint("Check --start, or give a new end with --planned-end"));
    }
    if let Some(fault) = enrolment.end_fault() {
        let start = day_words(enrolment.start);
        return Err(Error::usage(format!("{fault}, {start}")).hint("Give the last day up to the gateway"));
    }
    let warning = countersign_core::programme::funding_rules::end_warning(enrolment.start, enrolment.end);
    context.warnings.extend(warning.map_err(|fault| Error::refused(fault.to_string()))?);
    Ok(())
}

/// Records recognised prior learning.
pub fn recognise(context: &mut Context, app: &mut App, asked: &Recognise) -> Result<CommandOutput, Failure> {
    let (who, _) = enrolled(app, &asked.trainee)?;
    let text =
        |text: &str, option: &str| lines(Some(text), option)?.ok_or_else(|| Error::usage(format!("{option} is empty")));
    let new = NewRecognition {
        hours: asked.hours,
        codes: asked.ksbs.clone(),
        reason: text(&asked.reason, "--reason")?,
        support: text(&asked.support, "--support")?,
    };
    context.warnings.extend(training_plan::recognition_warnings(app, &who.id, &new)?);
    let replaced = signed_plan::recognised(app, &who.id)?.map(|before| before.id);
    let (officer, proof) = context.signer_and_proof(app, &[Role::TrainingOfficer])?;
    let done = training_plan::recognise(app, &officer.id, &proof, &who.id, new)?;
    let mut facts = Vec::new();
    facts.extend(asked.hours.map(|hours| fact("Hours", hours)));
    if !asked.ksbs.is_empty() {
        let codes: Vec<String> = asked.ksbs.iter().map(ToString::to_string).collect();
        facts.push(fact("KSBs", codes.join(" ")));
    }
    facts.extend(replaced.map(|id| fact("Replaces", id)));
    facts.push(fact("Off-the-job hours", hours::hours_plan(app, &who.id)?.short()));
    facts.extend(done.ids.iter().map(|id| fact("Id", id)));
    let line = format!("Recognised {}'s prior learning. It counts towards readiness, but never as signed", who.name);
    Ok(CommandOutput::written(line, facts, &Written::about(&who.id, &done.ids, &done.head))?)
}

/// Shows or enters a training plan.
pub fn plan(context: &mut Context, app: &mut App, asked: &Plan) -> Result<CommandOutput, Failure> {
    let (who, _) = enrolled(app, &asked.trainee)?;
    match &asked.file {
        None => shown(app, &who),
        Some(file) => entered(context, app, &who, (file, asked.preview)),
    }
}

fn shown(app: &mut App, who: &Person) -> Result<CommandOutput, Failure> {
    let plan = signed_plan::training_plan(app, &who.id)?.ok_or_else(|| {
        Error::refused(format!("{} has no training plan for their current standard", who.name))
            .hint("`countersign enrolment plan TRAINEE FILE` enters one. Without it, hours and KSBs are spread evenly")
    })?;
    let rows = training_plan::plan_rows(app, &who.id, &plan)?;
    let line = format!("Training plan of {}, signed {}", who.name, day_words(plan.on));
    let mut facts = sums(&plan.body.months);
    facts.extend([fact("Off-the-job hours", hours::hours_plan(app, &who.id)?.short()), fact("Id", plan.id)]);
    let shape = plan_shape(&who.id, Some(&plan), &rows, &[]);
    let parts =
        vec![OutputBlock::Line(line), OutputBlock::Facts(facts), OutputBlock::Gap, OutputBlock::Table(months(&rows))];
    Ok(CommandOutput::new(parts, &shape)?)
}

fn entered(
    context: &mut Context,
    app: &mut App,
    who: &Person,
    (file, preview): (&Path, bool),
) -> Result<CommandOutput, Failure> {
    let read = training_plan::read_training_plan(app, &who.id, &capped_file(file, MOST_BYTES)?)?;
    let faults: Vec<&Diagnostic> = read.remarks.iter().filter(|remark| remark.weight == Severity::Fault).collect();
    let row =
        |planned: &PlannedMonth| MonthRow { planned: planned.clone(), confirmed: QuarterHours::default(), signed: 0 };
    let rows: Vec<MonthRow> = read.months.iter().map(row).collect();
    if preview {
        let mut parts = vec![OutputBlock::Line(format!("Training plan for {}, as in the file", who.name))];
        parts.extend([
            OutputBlock::Facts(sums(&read.months)),
            OutputBlock::Gap,
            OutputBlock::Table(months(&rows)),
            OutputBlock::Gap,
        ]);
        parts.extend([remarks(&read.remarks, "No fault, no warning"), OutputBlock::Gap]);
        parts.push(OutputBlock::Line(match faults.len() {
            0 => "This was a preview; nothing has changed. To enter it: leave out --preview, add --as NAME".to_owned(),
            _ => "It cannot be entered while there are faults".to_owned(),
        }));
        let answer = CommandOutput::new(parts, &plan_shape(&who.id, None, &rows, &read.remarks))?;
        return Ok(CommandOutput { code: u8::from(!faults.is_empty()), ..answer });
    }
    if let Some(first) = faults.first() {
        let hint = format!("{}. --preview lists all", first.hint);
        return Err(first_fault(file, &read.remarks, "").hint(hint).into());
    }
    let (officer, proof) = context.signer_and_proof(app, &[Role::TrainingOfficer])?;
    let mut facts = sums(&read.months);
    let done = training_plan::plan_training(app, &officer.id, &proof, &who.id, read.months)?;
    context.warnings.extend(read.remarks.iter().map(ToString::to_string));
    let hours = hours::hours_plan(app, &who.id)?;
    facts.push(fact("Off-the-job hours", hours.short()));
    facts.extend(done.ids.iter().map(|id| fact("Id", id)));
    let line = format!("Entered {}'s training plan. It replaces any earlier plan", who.name);
    Ok(CommandOutput::written(line, facts, &Written::about(&who.id, &done.ids, &done.head))?)
}

/// Sums up the months of a plan.
fn sums(months: &[PlannedMonth]) -> Vec<(String, String)> {
    let hours: QuarterHours = months.iter().map(|month| month.hours).sum();
    let ksbs: usize = months.iter().map(|month| month.codes.len()).sum();
    let span = match (months.first(), months.last()) {
        (Some(first), Some(last)) => format!("{} to {}", first.month.words(), last.month.words()),
        _ => "none".to_owned(),
    };
    vec![fact("Months", span), fact("Hours planned", hours), fact("KSBs planned", ksbs)]
}

fn months(rows: &[MonthRow]) -> Table {
    let row = |row: &MonthRow| {
        let codes: Vec<String> = row.planned.codes.iter().map(ToString::to_string).collect();
        vec![
            row.planned.month.words(),
            row.planned.hours.to_string(),
            row.confirmed.to_string(),
            format!("{} of {}", row.signed, codes.len()),
            codes.join(" "),
        ]
    };
    let head = vec!["month", "hours planned", "confirmed", "signed now", "ksbs"];
    Table { head, rows: rows.iter().map(row).collect() }
}

fn plan_shape(who: &PersonId, plan: Option<&SignedPlan>, rows: &[MonthRow], remarks: &[Diagnostic]) -> PlanShape {
    PlanShape {
        schema: "countersign/training-plan/1",
        person: who.to_string(),
        statement: plan.map(|plan| plan.id.to_string()),
        on: plan.map(|plan| plan.on.to_string()),
        months: rows.iter().map(MonthShape::new).collect(),
        remarks: remark_rows(remarks),
    }
}

/// A trainee's training plan.
#[derive(Debug, Serialize)]
pub struct PlanShape {
    pub schema: &'static str,
    pub person: String,
    pub statement: Option<String>,
    pub on: Option<String>,
    pub months: Vec<MonthShape>,
    pub remarks: Vec<RemarkRow>,
}

json_row! {
    /// A month of a training plan.
    MonthShape from (row: &MonthRow) {
        /// The month, such as `2025-09`.
        id: String = row.planned.month.to_string(),
        hours: f64 = number(row.planned.hours),
        codes: Vec<String> = row.planned.codes.iter().map(ToString::to_string).collect(),
        confirmed: f64 = number(row.confirmed),
        signed: u16 = row.signed,
    }
}
