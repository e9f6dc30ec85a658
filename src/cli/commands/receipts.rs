//! Runs `receipts`: exports receipts of a trainee's record. Existing files are not overwritten.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use crate::app::app::App;
use crate::cli::context::input::write_files;
use crate::cli::context::{Context, day, one};
use crate::cli::json::log::{ReceiptRow, Receipts as Shape};
use crate::cli::output::report::{CommandOutput, Failure};
use crate::cli::output::table::{OutputBlock, fact};
use crate::cli::verbs::Receipts;
use crate::domain::people::person::Role;
use crate::domain::primitives::human_date::{DayDirection, meant};
use crate::domain::primitives::ids::PersonId;

/// Prints all receipts, or writes each to a file.
pub fn receipts(context: &Context, asked: &Receipts) -> Result<CommandOutput, Failure> {
    let app = context.open()?;
    let who = asked.trainee.as_deref().map(|text| one(&app, text, &[Role::Trainee])).transpose()?;
    let since = asked.since.as_deref().map(|text| day(text, "--since", app.today())).transpose()?;
    let answer = receipts_of(&app, who.as_ref().map(|person| &person.id), since, asked.out.as_deref())?;
    let said = asked.since.as_deref().and_then(|text| meant(text, app.today(), DayDirection::of("--since")));
    Ok(said.into_iter().fold(answer, CommandOutput::aside))
}

/// Exports the receipts of one record, or of all.
pub fn receipts_of(
    app: &App,
    trainee: Option<&PersonId>,
    since: Option<NaiveDate>,
    out: Option<&Path>,
) -> Result<CommandOutput, Failure> {
    let found = app.receipts(trainee, since)?;
    let count = if found.len() == 1 { "1 receipt".to_owned() } else { format!("{} receipts", found.len()) };
    let files: Vec<(String, &str)> =
        found.iter().map(|receipt| (format!("{}.receipt", receipt.id), receipt.text.as_str())).collect();
    let mut written: Vec<PathBuf> = Vec::new();
    let parts = match out {
        _ if found.is_empty() => vec![OutputBlock::Line("Nothing is signed yet, so there are no receipts".to_owned())],
        None => vec![OutputBlock::Verbatim(found.iter().map(|receipt| receipt.text.as_str()).collect())],
        Some(folder) => {
            written = write_files(folder, &files)?;
            vec![
                OutputBlock::Line(format!("Wrote {count}")),
                OutputBlock::Facts(vec![fact("Folder", folder.display())]),
            ]
        }
    };
    let file = |at: usize| written.get(at).map(|path| path.display().to_string());
    let rows = found.iter().enumerate().map(|(at, receipt)| ReceiptRow {
        id: receipt.id.to_string(),
        position: receipt.position,
        text: receipt.text.clone(),
        file: file(at),
    });
    let shape = Shape { schema: "countersign/receipts/1", receipts: rows.collect() };
    Ok(CommandOutput::new(parts, &shape)?)
}
