//! Runs `records import`: carries over the records that a department has elsewhere, after a preview of each cell.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use serde::Serialize;

use crate::commands::standards::standard_file::{RemarkRow, first_fault, remark_rows, remarks};
use crate::context::prompt::Terminal;
use crate::context::{Context, day};
use crate::output::report::{CommandOutput, Failure};
use crate::output::table::{OutputBlock, Table, fact};
use crate::output::written::IdRow;
use countersign_app::error::Error;
use countersign_app::record::import_records::{self, RecordsImport, RecordsSource};
use countersign_app::storage::chosen_file::capped_file;
use countersign_core::import::cell::letters;
use countersign_core::import::diagnostic::{Diagnostic, Severity};
use countersign_core::import::records::file::ReadOptions;
use countersign_core::import::records::leave_out::LeaveOut;
use countersign_core::import::records::mark::DayOrder;
use countersign_core::import::records::plan::{CellFate, PlannedCell, RecordsPlan};
use countersign_core::import::records::read::MOST_FILE;
use countersign_core::people::person::Role;
use countersign_core::primitives::date::day_words;
use countersign_core::primitives::text::{SafeText, counted};

/// The most cells that are listed without `--cells`, and the most faults and warnings.
const MOST_CELLS: usize = 200;
const MOST_REMARKS: usize = 100;

#[derive(Debug, Subcommand)]
pub enum RecordsVerb {
    /// Carries over records from a spreadsheet: who was seen doing what, when and by whom. Shows each cell first.
    Import(Box<RecordsImportArgs>),
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub struct RecordsImportArgs {
    /// A spreadsheet (.xlsx) or CSV: a matrix (a row for each person, a column for each item, a day in each cell), or a
    /// list (a row for each record: name, code, date, assessor). The program works out which.
    pub file: PathBuf,
    /// What the record is, in a few words. It is signed with every record: "Training matrix of the echo lab, 2024".
    #[arg(long, value_name = "TEXT")]
    pub source: Option<String>,
    /// The sheet of the spreadsheet. Without it, the first that is a matrix or a list.
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// The columns that say who it is, by heading or letter: a name, first name and surname, an id or a registration.
    #[arg(long, value_name = "COLUMN", num_args = 1.., action = clap::ArgAction::Append)]
    pub person: Vec<String>,
    /// What is not read: row:12, column:C, cell:C12, item:K7, person:NAME, or faults for everything with a fault.
    #[arg(long, value_name = "WHAT", num_args = 1.., action = clap::ArgAction::Append)]
    pub leave_out: Vec<String>,
    /// The day of cells that have a tick or a level and no day.
    #[arg(long, value_name = "DAY")]
    pub day: Option<String>,
    /// Reads 05/12/2026 as 12 May, as American programs write it. Without it, days have the day first.
    #[arg(long)]
    pub month_first: bool,
    /// Lists every cell, however many there are.
    #[arg(long)]
    pub cells: bool,
    /// Shows what would be carried over, and changes nothing.
    #[arg(long, visible_alias = "dry-run", conflicts_with = "yes")]
    pub preview: bool,
    /// Carries it over without asking.
    #[arg(long)]
    pub yes: bool,
}

/// Runs `records`.
pub fn records(context: &mut Context, verb: &RecordsVerb) -> Result<CommandOutput, Failure> {
    match verb {
        RecordsVerb::Import(asked) => import(context, asked),
    }
}

fn options(asked: &RecordsImportArgs, today: NaiveDate) -> Result<ReadOptions, Error> {
    let left_out = asked.leave_out.iter().map(|text| text.parse::<LeaveOut>().map_err(Error::usage));
    let undated = asked.day.as_deref().map(|text| day(text, "--day", today)).transpose()?;
    if undated.is_some_and(|day| day > today) {
        return Err(Error::usage("The day of --day is after today"));
    }
    Ok(ReadOptions {
        sheet: asked.sheet.clone(),
        person: asked.person.clone(),
        order: if asked.month_first { DayOrder::MonthFirst } else { DayOrder::DayFirst },
        undated,
        left_out: left_out.collect::<Result<_, _>>()?,
        ..ReadOptions::default()
    })
}

/// Previews a file of records, or carries it over.
fn import(context: &mut Context, asked: &RecordsImportArgs) -> Result<CommandOutput, Failure> {
    let bytes = capped_file(&asked.file, MOST_FILE)?;
    let app = &mut context.open()?;
    let options = options(asked, app.today())?;
    let name = asked.file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let officer = context.named_signer(app, &[Role::TrainingOfficer]);
    let of = RecordsSource { name: &name, bytes: &bytes };
    let found = import_records::plan_records(app, of, &options, officer.as_ref().map(|officer| &officer.id))?;
    let faults = found.plan.of(Severity::Fault).count();
    let carries = found.plan.count(CellFate::Carry);
    let source =
        asked.source.as_deref().map(SafeText::name).transpose().map_err(|e| Error::from(e).context("--source"))?;
    let mut shape = Shape::new(&found, source.as_ref(), faults);
    let (shown, refused) = (|shape: &Shape, last: &str| preview(&found, shape, asked, last), faults > 0);
    if asked.yes && refused {
        let all = ". Leave out --yes to list them all";
        return Err(first_fault(&asked.file, &found.plan.remarks, all).into());
    }
    if refused || carries == 0 || asked.preview {
        let last = match (refused, carries) {
            (true, _) if !found.file.is_read() => "Nothing is carried over",
            (true, _) => "Nothing is carried over while there are faults. Correct the file, or leave out what has one",
            (false, 0) => "There is nothing to carry over",
            (false, _) => {
                "This was a preview; nothing has changed. To carry it over: leave out --preview, and add --as NAME"
            }
        };
        let answer = CommandOutput::new(shown(&shape, last), &shape)?;
        return Ok(CommandOutput { code: u8::from(refused), ..answer });
    }
    let asks = !asked.yes;
    let terminal = if asks { Terminal::find() } else { None };
    if asks && (terminal.is_none() || !context.names_a_signer()) {
        let last = "This was a preview; nothing has changed. To carry it over: add --yes --source TEXT --as NAME";
        return Ok(CommandOutput::new(shown(&shape, last), &shape)?);
    }
    let source = source.ok_or_else(|| {
        Error::usage("Say what the record is")
            .hint("Add --source with a few words, such as “Training matrix of the echo lab, 2024”. They are signed")
    })?;
    let officer = context.signer(app, &[Role::TrainingOfficer])?;
    if let Some(mut terminal) = terminal {
        terminal.confirm(&shown(&shape, "One statement is signed for each person."), "Not carried over")?;
    }
    let proof = context.proof(app, &officer)?;
    let done = import_records::import_records(app, &officer.id, &proof, &source, &found)?;
    context.warnings.extend(found.plan.of(Severity::Warning).take(MOST_REMARKS).map(ToString::to_string));
    shape.done = true;
    shape.statements = done.ids.iter().map(|id| IdRow { id: id.to_string() }).collect();
    shape.checkpoint = Some(done.head.code.clone());
    let line =
        format!("Carried over {} of {} from “{source}”", counted(done.items as u64, "item"), people_words(done.people));
    let facts = vec![
        fact("Statements", done.ids.len()),
        fact("File", format!("{} (SHA-256 {})", found.evidence.name, found.evidence.digest.hex())),
        fact("Checkpoint", &done.head.code),
    ];
    let first = done.ids.first().map(ToString::to_string).unwrap_or_default();
    let back = match done.ids.len() {
        1 => format!("To take it back: `countersign withdraw {first} --reason TEXT`"),
        _ => format!(
            "To take one back: `countersign withdraw ID --reason TEXT`, with the id of the statement, such as {first}. `countersign history` lists them"
        ),
    };
    let blocks = vec![OutputBlock::Line(line), OutputBlock::Line(back), OutputBlock::Facts(facts)];
    Ok(CommandOutput::new(blocks, &shape)?)
}

fn people_words(many: usize) -> String {
    if many == 1 { "1 person".to_owned() } else { format!("{many} people") }
}

/// Says what would be carried over, and what would not.
fn sums(plan: &RecordsPlan, left_out: usize) -> String {
    let mut sums = vec![format!(
        "{} of {} to carry over",
        counted(plan.count(CellFate::Carry) as u64, "item"),
        people_words(plan.people.len())
    )];
    for (fate, words) in [
        (CellFate::Same, "carried over already"),
        (CellFate::Signed, "signed off here"),
        (CellFate::Older, "older than another record of the item"),
        (CellFate::Fault, "with a fault"),
    ] {
        let many = plan.count(fate);
        if many > 0 {
            sums.push(format!("{many} {words}"));
        }
    }
    let left_out = left_out + plan.count(CellFate::LeftOut);
    if left_out > 0 {
        sums.push(format!("{left_out} left out"));
    }
    sums.join(", ")
}

fn preview(found: &RecordsImport, shape: &Shape, asked: &RecordsImportArgs, last: &str) -> Vec<OutputBlock> {
    let RecordsImport { file, plan, .. } = found;
    let kind = if file.is_list { "list" } else { "matrix" };
    let sheet = file.sheet.as_ref().map(|sheet| format!(", sheet “{sheet}”")).unwrap_or_default();
    let mut parts = if file.is_read() {
        vec![
            OutputBlock::Line(format!("{}, read as a {kind}{sheet}", found.evidence.name)),
            OutputBlock::Line(sums(plan, file.left_out)),
        ]
    } else {
        vec![OutputBlock::Line(format!("{} could not be read", found.evidence.name))]
    };
    if !plan.cells.is_empty() {
        parts.push(OutputBlock::Gap);
        if asked.cells || plan.cells.len() <= MOST_CELLS {
            let rows = shape.cells.iter().map(CellRow::cells).collect();
            let head = vec!["cell", "person", "item", "seen", "level", "assessor", "what happens"];
            parts.push(OutputBlock::Table(Table { head, rows }));
        } else {
            let row = |one: &countersign_core::import::records::plan::PlannedPerson| {
                let days = one.items.iter().map(|(_, mark)| mark.on);
                let (first, last) = (days.clone().min().unwrap_or_default(), days.max().unwrap_or_default());
                let codes: Vec<String> = one.items.iter().take(6).map(|(code, _)| code.to_string()).collect();
                let more = if one.items.len() > 6 { ", …" } else { "" };
                vec![
                    one.person.id.to_string(),
                    one.person.name.to_string(),
                    one.items.len().to_string(),
                    format!("{} to {}", day_words(first), day_words(last)),
                    format!("{}{more}", codes.join(", ")),
                ]
            };
            let rows = plan.people.iter().map(row).collect();
            let head = vec!["id", "person", "items", "seen", "which"];
            parts.push(OutputBlock::Table(Table { head, rows }));
            parts.push(OutputBlock::Line(format!("--cells lists all {} cells", plan.cells.len())));
        }
    }
    parts.push(OutputBlock::Gap);
    // Faults first: they decide whether anything can be done.
    let (faults, warnings): (Vec<&Diagnostic>, Vec<&Diagnostic>) =
        plan.remarks.iter().partition(|remark| remark.weight == Severity::Fault);
    let all: Vec<Diagnostic> = faults.into_iter().chain(warnings).cloned().collect();
    let most = if asked.cells { all.len() } else { MOST_REMARKS.min(all.len()) };
    parts.push(remarks(&all[..most], "No fault, no warning"));
    if most < all.len() {
        parts.push(OutputBlock::Line(format!("And {} more: --cells or --json lists all", all.len() - most)));
    }
    parts.extend([OutputBlock::Gap, OutputBlock::Line(last.to_owned())]);
    parts
}

/// The result or preview of an import of records.
#[derive(Debug, Serialize)]
struct Shape {
    schema: &'static str,
    form: &'static str,
    sheet: Option<String>,
    /// `matrix` or `list`.
    layout: &'static str,
    file: String,
    sha256: String,
    source: Option<String>,
    /// How many people get a statement, and how many items it carries over.
    people: usize,
    carried: usize,
    already: usize,
    signed: usize,
    older: usize,
    left_out: usize,
    not_seen: usize,
    faults: usize,
    done: bool,
    statements: Vec<IdRow>,
    checkpoint: Option<String>,
    cells: Vec<CellRow>,
    remarks: Vec<RemarkRow>,
}

impl Shape {
    fn new(found: &RecordsImport, source: Option<&SafeText>, faults: usize) -> Self {
        let RecordsImport { file, plan, evidence } = found;
        Self {
            schema: "countersign/records-import/1",
            form: file.form,
            sheet: file.sheet.clone(),
            layout: if file.is_list { "list" } else { "matrix" },
            file: evidence.name.to_string(),
            sha256: evidence.digest.hex(),
            source: source.map(ToString::to_string),
            people: plan.people.len(),
            carried: plan.count(CellFate::Carry),
            already: plan.count(CellFate::Same),
            signed: plan.count(CellFate::Signed),
            older: plan.count(CellFate::Older),
            left_out: file.left_out + plan.count(CellFate::LeftOut),
            not_seen: file.not_seen,
            faults,
            done: false,
            statements: Vec::new(),
            checkpoint: None,
            cells: plan.cells.iter().map(|cell| CellRow::new(found, cell)).collect(),
            remarks: remark_rows(&plan.remarks),
        }
    }
}

json_row! {
    /// A cell: where it is, whose and which item it is, and what happens with it.
    CellRow from (found: &RecordsImport, cell: &PlannedCell) {
        id: String = format!("{}{}", letters(cell.column), cell.line),
        person: Option<String> = cell.person.as_ref().map(ToString::to_string),
        name: String = found.file.people[cell.named].words(),
        item: String = found.file.items[cell.item].name.text.clone(),
        code: Option<String> = cell.code.map(|code| code.to_string()),
        seen: Option<String> = cell.mark.as_ref().map(|mark| mark.on.to_string()),
        level: Option<String> = cell.mark.as_ref().and_then(|mark| mark.level.as_ref()).map(ToString::to_string),
        assessor: Option<String> = cell.mark.as_ref().and_then(|mark| mark.assessor.as_ref()).map(ToString::to_string),
        result: &'static str = cell.fate.slug(),
        why: String = cell.why.clone(),
    }
}

impl CellRow {
    fn cells(&self) -> Vec<String> {
        let what = if self.why.is_empty() { self.result.to_owned() } else { format!("{}: {}", self.result, self.why) };
        vec![
            self.id.clone(),
            self.name.clone(),
            self.code.clone().unwrap_or_else(|| self.item.clone()),
            self.seen.clone().unwrap_or_default(),
            self.level.clone().unwrap_or_default(),
            self.assessor.clone().unwrap_or_default(),
            what,
        ]
    }
}
