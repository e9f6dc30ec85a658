//! Runs `session` for a person whom sshd authenticated. The identity comes only from the arguments that sshd was given; the
//! client's command must match a known one exactly.

use std::io::IsTerminal as _;

use crate::context::Context;
use crate::output::report::{CommandOutput, Failure};
use crate::ssh::args::Session;
use crate::ssh::trainee_hours::{self, is_about_hours};
use crate::ssh::trainee_session::{self, Reply};
use countersign_app::app::App;
use countersign_app::claims::claim;
use countersign_app::config::asked_over_ssh;
use countersign_app::error::Error;
use countersign_app::people::ssh_keys;
use countersign_core::people::login::{SshCommand, file_asked};
use countersign_core::primitives::ids::{Digest, PersonId};

/// The result of a session.
pub enum SessionOutcome {
    Answer(CommandOutput),
    /// Opens the screen for this person.
    Screen(Box<App>, PersonId),
    /// Sends an uploaded file that this person may see.
    File(Box<App>, PersonId, Digest),
    /// Sends a document, which this command asked for.
    Document(&'static str, Vec<u8>),
}

/// Answers the client's command, or opens the screen if there is none.
pub fn session(context: &Context, asked: &Session) -> Result<SessionOutcome, Failure> {
    let command = asked_over_ssh().map(|command| command.to_string_lossy().into_owned());
    let of_hours = command.as_deref().is_some_and(is_about_hours);
    let file = command.as_deref().and_then(file_asked);
    let wanted = command.as_deref().filter(|_| !of_hours && file.is_none());
    let wanted = wanted.map(|command| SshCommand::of(command).ok_or_else(|| unknown_command(command))).transpose()?;
    let folder = context.session_data_dir()?;
    let second = context.second(&folder);
    let (app, person) = ssh_keys::logged_in(folder, &asked.person, asked.key)?;
    let mut app = app.with_checkpoint_mirror(second);
    if let Some(digits) = file {
        let (whose, found) = claim::file_anywhere(&app, digits)?;
        return Ok(SessionOutcome::File(Box::new(app), whose, found.digest));
    }
    if let Some(command) = command.filter(|_| of_hours) {
        return Ok(SessionOutcome::Answer(trainee_hours::answer(app, &person, &command)?));
    }
    match wanted {
        Some(wanted) => Ok(match trainee_session::answer(&mut app, &person, wanted)? {
            Reply::Answer(answer) => SessionOutcome::Answer(answer),
            Reply::File(bytes) => SessionOutcome::Document(wanted.slug(), bytes),
        }),
        None if std::io::stdin().is_terminal() => Ok(SessionOutcome::Screen(Box::new(app), person.id)),
        None => Err(Error::usage("The screen needs a terminal, but there is none")
            .hint(format!("Connect with `ssh -t`, or name a command: {}", words()))
            .into()),
    }
}

fn unknown_command(command: &str) -> Error {
    let shown: String = command.chars().take(60).collect();
    Error::usage(format!("“{shown}” is not available here")).hint(format!("You can use: {}", words()))
}

fn words() -> String {
    format!("{}, evidence get ID, hours, hours add", SshCommand::ALL.map(SshCommand::slug).join(", "))
}
