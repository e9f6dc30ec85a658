//! Runs `evidence`: uploads, lists, saves and removes the files of claims. Existing files are not overwritten.

use std::io::Read;
use std::path::PathBuf;

use clap::Subcommand;
use serde::Serialize;

use crate::context::input::Patient;
use crate::context::{Context, one};
use crate::output::report::{CommandOutput, Failure, listed};
use crate::output::table::{OutputBlock, Table, fact};
use countersign_app::app::App;
use countersign_app::claims::{claim, evidence};
use countersign_app::error::Error;
use countersign_core::people::person::{Person, Role};
use countersign_core::primitives::date::day_words;
use countersign_core::primitives::file_name::StoredFileName;
use countersign_core::record::evidence::File;

#[derive(Debug, Subcommand)]
pub enum EvidenceVerb {
    /// Hands in evidence files for claims. Without a file, reads standard input.
    Add {
        /// The files.
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Lists the files that a trainee handed in. Without a name, your own.
    List {
        /// Whose: an id, or any part of a name that matches nobody else.
        trainee: Option<String>,
    },
    /// Saves a file under a new name, or in a folder.
    Save {
        /// Its ID, as `evidence list` shows it (6 digits or more).
        id: String,
        /// The new file, or a folder that is there.
        file: PathBuf,
    },
    /// Removes a file that you handed in and no claim uses.
    Remove {
        /// Its name, or its ID, as `evidence list` shows it.
        id: String,
    },
}

/// Runs `evidence`.
pub fn evidence(context: &mut Context, verb: &EvidenceVerb) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    match verb {
        EvidenceVerb::Add { files } => {
            let who = context.signer(app, &[Role::Trainee])?;
            let files_taken = if files.is_empty() {
                if context.secret_is_on_standard_input() {
                    return Err(Error::usage("The file and the passphrase cannot both come from standard input")
                        .hint("Name the file, or give the passphrase with --passphrase-file")
                        .into());
                }
                vec![evidence::take_stream(app, &mut Patient::standard_input())?]
            } else {
                files.iter().map(|path| evidence::take_file(app, path)).collect::<Result<Vec<_>, Error>>()?
            };
            let proof = context.proof(app, &who)?;
            let added = claim::add_evidence(app, &who.id, Some(&proof), &files_taken)?;
            handed_in(&added)
        }
        EvidenceVerb::List { trainee } => {
            let who = match trainee {
                Some(text) => one(app, text, &[Role::Trainee])?,
                None => context.signer(app, &[Role::Trainee])?,
            };
            list_of(app, &who)
        }
        EvidenceVerb::Save { id, file } => {
            let (whose, found) = claim::file_anywhere(app, id)?;
            let place = evidence::save_evidence(app, &whose, &found.digest, file)?;
            let parts = vec![
                OutputBlock::Line(format!("Saved {}", place.display())),
                OutputBlock::Facts(vec![fact("sha256", found.digest.hex()), fact("Bytes", found.size)]),
            ];
            let unusable = match &found.name {
                StoredFileName::Usable(_) => None,
                StoredFileName::Unusable(shown, why) => Some(format!("Its own name, “{shown}”, cannot be used: {why}")),
            };
            let saved = answer(parts, &[found])?;
            Ok(match unusable {
                Some(why) => saved.aside(why),
                None => saved,
            })
        }
        EvidenceVerb::Remove { id } => {
            let who = context.signer(app, &[Role::Trainee])?;
            let found = claim::file_meant(app, &who.id, id)?;
            let proof = context.proof(app, &who)?;
            claim::remove_evidence(app, &who.id, Some(&proof), &found.digest)?;
            answer(vec![OutputBlock::Line(format!("Taken back: {}", found.name))], &[found])
        }
    }
}

/// Uploads a file from a stream, for a trainee who logged in.
pub fn add_own(app: &mut App, person: &Person, from: &mut dyn Read) -> Result<CommandOutput, Failure> {
    let files_taken = evidence::take_stream(app, from)?;
    let added = claim::add_evidence(app, &person.id, None, &[files_taken])?;
    handed_in(&added)
}

/// Lists a trainee's uploads.
pub fn list_of(app: &App, who: &Person) -> Result<CommandOutput, Failure> {
    let files = claim::files_of(app, &who.id)?;
    let row = |file: &File| {
        cells![
            file.name,
            if file.erased { "erased" } else { file.kind.slug() },
            file.size,
            day_words(file.added.local_day()),
            file.claims,
            file.digest.hex()[..16]
        ]
    };
    let head = vec!["name", "kind", "bytes", "added", "claims", "id"];
    let table = Table { head, rows: files.iter().map(row).collect() };
    answer(vec![listed(table, "Nothing has been handed in yet: `countersign evidence add FILE`")], &files)
}

fn handed_in(files: &[File]) -> Result<CommandOutput, Failure> {
    let mut parts = Vec::new();
    for file in files {
        parts.push(OutputBlock::Line(format!("Handed in: {} ({}, {} bytes)", file.name, file.kind.slug(), file.size)));
        parts.push(OutputBlock::Facts(vec![fact("sha256", file.digest.hex())]));
    }
    answer(parts, files)
}

fn answer(parts: Vec<OutputBlock>, files: &[File]) -> Result<CommandOutput, Failure> {
    let files = files.iter().map(FileRow::new).collect();
    Ok(CommandOutput::new(parts, &Files { schema: "countersign/evidence/1", files })?)
}

/// Uploaded files.
#[derive(Debug, Serialize)]
pub struct Files {
    pub schema: &'static str,
    pub files: Vec<FileRow>,
}

json_row! {
    FileRow from (file: &File) {
        id: String = file.digest.hex(),
        name: String = file.name.to_string(),
        kind: &'static str = file.kind.slug(),
        bytes: u64 = file.size,
        added: String = file.added.to_string(),
        claims: u32 = file.claims,
        erased: bool = file.erased,
    }
}
