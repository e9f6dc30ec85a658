//! Runs a person's commands over SSH: a trainee's own record in several formats, or the checkpoint.

use std::fmt::Write as _;

use crate::commands::claims::evidence::{add_own, list_of};
use crate::commands::home::run::own_home;
use crate::commands::mail::calendar::calendar_of;
use crate::commands::record::history::{CheckpointArgs, checkpoint_of};
use crate::commands::record::portfolio::portfolio_of;
use crate::commands::record::receipts::receipts_of;
use crate::commands::record::trainee::outstanding_of;
use crate::context::input::Patient;
use crate::output::report::{CommandOutput, Failure};
use countersign_app::app::App;
use countersign_app::error::Error;
use countersign_app::record::trainee_export;
use countersign_app::report::badge::{Request, archive, badges};
use countersign_app::report::portfolio::portfolio as pdf;
use countersign_core::filter::Filter;
use countersign_core::people::login::SshCommand;
use countersign_core::people::person::{Person, Role};

/// What a command gives: an answer, or a file.
pub enum Reply {
    Answer(CommandOutput),
    File(Vec<u8>),
}

/// Answers a command of the person who logged in.
pub fn answer(app: &mut App, person: &Person, wanted: SshCommand) -> Result<Reply, Failure> {
    let anyone = matches!(wanted, SshCommand::Checkpoint | SshCommand::Home | SshCommand::Calendar);
    if !anyone && !person.roles.contains(&Role::Trainee) {
        return Err(Error::usage(format!(
            "{} works only for trainees, and {} is not a trainee",
            wanted.slug(),
            person.name
        ))
        .hint("To open the screen, connect without a command. Anyone can use `home`, `calendar` and `checkpoint`")
        .into());
    }
    let answer = match wanted {
        SshCommand::Home => own_home(app, person, false),
        SshCommand::HomeRead => own_home(app, person, true),
        SshCommand::Outstanding => outstanding_of(app, &person.id, &Filter::default()),
        SshCommand::Portfolio => portfolio_of(app, &person.id),
        SshCommand::PortfolioPdf => return Ok(Reply::File(pdf(app, &person.id, Some(person))?)),
        SshCommand::Badge => {
            return Ok(Reply::File(archive(badges(app, &person.id, &Request::Login, &[], None)?)?));
        }
        SshCommand::Calendar => calendar_of(app, person),
        SshCommand::Export => export(app, person),
        SshCommand::Receipts => receipts_of(app, Some(&person.id), None, None),
        SshCommand::EvidenceAdd => add_own(app, person, &mut Patient::standard_input()),
        SshCommand::Evidence => list_of(app, person),
        SshCommand::Checkpoint => checkpoint_of(app, &CheckpointArgs { code: false }),
    };
    answer.map(Reply::Answer)
}

/// Prints every signed statement on their record with its signature, and the keys that verify them.
fn export(app: &App, person: &Person) -> Result<CommandOutput, Failure> {
    let mut text = String::new();
    let _ = writeln!(text, "==> allowed_signers <==");
    text.push_str(&trainee_export::own_signers(app, &person.id)?);
    for full in trainee_export::own_statements(app, &person.id)? {
        for (name, content) in full.files() {
            let _ = writeln!(text, "==> {name} <==");
            text.push_str(content);
        }
    }
    Ok(CommandOutput::text(text))
}
