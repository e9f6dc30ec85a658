//! Runs `key add`, `key retire`, `key compromise`, `key countersign` and `key list`. A generated passphrase is printed once,
//! a chosen one never.

use clap::{ArgGroup, Args};
use serde::Serialize;

use crate::commands::maintenance::init::chosen;
use crate::commands::people::person::{NewPassphrase, source};
use crate::context::prompt::Terminal;
use crate::context::{Context, line, one};
use crate::output::report::{CommandOutput, Failure, listed};
use crate::output::table::{OutputBlock, Table, fact};
use crate::output::written::Written;
use countersign_app::app::App;
use countersign_app::config::agent_vars;
use countersign_app::error::Error;
use countersign_app::keys::agent::AgentPlace;
use countersign_app::keys::agent_key::AgentKeyChoice;
use countersign_app::keys::keystore::five_words;
use countersign_app::keys::known_keys::{self, KnownKey};
use countersign_app::keys::status::KeyState;
use countersign_app::people::signing_keys::{self, NewKey};
use countersign_app::random::SystemRandom;
use countersign_app::record::annotations;
use countersign_core::people::person::{Person, Role};
use countersign_core::primitives::date::long_day;

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("in_agent").args(["agent", "security_key"]))]
pub struct KeyAdd {
    /// For whom: an id, or any part of a name that matches nobody else.
    pub person: String,
    /// Their passphrase; without it, it is asked for twice, or five words are offered and printed once.
    #[command(flatten)]
    pub secret: NewPassphrase,
    /// Takes an ssh-ed25519 key from the SSH agent instead of making one; it stays there and has no passphrase here.
    #[arg(long, conflicts_with_all = ["new_passphrase_file", "new_passphrase_fd"])]
    pub agent: bool,
    /// Takes the key of a FIDO2 security key (ed25519-sk) that the SSH agent reaches; each batch then needs a touch.
    #[arg(long, conflicts_with_all = ["agent", "new_passphrase_file", "new_passphrase_fd"])]
    pub security_key: bool,
    /// The agent's key with this comment, as `ssh-add -l` shows it.
    #[arg(long, value_name = "TEXT", requires = "in_agent")]
    pub comment: Option<String>,
    /// The agent's key with this fingerprint, as `ssh-add -l` shows it.
    #[arg(long, value_name = "SHA256:…", requires = "in_agent")]
    pub fingerprint: Option<String>,
}

#[derive(Debug, Args)]
pub struct KeyRetire {
    /// A key's fingerprint, or a person (retires all their keys).
    #[arg(value_name = "PERSON|FINGERPRINT")]
    pub which: String,
    /// The reason. It is kept in the log.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

#[derive(Debug, Args)]
pub struct KeyCompromise {
    /// The key's fingerprint, as `key list` shows it.
    pub fingerprint: String,
    /// The first position of the log whose signature is not trusted.
    #[arg(long, value_name = "POSITION")]
    pub from: u64,
    /// What happened. This is kept in the log.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

#[derive(Debug, Args)]
pub struct KeyList {
    /// Whose; without it, everyone's.
    pub person: Option<String>,
}

/// Adds a key for a person.
pub fn add(context: &mut Context, asked: &KeyAdd) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let person = one(app, &asked.person, &Role::ALL)?;
    if asked.agent || asked.security_key {
        return add_from_agent(context, app, &person, asked);
    }
    let (officer, proof) = context.signer_and_proof(app, &[Role::TrainingOfficer])?;
    let given = match context.from(source(&asked.secret).as_ref())? {
        Some(given) => Some(given),
        // At the terminal, the person types it.
        None if Terminal::find().is_some() => Some(chosen(&[person.name.as_str()])?),
        None => None,
    };
    let offered = if given.is_none() { Some(five_words(&mut SystemRandom::default())?) } else { None };
    let secret = given.as_ref().or(offered.as_ref()).ok_or_else(|| Error::usage("A passphrase is needed"))?;
    let new = signing_keys::add_key(app, &officer.id, &proof, &person.id, secret)?;
    let mut facts =
        vec![fact("Person", format!("{} {}", person.id, person.name)), fact("Key", new.key.fingerprint_text())];
    facts.extend(offered.as_ref().map(|words| fact("Passphrase", words.reveal())));
    let offered_passphrase = offered.as_ref().map(|words| words.reveal().to_owned());
    let written = Written { offered_passphrase, ..Written::about(&person.id, &new.done.ids, &new.done.head) };
    let mut answer = CommandOutput::written(format!("Made a key for {}", person.name), facts, &written)?;
    if offered.is_some() {
        answer
            .parts
            .push(OutputBlock::Line(format!("Give these words to {}. They will not be shown again", person.name)));
    }
    answer.parts.extend(waiting(&new));
    Ok(answer)
}

/// Adds a key that the SSH agent holds.
fn add_from_agent(
    context: &mut Context,
    app: &mut App,
    person: &Person,
    asked: &KeyAdd,
) -> Result<CommandOutput, Failure> {
    let place = AgentPlace::find(agent_vars()).ok_or_else(|| {
        Error::usage("There is no SSH agent here: SSH_AUTH_SOCK is not set")
            .hint("`ssh-agent` starts one, `ssh-add` adds a key")
    })?;
    let (officer, proof) = context.signer_and_proof(app, &[Role::TrainingOfficer])?;
    let chosen = AgentKeyChoice {
        security_key: asked.security_key,
        comment: asked.comment.as_deref(),
        fingerprint: asked.fingerprint.as_deref(),
    };
    let new = signing_keys::add_agent_key(app, (&officer.id, &proof), &person.id, &place, chosen)?;
    let facts = vec![fact("Person", format!("{} {}", person.id, person.name)), fact("Key", new.key.fingerprint_text())];
    let written = Written::about(&person.id, &new.done.ids, &new.done.head);
    let what = if asked.security_key { "security key" } else { "key in the SSH agent" };
    let line = format!("Added the {what} for {}", person.name);
    let mut answer = CommandOutput::written(line, facts, &written)?;
    answer.parts.extend(waiting(&new));
    Ok(answer)
}

/// Says what a key that cannot sign yet waits for.
fn waiting(new: &NewKey) -> Option<OutputBlock> {
    new.waits.then(|| {
        OutputBlock::Line(format!(
            "It cannot sign until another training officer runs: countersign key countersign {}",
            new.key.fingerprint_text()
        ))
    })
}

/// Retires a key, or all keys of a person.
pub fn retire(context: &mut Context, asked: &KeyRetire) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let reason = line(Some(&asked.reason), "--reason")?.ok_or_else(|| Error::usage("A reason is needed"))?;
    let known = matching_keys(app, &asked.which)?;
    let (by, proof) = context.signer_and_proof(app, &Role::ALL)?;
    let done = signing_keys::retire_keys(app, &by.id, &proof, &known, &reason)?;
    let message = match known.as_slice() {
        [one] => format!("Retired a key of {}. What it signed stays valid", one.person.name),
        several => format!("Retired {} keys. What they signed stays valid", several.len()),
    };
    ended(&known, message, Written::new(&done.ids, &done.head))
}

/// Records that a key was compromised.
pub fn compromise(context: &mut Context, asked: &KeyCompromise) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let reason = line(Some(&asked.reason), "--reason")?.ok_or_else(|| Error::usage("A reason is needed"))?;
    let known = with_fingerprint(app, &asked.fingerprint)?;
    let (by, proof) = context.signer_and_proof(app, &Role::ALL)?;
    let done = signing_keys::compromise_key(app, &by.id, &proof, &known, asked.from, &reason)?;
    let message = format!(
        "Everything that the key of {} signed from position {} on is now under review. The key can no longer sign",
        known.person.name, asked.from
    );
    ended(&[known], message, Written::new(&done.ids, &done.head))
}

/// Countersigns a waiting key.
pub fn countersign(context: &mut Context, fingerprint: &str) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let known = with_fingerprint(app, fingerprint)?;
    let (officer, proof) = context.signer_and_proof(app, &[Role::TrainingOfficer])?;
    let done = annotations::countersign(app, &officer.id, &proof, &[known.statement])?;
    let message = format!("The key of {} can now sign", known.person.name);
    ended(&[known], message, Written::new(&done.ids, &done.head))
}

/// Lists keys with their state.
pub fn list(context: &Context, asked: &KeyList) -> Result<CommandOutput, Failure> {
    let app = context.open()?;
    let who = asked.person.as_ref().map(|text| one(&app, text, &Role::ALL)).transpose()?;
    let known = known_keys::known_keys(&app, who.as_ref().map(|person| &person.id))?;
    let state = |one: &KnownKey| match one.state {
        KeyState::Compromised(from) => format!("compromised from {from}"),
        state => state.word().to_owned(),
    };
    let row = |one: &KnownKey| {
        let (person, since) = (&one.person, long_day(one.since.local_day()));
        vec![person.id.to_string(), person.name.to_string(), state(one), since, one.key.fingerprint_text()]
    };
    let table = Table { head: vec!["id", "name", "state", "since", "key"], rows: known.iter().map(row).collect() };
    let shape = Keys { schema: "countersign/keys/1", keys: known.iter().map(KeyRow::new).collect() };
    let nothing = who.map_or_else(|| "Nobody has a key".to_owned(), |person| format!("{} has no key", person.name));
    Ok(CommandOutput::new(vec![listed(table, &nothing)], &shape)?)
}

fn ended(known: &[KnownKey], message: String, written: Written) -> Result<CommandOutput, Failure> {
    let facts = known.iter().map(|one| fact("Key", one.key.fingerprint_text())).collect();
    let person = known.first().map(|one| one.person.id.to_string());
    Ok(CommandOutput::written(message, facts, &Written { person, ..written })?)
}

/// Returns the keys of a fingerprint or of a person.
fn matching_keys(app: &App, text: &str) -> Result<Vec<KnownKey>, Error> {
    if text.starts_with("SHA256:") {
        return Ok(vec![with_fingerprint(app, text)?]);
    }
    let person = one(app, text, &Role::ALL)?;
    let known: Vec<KnownKey> =
        known_keys::known_keys(app, Some(&person.id))?.into_iter().filter(|one| one.state == KeyState::Signs).collect();
    if known.is_empty() { Err(Error::usage(format!("{} has no key that can sign", person.name))) } else { Ok(known) }
}

fn with_fingerprint(app: &App, text: &str) -> Result<KnownKey, Error> {
    let found = known_keys::known_keys(app, None)?.into_iter().find(|one| one.key.fingerprint_text() == text);
    found.ok_or_else(|| Error::usage(format!("There is no key {text} here")).hint("`countersign key list` shows all"))
}

/// A list of keys.
#[derive(Debug, Serialize)]
pub struct Keys {
    pub schema: &'static str,
    pub keys: Vec<KeyRow>,
}

json_row! {
    /// A key with its state.
    KeyRow from (one: &KnownKey) {
        id: String = one.key.fingerprint_text(),
        person: String = one.person.id.to_string(),
        name: String = one.person.name.to_string(),
        /// `signs`, `waits`, `retired` or `compromised`.
        state: &'static str = one.state.word(),
        position: u64 = one.position,
        since: String = one.since.to_string(),
        /// The statement that added it.
        statement: String = one.statement.to_string(),
    }
}
