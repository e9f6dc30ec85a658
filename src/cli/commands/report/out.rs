//! Writes a document to the file that was named, and says where it is.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;
use serde::Serialize;

use crate::context::{Context, day, one};
use crate::output::report::{CommandOutput, Failure};
use crate::output::table::{OutputBlock, fact};
use crate::output::with_wait;
use countersign_app::app::App;
use countersign_app::error::Error;
use countersign_app::keys::agent::Purpose;
use countersign_app::keys::unlock;
use countersign_app::people::person::enrolment;
use countersign_app::report::file::{
    DocumentFormat, Overwrite, SheetFormat, Written, document_format_for, format_for, write_document,
};
use countersign_app::report::past;
use countersign_core::people::person::{Person, Role};
use countersign_core::primitives::date::day_words;
use countersign_core::primitives::ids::Digest;
use countersign_core::primitives::text::{SafeText, counted};

/// Where a document goes.
#[derive(Debug, Args)]
pub struct OutArgs {
    /// The file to write, or a folder to write it in.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Replaces a file that is there already.
    #[arg(long)]
    pub replace: bool,
}

/// Where a spreadsheet goes.
#[derive(Debug, Args)]
pub struct SheetArgs {
    #[command(flatten)]
    pub to: OutArgs,
    /// The format, if not as the file's name ends.
    #[arg(long, value_parser = ["xlsx", "csv"])]
    pub format: Option<String>,
}

impl SheetArgs {
    /// Returns the format that was asked for.
    pub fn format(&self) -> Result<SheetFormat, Error> {
        format_for(&self.to.out, self.format.as_deref())
    }
}

/// Where a document goes that is made as PDF and as a spreadsheet.
#[derive(Debug, Args)]
pub struct DocumentArgs {
    #[command(flatten)]
    pub to: OutArgs,
    /// The format, if not as the file's name ends.
    #[arg(long, value_parser = ["pdf", "xlsx", "csv"])]
    pub format: Option<String>,
}

impl DocumentArgs {
    /// Returns the format that was asked for; in a folder it is `usual`.
    pub fn format(&self, usual: DocumentFormat) -> Result<DocumentFormat, Error> {
        document_format_for(&self.to.out, self.format.as_deref(), usual)
    }
}

/// The day of which a document shows the state.
#[derive(Debug, Args)]
pub struct AsOfArgs {
    /// Shows what was the case at the end of this day, rebuilt from the log.
    #[arg(long, value_name = "DAY")]
    pub as_of: Option<String>,
}

impl AsOfArgs {
    /// Returns the department as it was at the end of the day that was given, with that day.
    pub fn then(&self, app: &App) -> Result<Option<(App, NaiveDate)>, Error> {
        let Some(text) = &self.as_of else { return Ok(None) };
        let day = day(text, "--as-of", app.today())?;
        Ok(Some((with_wait("Going back", || past::as_of(app, day))?, day)))
    }

    /// Returns the department as it was on the day that was given, or as it is, and the trainee that a text names.
    pub fn whose(&self, app: App, text: &str) -> Result<(App, Person), Error> {
        let Some((then, day)) = self.then(&app)? else {
            let who = one(&app, text, &[Role::Trainee])?;
            return Ok((app, who));
        };
        let found = one(&then, text, &[Role::Trainee]);
        let now = one(&app, text, &[Role::Trainee]);
        let missing = |name: &SafeText, what: &str| {
            Err(Error::refused(format!("{name} was not {what} on {}", day_words(day)))
                .hint("Nothing was written. Choose a later day, or leave out --as-of"))
        };
        match (found, now) {
            (Err(_), Ok(now)) if then.person(&now.id).is_err() => missing(&now.name, "here"),
            (Ok(who), _) if enrolment(&then, &who.id)?.is_none() && enrolment(&app, &who.id)?.is_some() => {
                missing(&who.name, "enrolled on a standard")
            }
            (found, _) => found.map(|who| (then, who)),
        }
    }
}

/// Says why a document that shows only today, or a period, has no `--as-of`.
#[derive(Debug, Args)]
pub struct OnlyToday {
    #[arg(long, value_name = "DAY", hide = true)]
    pub as_of: Option<String>,
}

impl OnlyToday {
    /// Refuses `--as-of`.
    pub fn check(&self, why: &str, hint: &str) -> Result<(), Error> {
        if self.as_of.is_none() { Ok(()) } else { Err(Error::usage(format!("{why}: it has no --as-of")).hint(hint)) }
    }
}

/// Returns the person of `--as`, who is named on the document. They sign in: a page never names somebody who did not.
pub fn maker(context: &mut Context, app: &mut App) -> Result<Option<Person>, Error> {
    if !context.names_a_signer() {
        return Ok(None);
    }
    let person = context.signer(app, &Role::ALL)?;
    let proof = context.proof(app, &person)?;
    unlock::prove(app, &person.id, &proof, Purpose::Act)?;
    Ok(Some(person))
}

/// Writes a document that `make` makes, and says where it is. `name` is its name in a folder.
pub fn give(
    kind: &'static str,
    to: &OutArgs,
    name: &str,
    make: impl FnOnce() -> Result<Vec<u8>, Error>,
) -> Result<CommandOutput, Failure> {
    let overwrite = if to.replace { Overwrite::Allowed } else { Overwrite::Refused };
    let mut about = None;
    let written = write_document(&to.out, name, overwrite, || {
        let bytes = with_wait("Making the document", make)?;
        about = Some((bytes.len() as u64, Digest::of(&bytes).hex()));
        Ok(bytes)
    })?;
    let (path, (bytes, sha256)) = match (written, about) {
        (Written::Done(path), Some(about)) => (path.display().to_string(), about),
        (Written::Done(path) | Written::IsThere(path), _) => {
            return Err(Error::refused(format!("There is already a file {}", path.display()))
                .hint("Nothing was written. Give another name, or replace it with --replace")
                .into());
        }
    };
    let facts = vec![fact("Wrote", &path), fact("Size", counted(bytes, "byte")), fact("SHA-256", &sha256)];
    let shape = ReportRow { schema: "countersign/report/1", kind, path, bytes, sha256 };
    Ok(CommandOutput::new(vec![OutputBlock::Facts(facts)], &shape)?)
}

/// A document that was written.
#[derive(Debug, Serialize)]
pub struct ReportRow {
    pub schema: &'static str,
    pub kind: &'static str,
    /// The full path.
    pub path: String,
    pub bytes: u64,
    pub sha256: String,
}
