//! Runs `key passphrase` and `key pin`: changes the passphrase or PIN of one's own key.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::commands::maintenance::init::chosen;
use crate::commands::people::issuer::{IssuerVerb, issuer_key};
use crate::commands::people::keys::{self, KeyAdd, KeyCompromise, KeyList, KeyRetire};
use crate::commands::people::person::{NewPassphrase, source};
use crate::context::Context;
use crate::context::input::{SecretSource, descriptor};
use crate::context::prompt::Terminal;
use crate::output::report::{CommandOutput, Failure};
use crate::output::table::OutputBlock;
use crate::output::written::IdRow;
use countersign_app::error::Error;
use countersign_app::people::change_passphrase;
use countersign_core::people::person::{Person, Role};
use countersign_core::primitives::ids::Secret;

#[derive(Debug, Subcommand)]
pub enum KeyVerb {
    /// Changes the passphrase; the PIN stays.
    Passphrase(NewPassphrase),
    /// Sets the PIN that you sign with once you are signed in.
    Pin(NewPin),
    /// Makes another key for a person: for a lost passphrase, too; needs two people where the policy says so.
    Add(KeyAdd),
    /// Approves a new key as the second training officer, so that it can sign.
    Countersign {
        /// The key's fingerprint, as `key list` shows it.
        fingerprint: String,
    },
    /// Retires a key: it can no longer sign, and what it signed stays valid.
    Retire(KeyRetire),
    /// Records that a key was compromised: what it signed since is under review.
    Compromise(KeyCompromise),
    /// Lists keys and their state.
    List(KeyList),
    /// Makes, replaces, retires or shows the department's key, which signs badges.
    #[command(subcommand)]
    Issuer(IssuerVerb),
}

/// A new PIN, never as an argument itself.
#[derive(Debug, Args)]
pub struct NewPin {
    /// Reads the PIN from the first line of a file.
    #[arg(long, value_name = "FILE", conflicts_with = "pin_fd")]
    pub pin_file: Option<PathBuf>,
    /// Reads the PIN from a line of an open file descriptor.
    #[arg(long, value_name = "N", value_parser = descriptor)]
    pub pin_fd: Option<u32>,
}

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
        KeyVerb::Issuer(verb) => issuer_key(context, verb),
    }
}

fn passphrase(context: &mut Context, asked: &NewPassphrase) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let person = context.signer(app, &Role::ALL)?;
    let old = context.passphrase(app, &person)?;
    let new = match context.from(source(asked).as_ref())? {
        Some(given) => given,
        None => {
            chosen(&[person.name.as_str()]).map_err(|e| hint_of(e, "--new-passphrase-file or --new-passphrase-fd"))?
        }
    };
    change_passphrase::change_passphrase(app, &person.id, &old, &new)?;
    answer(&person, format!("Changed the passphrase of {}. The PIN stays the same", person.name))
}

fn pin(context: &mut Context, asked: &NewPin) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let person = context.signer(app, &Role::ALL)?;
    let secret = context.passphrase(app, &person)?;
    let pin = match context.from(SecretSource::asked(asked.pin_file.as_deref(), asked.pin_fd).as_ref())? {
        Some(given) => given,
        None => asked_for()?,
    };
    change_passphrase::set_pin(app, &person.id, &secret, &pin)?;
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

/// The result of changing a key.
#[derive(Debug, Serialize)]
pub struct KeyChanged {
    pub schema: &'static str,
    /// The owner of the key.
    pub people: Vec<IdRow>,
}
