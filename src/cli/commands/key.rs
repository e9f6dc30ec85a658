//! Runs `key passphrase` and `key pin`: changes the passphrase or PIN of one's own key.

use crate::app::error::Error;
use crate::cli::commands::init::chosen;
use crate::cli::commands::keys;
use crate::cli::commands::person::source;
use crate::cli::context::Context;
use crate::cli::context::input::SecretSource;
use crate::cli::context::prompt::Terminal;
use crate::cli::json::log::{IdRow, KeyChanged};
use crate::cli::output::report::{CommandOutput, Failure};
use crate::cli::output::table::OutputBlock;
use crate::cli::verbs::{KeyVerb, NewPassphrase, NewPin};
use crate::domain::people::person::{Person, Role};
use crate::domain::primitives::ids::Secret;

/// Runs `key`.
pub fn key(context: &mut Context, verb: &KeyVerb) -> Result<CommandOutput, Failure> {
    match verb {
        KeyVerb::Passphrase(asked) => passphrase(context, asked),
        KeyVerb::Pin(asked) => pin(context, asked),
        KeyVerb::Add(asked) => keys::add(context, asked),
        KeyVerb::Countersign { fingerprint } => keys::countersign(context, fingerprint),
        KeyVerb::Retire(asked) => keys::retire(context, asked),
        KeyVerb::Compromise(asked) => keys::compromise(context, asked),
        KeyVerb::List(asked) => keys::list(context, asked),
    }
}

fn passphrase(context: &mut Context, asked: &NewPassphrase) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let person = context.signer(app, &Role::ALL)?;
    let old = context.passphrase(&person)?;
    let new = match context.from(source(asked).as_ref())? {
        Some(given) => given,
        None => {
            chosen(&[person.name.as_str()]).map_err(|e| hint_of(e, "--new-passphrase-file or --new-passphrase-fd"))?
        }
    };
    app.change_passphrase(&person.id, &old, &new)?;
    answer(&person, format!("Changed the passphrase of {}. The PIN stays the same", person.name))
}

fn pin(context: &mut Context, asked: &NewPin) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let person = context.signer(app, &Role::ALL)?;
    let secret = context.passphrase(&person)?;
    let pin = match context.from(SecretSource::asked(asked.pin_file.as_deref(), asked.pin_fd).as_ref())? {
        Some(given) => given,
        None => asked_for()?,
    };
    app.set_pin(&person.id, &secret, &pin)?;
    answer(&person, format!("The PIN of {} is set", person.name))
}

fn asked_for() -> Result<Secret, Error> {
    let mut terminal = Terminal::find().ok_or_else(|| {
        Error::usage("A PIN is needed, but there is no terminal to type it in")
            .hint("Give it with --pin-file or --pin-fd")
    })?;
    terminal.ask_twice("New PIN (4 to 8 digits)", "Type it again")
}

/// Changes the hint of an error to the options of this command.
fn hint_of(error: Error, options: &str) -> Error {
    if error.why.contains("no terminal") { error.hint(format!("Give it with {options}")) } else { error }
}

fn answer(person: &Person, sentence: String) -> Result<CommandOutput, Failure> {
    let people = vec![IdRow { id: person.id.to_string() }];
    Ok(CommandOutput::new(vec![OutputBlock::Line(sentence)], &KeyChanged { schema: "countersign/key/1", people })?)
}
