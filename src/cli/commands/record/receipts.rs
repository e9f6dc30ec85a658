//! Runs `receipts`: exports receipts of a trainee's record. Existing files are not overwritten.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::Args;
use serde::Serialize;

use crate::context::input::write_files;
use crate::context::{Context, day, one};
use crate::output::report::{CommandOutput, Failure};
use crate::output::table::{OutputBlock, fact};
use countersign_app::app::App;
use countersign_app::record::receipts;
use countersign_core::people::person::Role;
use countersign_core::primitives::date::day_words;
use countersign_core::primitives::human_date::{DayDirection, parsed_as};
use countersign_core::primitives::ids::PersonId;

#[derive(Debug, Args)]
pub struct ReceiptsArgs {
    /// On whose record: an id, or any part of a name that matches nobody else. Without it, for everyone.
    pub trainee: Option<String>,
    /// Only of what was signed on this day or later: monday, “20 Nov”, 2026-11-20.
    #[arg(long, value_name = "DATE")]
    pub since: Option<String>,
    /// Writes each receipt to a file of its own in this folder.
    #[arg(long, visible_alias = "to", value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// Prints all receipts, or writes each to a file.
pub fn receipts(context: &Context, asked: &ReceiptsArgs) -> Result<CommandOutput, Failure> {
    let app = context.open()?;
    let who = asked.trainee.as_deref().map(|text| one(&app, text, &[Role::Trainee])).transpose()?;
    let since = asked.since.as_deref().map(|text| day(text, "--since", app.today())).transpose()?;
    let answer = receipts_of(&app, who.as_ref().map(|person| &person.id), since, asked.out.as_deref())?;
    let since = asked.since.as_deref().and_then(|text| parsed_as(text, app.today(), DayDirection::of("--since")));
    Ok(since.into_iter().fold(answer, CommandOutput::aside))
}

/// Exports the receipts of one record, or of all.
pub fn receipts_of(
    app: &App,
    trainee: Option<&PersonId>,
    since: Option<NaiveDate>,
    out: Option<&Path>,
) -> Result<CommandOutput, Failure> {
    let found = receipts::receipts(app, trainee, since)?;
    let count = if found.len() == 1 { "1 receipt".to_owned() } else { format!("{} receipts", found.len()) };
    let files: Vec<(String, &str)> =
        found.iter().map(|receipt| (format!("{}.receipt", receipt.id), receipt.text.as_str())).collect();
    let mut written: Vec<PathBuf> = Vec::new();
    let parts = match out {
        _ if found.is_empty() => {
            let since = since.map(|day| format!(" since {}", day_words(day))).unwrap_or_default();
            vec![OutputBlock::Line(format!("There are no receipts{since}"))]
        }
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
    let shape = Receipts { schema: "countersign/receipts/1", receipts: rows.collect() };
    Ok(CommandOutput::new(parts, &shape)?)
}

/// A list of receipts.
#[derive(Debug, Serialize)]
pub struct Receipts {
    pub schema: &'static str,
    pub receipts: Vec<ReceiptRow>,
}

/// A receipt of a statement.
#[derive(Debug, Serialize)]
pub struct ReceiptRow {
    /// The statement's id.
    pub id: String,
    /// Leaf index, from 0.
    pub position: u64,
    pub text: String,
    /// Path of its file, if it was written to one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}
