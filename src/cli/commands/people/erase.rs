//! Runs `erase`: deletes a statement's text permanently, and names the copies that may remain.

use clap::Args;

use crate::context::prompt::Terminal;
use crate::context::{Context, line};
use crate::output::report::{CommandOutput, Failure};
use crate::output::table::{OutputBlock, fact};
use crate::output::written::Written;
use countersign_app::error::Error;
use countersign_app::keys::session::Credential;
use countersign_app::maintenance::erase;
use countersign_app::maintenance::erased_copies::{self, Copy};
use countersign_core::people::person::Role;
use countersign_core::primitives::ids::StatementId;
use countersign_core::record::state_change::StateChange;

/// What to do first, so that an erasure does not make an achieved item out of one that was not achieved.
const RECORD_AGAIN: &str = "To leave it as not yet achieved, let a supervisor record it again first, without the text \
    that must go. Then erase this record";

#[derive(Debug, Args)]
pub struct EraseArgs {
    /// The statement's id, as `history` shows it.
    #[arg(required_unless_present = "finish")]
    pub id: Option<String>,
    /// The reason. It is kept in the log for ever, so do not name anyone.
    #[arg(long, value_name = "TEXT", required_unless_present = "finish")]
    pub reason: Option<String>,
    /// Finishes earlier erasures, once other screens are closed: scrubs the file, and deletes the copies kept by
    /// a restore that still hold erased text.
    #[arg(long, conflicts_with_all = ["id", "reason"])]
    pub finish: bool,
}

/// Erases a statement.
pub fn erase(context: &mut Context, asked: &EraseArgs) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let (Some(id), Some(reason)) = (&asked.id, line(asked.reason.as_deref(), "--reason")?) else {
        let (deleted, left) = erased_copies::finish_erasing(app)?;
        let mut parts =
            vec![OutputBlock::Line("Erased text removed: the file no longer contains any of it".to_owned())];
        parts.extend(deleted.iter().map(|path| OutputBlock::Line(format!("Deleted {}", path.display()))));
        context.warnings.extend(left.iter().map(Copy::words));
        return Ok(CommandOutput::new(parts, &Written::new(&[], &app.head()?))?);
    };
    let id: StatementId = id.parse()?;
    let officer = context.signer(app, &[Role::TrainingOfficer])?;
    // Refusals are reported before the passphrase is asked for.
    erase::erase(app, &officer.id, &Credential::DryRun, id, &reason)?;
    let changes = erase::state_changes(app, id)?;
    foretell(&changes)?;
    let proof = context.proof(app, &officer)?;
    let erased = erase::erase(app, &officer.id, &proof, id, &reason)?;
    let mut parts = vec![OutputBlock::Line(
        "Erased: the text and its signature are deleted. Its place in the log is kept".to_owned(),
    )];
    parts.extend(changes.iter().map(|change| OutputBlock::Line(change.told())));
    parts.push(OutputBlock::Facts(vec![
        fact("Position", erased.position),
        fact("Entries", erased.done.head.size),
        fact("Checkpoint", &erased.done.head.code),
    ]));
    let mut answer = CommandOutput::new(parts, &Written::new(&erased.done.ids, &erased.done.head))?;
    if !erased.backups.is_empty() {
        let places: Vec<String> = erased.backups.iter().map(|backup| backup.path.display().to_string()).collect();
        answer = answer.aside(format!("Earlier backups still contain it: {}", places.join(", ")));
    }
    context.warnings.extend(erased.copies.iter().map(Copy::words));
    context
        .warnings
        .extend(erased.traces.map(|error: Error| format!("{}. {}", error.sentence(), error.hint.unwrap_or_default())));
    Ok(answer.aside("Anyone who saved a receipt of it still has the text. Ask them to delete it"))
}

/// Shows what changes, and asks whether to go on. Without a terminal, nobody can be asked.
fn foretell(changes: &[StateChange]) -> Result<(), Failure> {
    let Some(mut terminal) = Terminal::find().filter(|_| !changes.is_empty()) else { return Ok(()) };
    let mut preview: Vec<OutputBlock> = changes.iter().map(|change| OutputBlock::Line(change.foretold())).collect();
    if changes.iter().any(StateChange::hides_not_achieved) {
        preview.push(OutputBlock::Line(RECORD_AGAIN.to_owned()));
    }
    Ok(terminal.confirm(&preview, "Not erased")?)
}
