//! Runs `ssh`: adds, revokes and lists SSH keys, and configures sshd. Private keys are refused.

use serde::Serialize;

use crate::context::input::small_text;
use crate::context::{Context, one};
use crate::output::report::{CommandOutput, Failure, listed};
use crate::output::table::{OutputBlock, Table, fact};
use crate::ssh::args::{SshAdd, SshRevoke, SshVerb};
use crate::ssh::install as ssh_install;
use countersign_app::error::Error;
use countersign_app::people::{login_map, ssh_keys};
use countersign_core::people::login::LoginKey;
use countersign_core::people::person::{Person, Role};

/// Runs `ssh`.
pub fn ssh(context: &mut Context, verb: &SshVerb) -> Result<CommandOutput, Failure> {
    match verb {
        SshVerb::Add(asked) => add(context, asked),
        SshVerb::Revoke(asked) => revoke(context, asked),
        SshVerb::List => list(context),
        SshVerb::Sync(asked) => sync(context, asked.take_over),
        SshVerb::Install(asked) => ssh_install::install(asked),
        SshVerb::Keys(_) => Err(Error::usage("sshd asks in its own way: ssh keys %u %t %k").into()),
    }
}

fn add(context: &mut Context, asked: &SshAdd) -> Result<CommandOutput, Failure> {
    let text = small_text(&asked.key).map_err(|e| e.hint("Give the .pub file of a key"))?;
    let name = asked.key.display().to_string();
    let app = &mut context.open()?;
    let person = one(app, &asked.person, &Role::ALL)?;
    let officer = context.signer(app, &[Role::TrainingOfficer])?;
    let proof = context.proof(app, &officer)?;
    let login = ssh_keys::add_login(app, &officer.id, &proof, &person.id, (&name, &text))?;
    let parts = vec![
        OutputBlock::Line(format!("{} may log in with this key", person.name)),
        OutputBlock::Facts(vec![
            fact("Person", format!("{} {}", person.id, person.name)),
            fact("Key", login.key.fingerprint_text()),
            fact("Kind", login.key.algorithm()),
        ]),
    ];
    answer(parts, &[(login, person)])
}

fn revoke(context: &mut Context, asked: &SshRevoke) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let person = one(app, &asked.person, &Role::ALL)?;
    let officer = context.signer(app, &[Role::TrainingOfficer])?;
    let proof = context.proof(app, &officer)?;
    let gone = ssh_keys::revoke_login(app, &officer.id, &proof, &person.id, asked.key.as_deref())?;
    let mut parts = vec![OutputBlock::Line(format!("{} no longer logs in with:", person.name))];
    parts.push(OutputBlock::Facts(gone.iter().map(|key| fact("Key", key.fingerprint_text())).collect()));
    let now = ssh_keys::logins(app)?.into_iter().filter(|login| gone.contains(&login.key));
    answer(parts, &now.map(|login| (login, person.clone())).collect::<Vec<_>>())
}

fn list(context: &Context) -> Result<CommandOutput, Failure> {
    let app = context.open()?;
    let mut logins = Vec::new();
    for login in ssh_keys::logins(&app)? {
        let person = app.person(&login.person)?;
        logins.push((login, person));
    }
    let row = |(login, person): &(LoginKey, Person)| {
        let state = match &login.revoked {
            Some((by, at)) => format!("removed {} by {}", at.local_words(), by.name),
            None if person.left => "has left".to_owned(),
            None => "may log in".to_owned(),
        };
        let (by, at) = &login.added;
        vec![
            person.id.to_string(),
            person.name.to_string(),
            login.key.fingerprint_text(),
            state,
            format!("{} by {}", at.local_words(), by.name),
        ]
    };
    let head = vec!["id", "name", "key", "state", "added"];
    let table = Table { head, rows: logins.iter().map(row).collect() };
    answer(vec![listed(table, "Nobody can log in over SSH yet. To add someone: `countersign ssh add`")], &logins)
}

fn sync(context: &Context, take_over: bool) -> Result<CommandOutput, Failure> {
    let synced = login_map::sync_login_map(&context.open()?, take_over)?;
    let keys = if synced.keys == 1 { "1 key".to_owned() } else { format!("{} keys", synced.keys) };
    let mut parts = vec![OutputBlock::Line(format!("The map for sshd contains {keys}"))];
    parts.extend(synced.taken_from.map(|other| {
        OutputBlock::Line(format!(
            "Until now it was the map of the data folder {other}. Nobody can log in to that one over SSH any more"
        ))
    }));
    answer(parts, &[])
}

fn answer(parts: Vec<OutputBlock>, logins: &[(LoginKey, Person)]) -> Result<CommandOutput, Failure> {
    let logins = logins.iter().map(|(login, person)| LoginRow::new(login, person)).collect();
    Ok(CommandOutput::new(parts, &Logins { schema: "countersign/logins/1", logins })?)
}

/// A list of SSH keys.
#[derive(Debug, Serialize)]
pub struct Logins {
    pub schema: &'static str,
    pub logins: Vec<LoginRow>,
}

json_row! {
    /// An SSH key.
    LoginRow from (login: &LoginKey, person: &Person) {
        id: String = login.key.fingerprint_text(),
        person: String = person.id.to_string(),
        name: String = person.name.to_string(),
        line: String = login.key.to_string(),
        current: bool = login.revoked.is_none() && !person.left,
        added: String = login.added.1.to_string(),
        added_by: String = login.added.0.id.to_string(),
        revoked: Option<String> = login.revoked.as_ref().map(|(_, at)| at.to_string()),
        revoked_by: Option<String> = login.revoked.as_ref().map(|(by, _)| by.id.to_string()),
    }
}
