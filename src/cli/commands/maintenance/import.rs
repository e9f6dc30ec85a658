//! Runs `import`: restores lost sign-offs from receipts, after a preview.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::context::input::kept_file;
use crate::context::prompt::confirmed;
use crate::context::{Context, line};
use crate::output::report::{CommandOutput, Failure};
use crate::output::table::{OutputBlock, Table, fact};
use countersign_app::error::Error;
use countersign_app::maintenance::receipt_import::{self, Candidate, ImportFate, ImportPlan};
use countersign_core::people::person::Role;
use countersign_core::record::view::TreeHead;
use countersign_core::statement::Body;

#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Files of receipts. Can be repeated.
    #[arg(long = "receipt", value_name = "FILE", num_args = 1.., required = true)]
    pub receipts: Vec<PathBuf>,
    /// The reason. It is kept in the log.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Does it without asking.
    #[arg(long)]
    pub yes: bool,
}

/// Imports the receipts whose statements are missing from the log.
pub fn import(context: &mut Context, asked: &ImportArgs) -> Result<CommandOutput, Failure> {
    let reason = line(Some(&asked.reason), "--reason")?.ok_or_else(|| Error::usage("A reason is needed"))?;
    let read = |path: &PathBuf| Ok::<_, Error>((path.display().to_string(), kept_file(path)?));
    let files = asked.receipts.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let mut app = context.open()?;
    let plan = receipt_import::plan_import(&app, &files)?;
    let preview = preview(&plan);
    let head = app.head()?;
    let rows = || plan.candidates.iter().map(ImportRow::new).collect::<Vec<_>>();
    if plan.back() == 0 {
        return Ok(CommandOutput::new(preview, &shape(false, &head, rows()))?);
    }
    let officer = context.signer(&app, &[Role::TrainingOfficer])?;
    if !asked.yes
        && let Some(unasked) = confirmed(&preview, &shape(false, &head, rows()), "Not put back")?
    {
        return Ok(unasked);
    }
    let (proof, rows) = (context.proof(&app, &officer)?, rows());
    let done = receipt_import::import(&mut app, &officer.id, &proof, plan, &reason)
        .map_err(|e| e.context("Putting lost sign-offs back"))?;
    let mut parts = if asked.yes { [preview, vec![OutputBlock::Gap]].concat() } else { Vec::new() };
    let count = if done.ids.len() == 1 { "1 statement".to_owned() } else { format!("{} statements", done.ids.len()) };
    parts.extend([
        OutputBlock::Line(format!("Put {count} back. The log records it")),
        OutputBlock::Facts(vec![fact("Entries", done.head.size), fact("Checkpoint", &done.head.code)]),
    ]);
    Ok(CommandOutput::new(parts, &shape(true, &done.head, rows))?)
}

/// Lists what would be imported, and what not and why.
fn preview(plan: &ImportPlan) -> Vec<OutputBlock> {
    let each = |one: &Candidate| {
        let (statement, source) = (&one.source.statement, &one.source);
        vec![
            fate(one),
            what(one),
            statement.body.trainee().map(|who| who.name.to_string()).unwrap_or_default(),
            statement.signer.who.name.to_string(),
            statement.signed.local_words(),
            format!("{} of {}", source.position, source.size),
            statement.id.to_string(),
        ]
    };
    let head = vec!["comes back", "what", "trainee", "signer", "signed", "position", "id"];
    let words = match plan.back() {
        0 => "Nothing to put back".to_owned(),
        1 => "1 statement comes back".to_owned(),
        many => format!("{many} statements come back"),
    };
    let rows = plan.candidates.iter().map(each).collect();
    vec![OutputBlock::Line(words), OutputBlock::Gap, OutputBlock::Table(Table { head, rows })]
}

fn fate(one: &Candidate) -> String {
    match &one.fate {
        ImportFate::Back => "yes".to_owned(),
        ImportFate::There(at) => format!("there, entry {at}"),
        ImportFate::Not(why) => format!("no: {why}"),
    }
}

fn what(one: &Candidate) -> String {
    let body = &one.source.statement.body;
    if let Body::SignOff(sign_off) = body {
        return format!("{} {}", sign_off.item.code, sign_off.outcome.words());
    }
    body.kind().slug().to_owned()
}

fn shape(done: bool, head: &TreeHead, imports: Vec<ImportRow>) -> Imported {
    Imported { schema: "countersign/import/1", done, size: head.size, checkpoint: head.code.clone(), imports }
}

/// The result or preview of an import.
#[derive(Debug, Serialize)]
pub struct Imported {
    pub schema: &'static str,
    /// Whether it was done; otherwise nothing was changed.
    pub done: bool,
    pub size: u64,
    pub checkpoint: String,
    /// The statements of the receipts.
    pub imports: Vec<ImportRow>,
}

json_row! {
    /// The statement of a receipt.
    ImportRow from (one: &Candidate) {
        id: String = one.source.statement.id.to_string(),
        kind: &'static str = one.source.statement.body.kind().slug(),
        trainee: Option<String> = one.source.statement.body.trainee().map(|who| who.id.to_string()),
        signer: String = one.source.statement.signer.who.id.to_string(),
        signed: String = one.source.statement.signed.to_string(),
        position: u64 = one.source.position,
        /// Entries in the log when the receipt was made.
        size: u64 = one.source.size,
        back: bool = one.fate == ImportFate::Back,
        why: Option<String> = (one.fate != ImportFate::Back).then(|| fate(one)),
    }
}
