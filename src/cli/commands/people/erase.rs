//! Runs `erase`: deletes a statement's text permanently, and names the copies that may remain.

use clap::Args;

use crate::context::{Context, line};
use crate::output::report::{CommandOutput, Failure};
use crate::output::table::{OutputBlock, fact};
use crate::output::written::Written;
use countersign_app::error::Error;
use countersign_app::maintenance::erase;
use countersign_app::maintenance::erased_copies::{self, Copy};
use countersign_core::people::person::Role;
use countersign_core::primitives::ids::StatementId;

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
    let (officer, proof) = context.signer_and_proof(app, &[Role::TrainingOfficer])?;
    let erased = erase::erase(app, &officer.id, &proof, id, &reason)?;
    let parts = vec![
        OutputBlock::Line("Erased: the text and its signature are deleted. Its place in the log is kept".to_owned()),
        OutputBlock::Facts(vec![
            fact("Position", erased.position),
            fact("Entries", erased.done.head.size),
            fact("Checkpoint", &erased.done.head.code),
        ]),
    ];
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
