//! Runs `badge`: writes a trainee's badges, at the trainee's own request.

use std::path::Path;

use clap::Args;
use serde::Serialize;

use crate::commands::record::sign_off::code_of;
use crate::commands::report::out::OutArgs;
use crate::context::{Context, one};
use crate::output::report::{CommandOutput, Failure};
use crate::output::table::{OutputBlock, fact};
use countersign_app::error::Error;
use countersign_app::mail::addresses::MailAddress;
use countersign_app::report::badge::{MadeBadge, Request, archive, badges, only_theirs};
use countersign_app::report::file::{Overwrite, Written, needs_ending, write_document, write_documents};
use countersign_app::storage::atomic_file::{is_folder, private_folder};
use countersign_core::people::person::Role;
use countersign_core::primitives::ids::KsbCode;
use countersign_core::primitives::text::counted;

#[derive(Debug, Args)]
pub struct BadgeArgs {
    /// Whose: an id, or any part of a name that matches nobody else. They confirm it with their passphrase or key.
    pub trainee: String,
    /// The codes, such as S26 L1. Without them, everything that is signed off and counts today.
    pub codes: Vec<String>,
    /// Binds the badges to this mail address as well as the name, for a badge wallet that goes by addresses.
    #[arg(long, value_name = "ADDRESS")]
    pub email: Option<String>,
    #[command(flatten)]
    pub to: OutArgs,
}

/// Writes badges: one as JSON, several to a folder or as ZIP.
pub fn badge(context: &mut Context, asked: &BadgeArgs) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let person = one(app, &asked.trainee, &[Role::Trainee])?;
    let codes: Vec<KsbCode> = asked.codes.iter().map(|code| code_of(code)).collect::<Result<_, _>>()?;
    let address = asked.email.as_deref().map(str::parse::<MailAddress>).transpose()?;
    let address = address.map(|address| address.as_str().to_lowercase());
    if context.names_a_signer() && context.signer(app, &Role::ALL)?.id != person.id {
        return Err(only_theirs(&person).into());
    }
    let proof = context.proof(app, &person)?;
    let made = badges(app, &person.id, &Request::Credential(&proof), &codes, address.as_deref())?;
    let (out, overwrite) = (&asked.to.out, if asked.to.replace { Overwrite::Allowed } else { Overwrite::Refused });
    let zipped = out.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip"));
    let rows = |path: &dyn Fn(usize) -> String| made.iter().enumerate().map(|(at, one)| row(one, path(at))).collect();
    let (badges, place): (Vec<BadgeRow>, String) = if is_folder(out) || (out.extension().is_none() && made.len() > 1) {
        let files: Vec<(&str, &[u8])> = made.iter().map(|one| (&*one.file_name, &*one.bytes)).collect();
        private_folder(out)?;
        let folder = match write_documents(out, &files, overwrite)? {
            Written::Done(folder) => folder,
            Written::IsThere(path) => return Err(is_there(&path).into()),
        };
        let path = |at: usize| made.get(at).map(|one| folder.join(&one.file_name).display().to_string());
        (rows(&|at| path(at).unwrap_or_default()), folder.display().to_string())
    } else if made.len() > 1 && !zipped {
        return Err(Error::usage(format!(
            "There are {}, and {} is one file",
            counted(made.len() as u64, "badge"),
            out.display()
        ))
        .hint("Give a folder, or a name that ends in .zip; or the code of one badge")
        .into());
    } else {
        if !zipped {
            needs_ending(out, "json")?;
        }
        let document =
            || if zipped { archive(made.clone()) } else { Ok(made.iter().flat_map(|one| one.bytes.clone()).collect()) };
        let path = match write_document(out, "badge.json", overwrite, document)? {
            Written::Done(path) => path.display().to_string(),
            Written::IsThere(path) => return Err(is_there(&path).into()),
        };
        (rows(&|_| path.clone()), path)
    };
    let line = format!("Wrote {} of {}", counted(made.len() as u64, "badge"), person.name);
    let codes: Vec<String> = made.iter().map(|one| one.code.to_string()).collect();
    let facts = vec![fact("Where", &place), fact("For", codes.join(" "))];
    let shape = Badges { schema: "countersign/badges/1", badges };
    Ok(CommandOutput::new(vec![OutputBlock::Line(line), OutputBlock::Facts(facts)], &shape)?)
}

fn is_there(path: &Path) -> Error {
    Error::refused(format!("There is already a file {}", path.display()))
        .hint("Nothing was written. Give another name, or replace it with --replace")
}

fn row(made: &MadeBadge, path: String) -> BadgeRow {
    BadgeRow {
        id: made.badge.id(),
        code: made.code.to_string(),
        name: made.badge.name(),
        valid_from: made.badge.from.to_string(),
        valid_until: made.badge.until.map(|day| day.to_string()),
        statements: made.badge.evidence.iter().map(|one| one.statement.to_string()).collect(),
        path,
    }
}

/// Badges that were written.
#[derive(Debug, Serialize)]
pub struct Badges {
    pub schema: &'static str,
    pub badges: Vec<BadgeRow>,
}

/// A badge.
#[derive(Debug, Serialize)]
pub struct BadgeRow {
    /// The credential's id.
    pub id: String,
    pub code: String,
    pub name: String,
    pub valid_from: String,
    /// The last day on which it counts, if it is to be reassessed.
    pub valid_until: Option<String>,
    /// The statements that it rests on.
    pub statements: Vec<String>,
    /// The file that it is in.
    pub path: String,
}
