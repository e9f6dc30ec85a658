//! Runs `report`: makes a document and writes it to a file. Nothing is signed or changed.

pub mod activity;
pub mod certificate;
pub mod cohort;
pub mod matrix;
pub mod portfolio;
pub mod review;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::commands::report::activity::ActivityArgs;
use crate::commands::report::certificate::CertificateReportArgs;
use crate::commands::report::cohort::CohortReportArgs;
use crate::commands::report::matrix::MatrixArgs;
use crate::commands::report::portfolio::PortfolioReportArgs;
use crate::commands::report::review::ReviewReportArgs;
use crate::context::Context;
use crate::output::report::{CommandOutput, Failure};
use crate::output::table::{OutputBlock, fact};
use countersign_app::app::App;
use countersign_app::error::Error;
use countersign_app::report::file::{Overwrite, SheetFormat, Written, format_for, write_document};
use countersign_core::people::person::{Person, Role};
use countersign_core::primitives::ids::Digest;
use countersign_core::primitives::text::counted;

/// The documents.
#[derive(Debug, Subcommand)]
pub enum ReportKind {
    /// People by the items of a standard or list, as a spreadsheet: who is current in what, until when, and who is the only one.
    Matrix(MatrixArgs),
    /// The cohort as a spreadsheet: who is behind, with the reason of every figure.
    Cohort(CohortReportArgs),
    /// What was signed between two days, as a spreadsheet: by whom, how often, how, and what was late.
    Activity(ActivityArgs),
    /// A trainee's whole record as PDF: every KSB with its sign-offs, evidence, reviews and hours.
    Portfolio(PortfolioReportArgs),
    /// One progress review as PDF: the rating, the answers, the actions and who signed.
    Review(ReviewReportArgs),
    /// A trainee's record of achievement as PDF, on one page.
    Certificate(CertificateReportArgs),
}

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

/// Makes a document.
pub fn report(context: &mut Context, kind: &ReportKind) -> Result<CommandOutput, Failure> {
    match kind {
        ReportKind::Matrix(asked) => matrix::matrix(context, asked),
        ReportKind::Cohort(asked) => cohort::cohort(context, asked),
        ReportKind::Activity(asked) => activity::activity(context, asked),
        ReportKind::Portfolio(asked) => portfolio::portfolio(context, asked),
        ReportKind::Review(asked) => review::review(context, asked),
        ReportKind::Certificate(asked) => certificate::certificate(context, asked),
    }
}

/// Returns the person of `--as`, who is named on the document.
pub fn maker(context: &mut Context, app: &App) -> Result<Option<Person>, Error> {
    if context.names_a_signer() { context.signer(app, &Role::ALL).map(Some) } else { Ok(None) }
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
        let bytes = make()?;
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
