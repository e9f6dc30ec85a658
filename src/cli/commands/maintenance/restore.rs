//! Runs `restore`: replaces the database with a backup, after a preview of what would be lost.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use serde::Serialize;

use crate::commands::record::history::EntryRow;
use crate::context::input::kept_notes;
use crate::context::prompt::confirmed;
use crate::context::touch::OnStandardError;
use crate::context::{Context, line, threads};
use crate::output::report::{CommandOutput, Failure};
use crate::output::table::{OutputBlock, Table, fact};
use crate::output::{Progress, say_now};
use countersign_app::config::agent_vars;
use countersign_app::error::Error;
use countersign_app::keys::agent::AgentPlace;
use countersign_app::keys::session::Credential;
use countersign_app::maintenance::export;
use countersign_app::maintenance::restore::{
    BroughtBack, OutsideCheckpoint, Plan, PresentDatabase, Restored, Stage, carry_out, code_of, plan,
};
use countersign_core::people::person::{Person, Role};
use countersign_core::primitives::text::counted;
use countersign_core::record::view::HistoryRow;

/// Maximum lost entries listed in the preview; the rest are counted.
const LISTED: usize = 20;

#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// The backup.
    pub from: PathBuf,
    /// The reason. It is kept in the log.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Also compares with a checkpoint kept outside the file. Can be repeated.
    #[arg(long = "checkpoint", value_name = "FILE")]
    pub checkpoints: Vec<PathBuf>,
    /// Does it without asking.
    #[arg(long)]
    pub yes: bool,
}

/// Replaces the database with a backup.
pub fn restore(context: &mut Context, asked: &RestoreArgs) -> Result<CommandOutput, Failure> {
    let reason = line(Some(&asked.reason), "--reason")?.ok_or_else(|| Error::usage("A reason is needed"))?;
    let outside = asked.checkpoints.iter().map(|path| {
        Ok::<_, Error>(OutsideCheckpoint { found: path.display().to_string(), note: kept_notes(path)?, named: true })
    });
    let mut outside: Vec<OutsideCheckpoint> = outside.collect::<Result<_, _>>()?;
    let second = context.second(&context.folder()?);
    outside.extend(second.and_then(|second| {
        Some(OutsideCheckpoint { found: second.file().display().to_string(), note: second.newest()?, named: false })
    }));
    let planned = {
        let mut seen = watched();
        plan(&context.folder()?, &asked.from, &outside, threads(), &mut *seen)
            .map_err(|e| e.context(format!("Restoring {}", asked.from.display())))?
    };
    let officer = context.signer(planned.app(), &[Role::TrainingOfficer])?;
    let preview = preview(&planned);
    if !asked.yes
        && let Some(unasked) = confirmed(&preview, &shape(&planned, None), "Not restored")?
    {
        return Ok(unasked);
    }
    let planned = planned.with_touch_prompt(Arc::new(OnStandardError));
    let proof = proof(context, &planned, &officer)?;
    let (before, missing) = (shape(&planned, None), planned.missing());
    let again: Vec<(String, String)> = erase_again(&planned).into_iter().chain(take_back_again(&planned)).collect();
    let done = {
        let mut seen = watched();
        carry_out(planned, &officer.id, &proof, &reason, &mut *seen).map_err(|e| e.context("Restoring a backup"))?
    };
    export::keep_checkpoint(&context.open()?)?;
    let mut facts = vec![fact("Entries", done.head.size), fact("Checkpoint", &done.head.code)];
    facts.extend(done.aside.iter().map(|path| fact("Earlier file kept as", path.display())));
    let mut parts = if asked.yes { [preview, vec![OutputBlock::Gap]].concat() } else { Vec::new() };
    parts.extend([OutputBlock::Line("Restored. The log records it".to_owned()), OutputBlock::Facts(facts)]);
    let answer = CommandOutput::new(parts, &finished(before, &done))?;
    let lost = "To put missing sign-offs back from receipts: `countersign import --receipt`";
    let answer = if missing > 0 { answer.aside(lost) } else { answer };
    Ok(again.into_iter().fold(answer, |answer, (back, how)| answer.aside(format!("{back}. {how}"))))
}

/// Returns the officer's credential. A key in an agent that is newer than the backup does not sign: then the passphrase of an
/// older key is asked for, and why is said.
fn proof(context: &mut Context, plan: &Plan, officer: &Person) -> Result<Credential, Error> {
    if let Some(place) = AgentPlace::find(agent_vars()).filter(|_| !context.gives_passphrase())
        && plan.needs_older_key(officer, &place)?
    {
        say_now(
            "The backup is older than your key in the SSH agent, and does not know it. Type the passphrase of a key that it knows",
        );
        return Ok(Credential::Passphrase(context.passphrase(plan.app(), officer)?));
    }
    context.proof(plan.app(), officer)
}

/// Returns a progress callback that changes its label with the stage.
fn watched() -> Box<dyn FnMut(Stage, u64, u64)> {
    let mut shown: Option<(Stage, Progress)> = None;
    Box::new(move |stage, done, of| {
        if shown.as_ref().is_none_or(|(before, _)| *before != stage) {
            let label = if stage == Stage::Copying { "Copying" } else { "Verifying" };
            shown = Some((stage, Progress::new(label)));
        }
        if let Some((_, progress)) = &shown {
            progress.at(done, of);
        }
    })
}

/// Lists what would be lost, by whom, on whose records.
fn preview(plan: &Plan) -> Vec<OutputBlock> {
    let present = match &plan.present {
        PresentDatabase::Missing => "there is none".to_owned(),
        PresentDatabase::Unusable(why) => format!("cannot be used: {why}"),
        PresentDatabase::There(head) => format!("{} entries, {}", head.size, head.code),
    };
    let (newest, found) = &plan.newest;
    let missing = plan.missing();
    let mut parts = vec![
        OutputBlock::Facts(vec![
            fact("The backup", format!("{} entries, {}", plan.to.size, plan.to.code)),
            fact("Current file", present),
            fact("Newest known", format!("{} entries, {}, in {found}", newest.size, code_of(newest))),
        ]),
        OutputBlock::Gap,
    ];
    if plan.shared < plan.to.size {
        parts.push(OutputBlock::Line(format!(
            "From entry {} on, the current file's history differs from the backup's",
            plan.shared
        )));
    }
    let back = erase_again(plan).into_iter().chain(take_back_again(plan));
    parts.extend(back.map(|(back, _)| OutputBlock::Line(back)));
    if missing == 0 {
        parts.push(OutputBlock::Line("Nothing would be lost".to_owned()));
        return parts;
    }
    let entries =
        if missing == 1 { "1 entry would be lost".to_owned() } else { format!("{missing} entries would be lost") };
    parts.push(OutputBlock::Line(entries));
    let rows: Vec<Vec<String>> = plan.lost.iter().take(LISTED).map(row).collect();
    if !rows.is_empty() {
        let head = vec!["position", "signed", "kind", "signer", "what", "id"];
        parts.push(OutputBlock::Table(Table { head, rows }));
    }
    let left = missing - plan.lost.len().min(LISTED) as u64;
    if left > 0 && !plan.lost.is_empty() {
        parts.push(OutputBlock::Line(format!("and {left} more")));
    } else if left > 0 {
        parts.push(OutputBlock::Line("This machine cannot show what they are. Receipts may show them".to_owned()));
    }
    parts
}

/// Says which erased texts come back with the backup, and how to erase them again.
fn erase_again(plan: &Plan) -> Option<(String, String)> {
    let (back, again) = match plan.not_erased.len() {
        0 => return None,
        1 => ("The backup brings back a text that has been erased since".to_owned(), "Erase it again"),
        many => (format!("The backup brings back {many} texts that have been erased since"), "Erase them again"),
    };
    let commands: Vec<String> = plan.not_erased.iter().map(|id| format!("`countersign erase {id}`")).collect();
    Some((back, format!("{again}: {}", commands.join(", "))))
}

/// Says what was taken back and comes back with the backup, and how to take it back again.
fn take_back_again(plan: &Plan) -> Option<(String, String)> {
    let all = &plan.not_taken_back;
    let words = |one: &BroughtBack| {
        format!("{} ({} from {})", one.trainee.name, counted(one.statements as u64, "statement"), one.origin)
    };
    let command = |one: &BroughtBack| {
        let from = if one.has_others { format!(" --log {}", one.origin) } else { String::new() };
        format!("`countersign bundle take-back \"{}\"{from} --reason \"…\"`", one.trainee.name)
    };
    (!all.is_empty()).then(|| {
        let [words, commands] =
            [all.iter().map(words).collect::<Vec<_>>(), all.iter().map(command).collect()].map(|all| all.join(", "));
        (
            format!("The backup brings back what was received from elsewhere and taken back for {words}"),
            format!("Take it back again: {commands}"),
        )
    })
}

fn row(row: &HistoryRow) -> Vec<String> {
    cells![row.position, row.signed.local_words(), row.kind.shown(), row.signer_name, row.summary.clone(), row.id]
}

fn shape(plan: &Plan, aside: Option<String>) -> RestoreReport {
    RestoreReport {
        schema: "countersign/restore/1",
        done: false,
        size: plan.to.size,
        checkpoint: plan.to.code.clone(),
        missing: plan.missing(),
        aside,
        lost: plan.lost.iter().map(EntryRow::new).collect(),
        not_erased: plan.not_erased.iter().map(ToString::to_string).collect(),
        not_taken_back: plan.not_taken_back.iter().map(NotTakenBackRow::new).collect(),
    }
}

fn finished(before: RestoreReport, done: &Restored) -> RestoreReport {
    RestoreReport {
        done: true,
        size: done.head.size,
        checkpoint: done.head.code.clone(),
        aside: done.aside.as_ref().map(|path| path.display().to_string()),
        ..before
    }
}

/// The result or preview of a restore.
#[derive(Debug, Serialize)]
pub struct RestoreReport {
    pub schema: &'static str,
    /// Whether it was done; otherwise it is a preview.
    pub done: bool,
    /// Entries in the backup, or after a restore, in the database.
    pub size: u64,
    pub checkpoint: String,
    /// Known entries that are not in the backup.
    pub missing: u64,
    /// Where the previous database is kept.
    pub aside: Option<String>,
    /// Missing entries that the present database has; at most 1,000.
    pub lost: Vec<EntryRow>,
    /// Statements that were erased and whose text the backup brings back.
    pub not_erased: Vec<String>,
    /// What was received from other departments and taken back, and the backup brings back.
    pub not_taken_back: Vec<NotTakenBackRow>,
}

/// What the backup brings back of another log for one trainee.
#[derive(Debug, Serialize)]
pub struct NotTakenBackRow {
    /// The id of the trainee.
    pub trainee: String,
    pub origin: String,
    pub statements: usize,
}

impl NotTakenBackRow {
    fn new(of: &BroughtBack) -> Self {
        Self { trainee: of.trainee.id.to_string(), origin: of.origin.to_string(), statements: of.statements }
    }
}
