//! Runs `competences`: lists, shows, checks and adopts a department's own lists of competences.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::commands::standards::standard_file::{RemarkRow, adoption, checked, first_fault, remark_rows, remarks};
use crate::context::Context;
use crate::output::report::{CommandOutput, Failure, listed};
use crate::output::table::{OutputBlock, Table, fact};
use countersign_app::app::App;
use countersign_app::error::Error;
use countersign_app::standards::adopted;
use countersign_app::standards::local::{Adopted, adopt_list, find_list, list_change, list_may, list_people, lists};
use countersign_app::standards::standard::named;
use countersign_app::storage::chosen_file::capped_file;
use countersign_core::import::diagnostic::Diagnostic;
use countersign_core::import::format::{Form, MOST_BYTES};
use countersign_core::import::local::read::{ParsedCompetenceList, local};
use countersign_core::people::person::Role;
use countersign_core::primitives::ids::StandardRef;
use countersign_core::standard::local::AllowedSigner;
use countersign_core::standard::local_parts::faults_with;
use countersign_core::standard::{Ksb, Standard};

#[derive(Debug, Subcommand)]
pub enum CompetencesVerb {
    /// Lists the adopted lists.
    List,
    /// Shows a list: its competences in full.
    Show {
        /// Which: CARDIO-LOCAL, or “CARDIO-LOCAL 1” for an earlier version.
        list: String,
    },
    /// Shows what a file would adopt, and adopts it with --yes.
    Import(ListFile),
    /// Says what is wrong with a list's file, line by line.
    Check {
        /// The file: TOML or CSV.
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
pub struct ListFile {
    /// The list, as TOML or CSV. The program works out which.
    pub file: PathBuf,
    /// Shows what would be adopted, and changes nothing (as without --yes).
    #[arg(long, conflicts_with = "yes")]
    pub preview: bool,
    /// Adopts it: signed by a training officer, and never changed afterwards.
    #[arg(long)]
    pub yes: bool,
}

/// Runs `competences`.
pub fn competences(context: &mut Context, verb: &CompetencesVerb) -> Result<CommandOutput, Failure> {
    match verb {
        CompetencesVerb::List => list(context),
        CompetencesVerb::Show { list } => show(context, list),
        CompetencesVerb::Import(asked) => import(context, asked),
        CompetencesVerb::Check { file } => check(context, file),
    }
}

fn list(context: &Context) -> Result<CommandOutput, Failure> {
    let lists = lists(&context.open()?)?;
    let row = |adopted: &Adopted| {
        let list = &adopted.list;
        cells![list.reference(), force(adopted.in_force), beside(list), list.ksbs().len(), list.title()]
    };
    let table =
        Table { head: vec!["id", "state", "goes with", "competences", "title"], rows: lists.iter().map(row).collect() };
    let rows = lists.iter().map(|adopted| ListRow::brief(&adopted.list, adopted.in_force)).collect();
    let shape = Lists { schema: "countersign/competences/1", lists: rows };
    Ok(CommandOutput::new(vec![listed(table, "No list of local competences is adopted")], &shape)?)
}

fn show(context: &Context, text: &str) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let Adopted { list, in_force } = find_list(app, text)?;
    let mut parts = vec![OutputBlock::Line(format!("{} {}", list.reference(), list.title()))];
    parts.push(OutputBlock::Facts(vec![
        fact("State", force(in_force)),
        fact("Goes with", beside(&list)),
        fact("SHA-256", list.digest().hex()),
    ]));
    parts.extend([OutputBlock::Gap, table(app, &list)?]);
    let shape = Lists { schema: "countersign/competences/1", lists: vec![ListRow::whole(&list, in_force)] };
    Ok(CommandOutput::new(parts, &shape)?)
}

fn force(in_force: bool) -> &'static str {
    if in_force { "in force" } else { "replaced by a later version" }
}

fn beside(list: &Standard) -> String {
    let all: Vec<String> =
        list.local().map(|local| local.beside.iter().map(ToString::to_string).collect()).unwrap_or_default();
    all.join(", ")
}

/// Renders the competences, with the names of those who may sign.
fn table(app: &mut App, list: &Standard) -> Result<OutputBlock, Error> {
    let named = list_people(app, list)?;
    let rows = list.ksbs().iter().map(|ksb| {
        let Some(term) = list.term(ksb.code) else { return vec![ksb.code.to_string()] };
        let who = term.who.iter().map(|who| match who {
            AllowedSigner::Person(id) => {
                named.get(id).cloned().flatten().map_or_else(|| id.to_string(), |name| name.to_string())
            }
            AllowedSigner::Role(role) => role.words().to_owned(),
        });
        let links: Vec<String> = term.links.iter().map(ToString::to_string).collect();
        vec![
            ksb.code.to_string(),
            term.observations.to_string(),
            term.months.map(|months| months.to_string()).unwrap_or_default(),
            links.join(" "),
            who.collect::<Vec<_>>().join(", "),
            ksb.text.clone(),
        ]
    });
    let head = vec!["code", "observations", "months", "ksbs", "may sign", "text"];
    Ok(OutputBlock::Table(Table { head, rows: rows.collect() }))
}

/// Reads a file and checks it against the standards that it supplements, as far as they are known.
fn read(app: Option<&mut App>, path: &Path) -> Result<ParsedCompetenceList, Error> {
    let mut intake = local(&capped_file(path, MOST_BYTES)?);
    let Some(list) = intake.list.clone() else { return Ok(intake) };
    for of in list.local().map(|local| local.beside.clone()).unwrap_or_default() {
        let name = of.to_string();
        if let Some(standard) = named(app.as_deref(), &name)? {
            for fault in faults_with(&list, &standard) {
                intake.fault(&fault);
            }
        } else {
            let what = format!("{of} is not adopted here, so links to it were not checked");
            intake.say(Diagnostic::warning(intake.place(&name), what));
        }
    }
    if let Some(app) = app {
        for (id, _) in list_people(app, &list)?.into_iter().filter(|(_, name)| name.is_none()) {
            let what = format!("Nobody here has the id {id}");
            intake.say(Diagnostic::fault(
                intake.place(&format!("person:{id}")),
                what,
                "`countersign person list` shows the ids",
            ));
        }
    }
    Ok(intake)
}

fn import(context: &mut Context, asked: &ListFile) -> Result<CommandOutput, Failure> {
    let mut app = if asked.yes || context.folder()?.is_founded() { Some(context.open()?) } else { None };
    let mut intake = read(app.as_mut(), &asked.file)?;
    let Some(list) = intake.list.take() else {
        return Err(first_fault(&asked.file, &intake.remarks, ". `countersign competences check` lists all").into());
    };
    if let (true, Some(app)) = (asked.yes, app.as_mut()) {
        return adopt(context, app, list, &intake);
    }
    let of = list.reference().clone();
    let (mut adopted, mut change) = (false, None);
    let mut parts = vec![OutputBlock::Line(format!("{of} {}", list.title()))];
    let form = intake.form.map_or("", Form::words);
    parts.push(OutputBlock::Facts(vec![
        fact("Read as", form),
        fact("Goes with", beside(&list)),
        fact("Competences", list.ksbs().len()),
        fact("SHA-256", list.digest().hex()),
    ]));
    if let Some(app) = app.as_mut() {
        parts.extend([OutputBlock::Gap, table(app, &list)?]);
        (adopted, change) = (adopted::is_adopted(app, &of)?, list_change(app, &list)?);
    }
    parts.extend([OutputBlock::Gap, remarks(&intake.remarks, "No warning")]);
    if let Some(change) = &change {
        parts.extend([
            OutputBlock::Gap,
            OutputBlock::Line(replaces(change.before.reference(), change.same, change.trainees)),
        ]);
    }
    let nothing = "This was a preview; nothing has changed. To adopt it: add --yes --as NAME";
    let already = || format!("{of} is already adopted. An adopted list never changes");
    parts.extend([OutputBlock::Gap, OutputBlock::Line(if adopted { already() } else { nothing.to_owned() })]);
    let shape = ListImport {
        schema: "countersign/competences-import/1",
        form,
        lists: vec![ListRow::whole(&list, false)],
        remarks: remark_rows(&intake.remarks),
        adopted,
        against: change.as_ref().map(|change| change.before.reference().to_string()),
        same: change.as_ref().map(|change| change.same),
        trainees: change.as_ref().map(|change| change.trainees),
    };
    Ok(CommandOutput::new(parts, &shape)?)
}

/// Describes what a later version means for sign-offs on the earlier one.
fn replaces(before: &StandardRef, same: usize, trainees: usize) -> String {
    let texts = if same == 1 { "1 competence keeps".to_owned() } else { format!("{same} competences keep") };
    let people = match trainees {
        0 => "nobody has sign-offs on that list".to_owned(),
        1 => "1 trainee has sign-offs on that list, which are kept but not carried over".to_owned(),
        n => format!("{n} trainees have sign-offs on that list, which are kept but not carried over"),
    };
    format!("It would replace {before}: {texts} code and text; {people}")
}

fn adopt(
    context: &mut Context,
    app: &mut App,
    list: Standard,
    intake: &ParsedCompetenceList,
) -> Result<CommandOutput, Failure> {
    let (of, title, count) = (list.reference().clone(), list.title().to_owned(), list.ksbs().len());
    // Checked before the passphrase is asked for.
    list_may(app, &list).map_err(|e| e.context(format!("Adopting {of}")))?;
    let change = list_change(app, &list)?;
    let standards = beside(&list);
    let (officer, proof) = context.signer_and_proof(app, &[Role::TrainingOfficer])?;
    let done = adopt_list(app, &officer.id, &proof, list)?;
    let mut facts = vec![fact("Goes with", standards), fact("Competences", count)];
    facts.extend(change.map(|change| fact("Replaces", change.before.reference())));
    adoption(context, &format!("{of} {title}"), facts, &intake.remarks, &done)
}

fn check(context: &Context, path: &Path) -> Result<CommandOutput, Failure> {
    let mut app = if context.folder()?.is_founded() { Some(context.open()?) } else { None };
    let intake = read(app.as_mut(), path)?;
    let list = intake.list.as_ref().map(|list| list.reference().to_string());
    checked(path, list.clone(), &intake.remarks, |faults, warnings, remarks| ListCheck {
        schema: "countersign/competences-check/1",
        list,
        faults,
        warnings,
        remarks,
    })
}

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
