//! Runs `backup`: makes a verified copy of the database, with progress.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::context::{Context, threads};
use crate::output::Progress;
use crate::output::report::{CommandOutput, Failure};
use crate::output::table::{OutputBlock, fact};
use countersign_app::maintenance::backup::{self, BackupRequest, Stage};

#[derive(Debug, Args)]
pub struct BackupArgs {
    /// An existing folder, or the new file itself, FILE.db; best on another disk or machine.
    pub to: PathBuf,
    /// Also copies the keys, still encrypted, to a folder next to it that only its owner can open.
    #[arg(long)]
    pub keys: bool,
    /// Overwrites the file there, even a newer backup or one of another log.
    #[arg(long)]
    pub replace: bool,
}

/// Makes a backup.
pub fn backup(context: &mut Context, asked: &BackupArgs) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let wish = BackupRequest { keys: asked.keys, replace: asked.replace, threads: threads() };
    let mut progress = (Stage::Copying, Progress::new("Copying"));
    let made = backup::backup(app, &asked.to, wish, &mut |stage, done, of| {
        if stage != progress.0 {
            progress = (stage, Progress::new("Verifying"));
        }
        progress.1.at(done, of);
    })?;
    drop(progress);
    let mut facts =
        vec![fact("File", made.path.display()), fact("Entries", made.head.size), fact("Checkpoint", &made.head.code)];
    if made.same_disk {
        facts.push(fact("Disk", "The same as the data. If it fails, both are lost: keep a copy on another disk too"));
    }
    if let Some((folder, keys)) = &made.keys {
        facts.push(fact("Keys", format!("{} ({keys} files)", folder.display())));
    }
    let row = BackupRow {
        id: made.path.display().to_string(),
        size: made.head.size,
        checkpoint: made.head.code.clone(),
        keys: made.keys.as_ref().map(|(folder, _)| folder.display().to_string()),
    };
    let shape = Backups { schema: "countersign/backup/1", backups: vec![row] };
    let line = "Backed up and checked".to_owned();
    let mut answer = CommandOutput::new(vec![OutputBlock::Line(line), OutputBlock::Facts(facts)], &shape)?;
    if made.keys.is_none() {
        let keys = app.folder().key("").display().to_string();
        answer = answer.aside(format!(
            "The signing keys are not in the backup. They are encrypted in {keys}. To copy them too, to a private folder: --keys"
        ));
    }
    context
        .warnings
        .extend(made.forgotten.map(|error| format!("`doctor` will not know about this backup: {}", error.sentence())));
    Ok(answer)
}

/// Backups that were made.
#[derive(Debug, Serialize)]
pub struct Backups {
    pub schema: &'static str,
    /// The new backup.
    pub backups: Vec<BackupRow>,
}

#[derive(Debug, Serialize)]
pub struct BackupRow {
    /// Its path.
    pub id: String,
    pub size: u64,
    pub checkpoint: String,
    /// The folder of the keys, if they were copied.
    pub keys: Option<String>,
}
