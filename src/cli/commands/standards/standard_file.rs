//! Runs `standard import` and `standard check`. A file is adopted only after a preview.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::commands::standards::standard_page::sections;
use crate::commands::standards::standard_rows::{
    ItemRow, MappedRow, StandardRow, counts, item_rows, items, mapped_rows,
};
use crate::context::Context;
use crate::output::report::{CommandOutput, Failure, listed};
use crate::output::table::{OutputBlock, Table, fact};
use crate::output::written::Written;
use countersign_app::app::App;
use countersign_app::error::Error;
use countersign_app::log::writer::AppendResult;
use countersign_app::people::roster;
use countersign_app::standards::adopted;
use countersign_app::standards::standard::{kin, other_texts, page_of};
use countersign_app::storage::chosen_file::capped_file;
use countersign_core::import::diagnostic::{Diagnostic, Severity};
use countersign_core::import::format::MOST_BYTES;
use countersign_core::import::standard::read::{ParsedStandard, standard as read};
use countersign_core::people::person::Role;
use countersign_core::primitives::ids::KsbKind;
use countersign_core::standard::Standard;
use countersign_core::standard::diff::diff;

#[derive(Debug, Args)]
pub struct StandardImport {
    /// The public JSON record of a standard, a CASE package, CSV (code,text,duties) or TOML. The program works out which.
    pub file: PathBuf,
    /// Shows what would be adopted, and changes nothing (as without --yes).
    #[arg(long, conflicts_with = "yes")]
    pub preview: bool,
    /// Adopts it: signed by a training officer, and never changed afterwards.
    #[arg(long)]
    pub yes: bool,
}

#[derive(Debug, Args)]
pub struct StandardCheck {
    /// The file: JSON, CSV or TOML.
    pub file: PathBuf,
}

/// Reads a standard from a file, or returns the first error in it.
pub fn from_file(path: &Path) -> Result<(Standard, ParsedStandard), Error> {
    let mut intake = read(&capped_file(path, MOST_BYTES)?);
    if let Some(standard) = intake.standard.take() {
        return Ok((standard, intake));
    }
    Err(first_fault(path, &intake.remarks, ". `countersign standard check` lists all"))
}

/// Returns the error for a file with faults: the first one, how many more, and `all` if there are more.
pub fn first_fault(path: &Path, remarks: &[Diagnostic], all: &str) -> Error {
    let faults: Vec<&Diagnostic> = remarks.iter().filter(|remark| remark.weight == Severity::Fault).collect();
    let (more, all) = match faults.len() {
        0 | 1 => (String::new(), ""),
        2 => (". There is 1 more fault".to_owned(), all),
        n => (format!(". There are {} more faults", n - 1), all),
    };
    let (what, hint) = faults.first().map(|fault| (fault.to_string(), fault.hint.clone())).unwrap_or_default();
    Error::refused(format!("{what}{more}")).context(format!("Reading {}", path.display())).hint(format!("{hint}{all}"))
}

/// Previews or adopts a standard.
pub fn import(context: &mut Context, asked: &StandardImport) -> Result<CommandOutput, Failure> {
    let (standard, intake) = from_file(&asked.file)?;
    let mut app = if asked.yes || context.folder()?.is_founded() { Some(context.open()?) } else { None };
    let other = other_texts(app.as_ref(), &standard)?;
    if !other.is_empty() {
        let warning = format!("This file differs from the known {}: {}", standard.reference(), other.join(" "));
        context.warnings.push(warning);
    }
    if let (true, Some(app)) = (asked.yes, app.as_mut()) {
        return adopt(context, app, standard, &intake);
    }
    let reference = standard.reference().clone();
    let against = kin(app.as_ref(), &reference)?;
    let adopted = match app.as_ref() {
        Some(app) => adopted::is_adopted(app, &reference)?,
        None => false,
    };
    let form = intake.form.map_or("", countersign_core::import::format::Form::words);
    let mut parts = vec![
        OutputBlock::Line(format!("{reference} {}", standard.title())),
        OutputBlock::Facts(about(&standard, form)),
    ];
    parts.extend([OutputBlock::Gap, remarks(&intake.remarks, "No warning")]);
    let found = against.as_ref().map(|older| diff(older, &standard));
    if let (Some(older), Some(found)) = (&against, &found) {
        parts
            .extend([OutputBlock::Gap, OutputBlock::Line(format!("Against {}: {}", older.reference(), counts(found)))]);
        parts.extend(items(found));
    }
    parts.extend(sections(&page_of(&standard, &[])?));
    parts.push(OutputBlock::Gap);
    parts.push(OutputBlock::Line(if adopted {
        format!("{reference} is already adopted. An adopted standard never changes")
    } else {
        "This was a preview; nothing has changed. To adopt it: add --yes --as NAME".to_owned()
    }));
    let shape = Import {
        schema: "countersign/standard-import/1",
        form,
        standards: vec![StandardRow::whole(&standard)],
        remarks: remark_rows(&intake.remarks),
        adopted,
        against: against.map(|older| older.reference().to_string()),
        items: found.as_ref().map(item_rows).unwrap_or_default(),
        mapped: found.as_ref().map(mapped_rows).unwrap_or_default(),
    };
    Ok(CommandOutput::new(parts, &shape)?)
}

fn adopt(
    context: &mut Context,
    app: &mut App,
    standard: Standard,
    intake: &ParsedStandard,
) -> Result<CommandOutput, Failure> {
    let reference = standard.reference().clone();
    let title = standard.title().to_owned();
    // Checked before the passphrase is asked for.
    if adopted::is_adopted(app, &reference)? {
        return Err(Error::refused(format!("{reference} is already adopted. An adopted standard never changes"))
            .hint("Give the changed standard a new version")
            .into());
    }
    let (officer, proof) = context.signer_and_proof(app, &[Role::TrainingOfficer])?;
    let (duties, ksbs) = (standard.duties().len(), standard.ksbs().len());
    let done = roster::adopt(app, &officer.id, &proof, standard)?;
    let facts = vec![fact("Duties", duties), fact("KSBs", ksbs)];
    adoption(context, &format!("{reference} {title}"), facts, &intake.remarks, &done)
}

/// Reports that a standard or list was adopted, with the warnings of its file.
pub fn adoption(
    context: &mut Context,
    what: &str,
    facts: Vec<(String, String)>,
    remarks: &[Diagnostic],
    done: &AppendResult,
) -> Result<CommandOutput, Failure> {
    let warnings = remarks.iter().filter(|remark| remark.weight == Severity::Warning);
    context.warnings.extend(warnings.map(ToString::to_string));
    Ok(CommandOutput::written(format!("Adopted {what}"), facts, &Written::new(&done.ids, &done.head))?)
}

/// Reports all errors and warnings of a file.
pub fn check(asked: &StandardCheck) -> Result<CommandOutput, Failure> {
    let intake = read(&capped_file(&asked.file, MOST_BYTES)?);
    let reference = intake.standard.as_ref().map(|standard| standard.reference().to_string());
    checked(&asked.file, reference.clone(), &intake.remarks, |faults, warnings, remarks| Check {
        schema: "countersign/standard-check/1",
        standard: reference,
        faults,
        warnings,
        remarks,
    })
}

/// Reports the errors and warnings of the file of a standard or list; errors set the exit code.
pub fn checked<T: Serialize>(
    path: &Path,
    named: Option<String>,
    found: &[Diagnostic],
    shape: impl FnOnce(usize, usize, Vec<RemarkRow>) -> T,
) -> Result<CommandOutput, Failure> {
    let count = |weight| found.iter().filter(|remark| remark.weight == weight).count();
    let (faults, warnings) = (count(Severity::Fault), count(Severity::Warning));
    let named = named.unwrap_or_else(|| path.display().to_string());
    let answer =
        CommandOutput::new(verdict(&named, (faults, warnings), found), &shape(faults, warnings, remark_rows(found)))?;
    Ok(CommandOutput { code: u8::from(faults > 0), ..answer })
}

/// Renders the result of a check.
fn verdict(named: &str, (faults, warnings): (usize, usize), found: &[Diagnostic]) -> Vec<OutputBlock> {
    let sum = match (faults, warnings) {
        (0, 0) => format!("{named}: no fault, no warning"),
        (0, n) => format!("{named}: no fault, {}", counted(n, "warning")),
        (n, 0) => format!("{named}: {}", counted(n, "fault")),
        (n, m) => format!("{named}: {}, {}", counted(n, "fault"), counted(m, "warning")),
    };
    let mut parts = vec![OutputBlock::Line(sum)];
    if !found.is_empty() {
        parts.push(remarks(found, ""));
    }
    parts
}

fn counted(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

fn about(standard: &Standard, form: &str) -> Vec<(String, String)> {
    let kind = |kind: KsbKind| standard.ksbs().iter().filter(|ksb| ksb.code.kind == kind).count();
    let [k, s, b] = [KsbKind::Knowledge, KsbKind::Skill, KsbKind::Behaviour].map(kind);
    let links: usize = standard.ksbs().iter().map(|ksb| ksb.duties.len()).sum();
    vec![
        fact("Read as", form),
        fact("Duties", standard.duties().len()),
        fact("KSBs", format!("{} ({k} K, {s} S, {b} B)", standard.ksbs().len())),
        fact("Links", links),
        fact("Options", if standard.options().is_empty() { "none".to_owned() } else { standard.option_names() }),
        fact("Level", standard.level()),
        fact("Months to the gateway", standard.months()),
        fact("Off-the-job hours", standard.hours().map_or_else(|| "not set".to_owned(), |hours| hours.to_string())),
        fact(
            "Starts",
            if standard.starts().words().is_empty() { "not limited".to_owned() } else { standard.starts().words() },
        ),
        fact("SHA-256", standard.digest().hex()),
    ]
}

/// Renders the errors and warnings of a file as a table.
pub fn remarks(remarks: &[Diagnostic], nothing: &str) -> OutputBlock {
    let row = |remark: &Diagnostic| {
        let place = remark.place.as_ref().map(ToString::to_string).unwrap_or_default();
        let what =
            if remark.hint.is_empty() { remark.what.clone() } else { format!("{}. {}", remark.what, remark.hint) };
        vec![remark.weight.slug().to_owned(), place, what]
    };
    listed(Table { head: vec!["weight", "where", "what"], rows: remarks.iter().map(row).collect() }, nothing)
}

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
