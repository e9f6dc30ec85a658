//! Runs `export`: prints or writes what others need to check signatures with ssh-keygen. Existing files are not overwritten.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{ArgGroup, Args};
use serde::Serialize;

use crate::commands::people::subject_access::{FileRow, FullRow, subject_access};
use crate::context::Context;
use crate::context::input::write_files;
use crate::output::report::{CommandOutput, Failure};
use crate::output::table::{OutputBlock, fact};
use countersign_app::bundle::other_logs;
use countersign_app::error::Error;
use countersign_app::maintenance::export;
use countersign_app::record::records;
use countersign_core::primitives::ids::StatementId;
use countersign_core::record::view::FullStatement;

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true).multiple(true))]
pub struct ExportArgs {
    /// Everyone's public keys, as an allowed_signers file.
    #[arg(long, group = "what")]
    pub signers: bool,
    /// A statement's text and its signature. Can be repeated.
    #[arg(long = "statement", value_name = "ID", group = "what")]
    pub statements: Vec<String>,
    /// Everything held about a person: statements by and about them, and unfinished drafts.
    #[arg(long, value_name = "PERSON", group = "what")]
    pub person: Option<String>,
    /// Writes files to this folder: allowed_signers, ID.txt and ID.txt.sig (ID.batch and ID.batch.sig of a security key).
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// Prints or writes signers and statements.
pub fn export(context: &Context, asked: &ExportArgs) -> Result<CommandOutput, Failure> {
    let app = context.open()?;
    if let Some(person) = &asked.person {
        if asked.signers || !asked.statements.is_empty() {
            return Err(Error::usage("--person cannot be combined with --signers or --statement")
                .hint("Run two separate exports")
                .into());
        }
        return subject_access(&app, person, asked.out.as_deref());
    }
    let ids: Vec<StatementId> = asked.statements.iter().map(|id| id.parse()).collect::<Result<_, _>>()?;
    let statements: Vec<FullStatement> =
        ids.into_iter().map(|id| records::statement(&app, id)).collect::<Result<_, _>>()?;
    let signers = if asked.signers { Some(export::signers(&app)?) } else { None };
    let mut files: Vec<(String, &str)> = Vec::new();
    files.extend(signers.iter().map(|text| ("allowed_signers".to_owned(), text.as_str())));
    for full in &statements {
        files.extend(full.files());
    }
    let mut parts = Vec::new();
    let mut written = Vec::new();
    if let Some(folder) = &asked.out {
        for path in write_files(folder, &files)? {
            written.push(FileRow { id: path.display().to_string() });
        }
        parts.push(OutputBlock::Facts(written.iter().map(|file| fact("Wrote", &file.id)).collect()));
    } else if let [(_, only)] = files.as_slice() {
        parts.push(OutputBlock::Verbatim((*only).to_owned()));
    } else {
        let mut all = String::new();
        for (name, text) in &files {
            let _ = writeln!(all, "==> {name} <==");
            all.push_str(text);
        }
        parts.push(OutputBlock::Verbatim(all));
    }
    let unsound = statements.iter().filter(|full| !full.sound).count();
    let shape = Export {
        schema: "countersign/export/1",
        statements: statements.iter().map(FullRow::new).collect(),
        signers: signers.iter().flat_map(|text| text.lines()).map(signer).collect(),
        files: written,
    };
    let mut answer = CommandOutput::new(parts, &shape)?;
    if let Some(full) = statements.first() {
        let own = other_logs::own_key(&app)?.origin().clone();
        let (id, signer, time) = (full.id, signer_of(&full.text, own.as_str()), time_of(&full.text));
        let check = format!("To check: ssh-keygen -Y verify -f allowed_signers -I {signer} -Overify-time={time}");
        answer = answer.aside(match &full.batch {
            None => format!("{check} -n countersign-statement -s {id}.txt.sig < {id}.txt"),
            Some(_) => format!(
                "{check} -n countersign-batch -s {id}.batch.sig < {id}.batch && grep -x \"statement $(sha256sum < {id}.txt | cut -c1-64)\" {id}.batch"
            ),
        });
    }
    if unsound > 0 {
        answer.code = 1;
        answer = answer.aside("A signature is not valid: the file was altered");
    }
    Ok(answer)
}

fn signer(line: &str) -> SignerRow {
    SignerRow { id: line.split(' ').next().unwrap_or_default().to_owned(), line: line.to_owned() }
}

/// Returns the signer of a statement as `allowed_signers` names them: the id, with the log if it is not this one.
fn signer_of(text: &str, own: &str) -> String {
    let field =
        |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).and_then(|rest| rest.split(' ').next());
    let signer = field("signer ").unwrap_or("PERSON");
    match field("log ") {
        Some(log) if log != own => format!("{signer}@{log}"),
        _ => signer.to_owned(),
    }
}

/// Returns the time of signing in ssh-keygen's format: a key that has ended since was valid then.
fn time_of(text: &str) -> String {
    let time = text.lines().find_map(|line| line.strip_prefix("signed ")).unwrap_or_default();
    time.chars().filter(|c| c.is_ascii_digit() || *c == 'Z').collect()
}

/// Statements in full.
#[derive(Debug, Serialize)]
pub struct Export {
    pub schema: &'static str,
    /// The requested statements.
    pub statements: Vec<FullRow>,
    /// The `allowed_signers` lines, if requested.
    pub signers: Vec<SignerRow>,
    /// The files written.
    pub files: Vec<FileRow>,
}

/// A line of `allowed_signers`.
#[derive(Debug, Serialize)]
pub struct SignerRow {
    /// The person.
    pub id: String,
    /// The full line.
    pub line: String,
}
