//! `receipts`: what a trainee keeps of their record, for anyone to check. Must never write over a file.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use crate::app::service::App;
use crate::cli::answer::{Answer, Failure};
use crate::cli::context::{Context, day, one};
use crate::cli::input::write_files;
use crate::cli::json::log::{ReceiptRow, Receipts as Shape};
use crate::cli::sheet::{Part, fact};
use crate::cli::verbs::Receipts;
use crate::domain::person::Role;
use crate::domain::typed_day::{Look, meant};
use crate::domain::value::PersonId;

/// Prints receipts, one after the other, or writes each to a file of its own.
pub fn receipts(context: &Context, asked: &Receipts) -> Result<Answer, Failure> {
    let app = context.open()?;
    let who = asked.trainee.as_deref().map(|text| one(&app, text, &[Role::Trainee])).transpose()?;
    let since = asked.since.as_deref().map(|text| day(text, "--since", app.today())).transpose()?;
    let answer = receipts_of(&app, who.as_ref().map(|person| &person.id), since, asked.out.as_deref())?;
    let said = asked.since.as_deref().and_then(|text| meant(text, app.today(), Look::of("--since")));
    Ok(said.into_iter().fold(answer, Answer::aside))
}

/// Receipts of what stands on a record, or on everybody's.
pub fn receipts_of(
    app: &App,
    trainee: Option<&PersonId>,
    since: Option<NaiveDate>,
    out: Option<&Path>,
) -> Result<Answer, Failure> {
    let found = app.receipts(trainee, since)?;
    let count = if found.len() == 1 { "1 receipt".to_owned() } else { format!("{} receipts", found.len()) };
    let files: Vec<(String, &str)> =
        found.iter().map(|receipt| (format!("{}.receipt", receipt.id), receipt.text.as_str())).collect();
    let mut written: Vec<PathBuf> = Vec::new();
    let parts = match out {
        _ if found.is_empty() => vec![Part::Line("Nothing is signed yet that a receipt could be of".to_owned())],
        None => vec![Part::Verbatim(found.iter().map(|receipt| receipt.text.as_str()).collect())],
        Some(folder) => {
            written = write_files(folder, &files)?;
            vec![Part::Line(format!("Wrote {count}")), Part::Facts(vec![fact("Folder", folder.display())])]
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
    Ok(Answer::new(parts, &shape)?)
}
