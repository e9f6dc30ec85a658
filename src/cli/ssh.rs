//! `ssh`: who may log in, with which key, and what sshd must be told. Must never take a private key.

use clap::{Args, Subcommand};

use crate::app::error::Error;
use crate::cli::answer::{Answer, Failure, listed};
use crate::cli::context::{Context, one};
use crate::cli::input::small_file;
use crate::cli::json_ssh::{LoginRow, Logins};
use crate::cli::sheet::{Part, Table, fact};
use crate::cli::ssh_install::{self, Install};
use crate::domain::login::LoginKey;
use crate::domain::person::{Person, Role};

/// `ssh`.
#[derive(Debug, Subcommand)]
pub enum SshVerb {
    /// Lets a person in with a public key.
    Add(SshAdd),
    /// Takes a person's keys back, or one of them.
    Revoke(SshRevoke),
    /// Lists who may log in with which key.
    List,
    /// Writes the map anew that sshd's lookup reads.
    Sync,
    /// Tells sshd of this program, or says what it must be told.
    Install(Install),
    /// Answers sshd: the line of a key that somebody offers, or nothing.
    Keys(Keys),
}

/// `ssh add`.
#[derive(Debug, Args)]
pub struct SshAdd {
    /// Who: an id, or any part of a name that only they have.
    pub person: String,
    /// Their public key file, such as `id_ed25519.pub`.
    #[arg(long, value_name = "FILE")]
    pub key: std::path::PathBuf,
}

/// `ssh revoke`.
#[derive(Debug, Args)]
pub struct SshRevoke {
    /// Whose: an id, or any part of a name that only they have.
    pub person: String,
    /// Only the key of this fingerprint (SHA256:…); without it, all of theirs.
    #[arg(long, value_name = "FINGERPRINT")]
    pub key: Option<String>,
}

/// `ssh keys`: answered before these arguments are looked at; here for help and the manual.
#[derive(Debug, Args)]
pub struct Keys {
    /// The map to read.
    #[arg(long, value_name = "FILE")]
    pub map: Option<std::path::PathBuf>,
    /// The account (%u).
    pub user: String,
    /// The key's type (%t).
    pub kind: String,
    /// The key (%k).
    pub key: String,
}

/// Adds, takes back, lists, tells sshd.
pub fn ssh(context: &mut Context, verb: &SshVerb) -> Result<Answer, Failure> {
    match verb {
        SshVerb::Add(asked) => add(context, asked),
        SshVerb::Revoke(asked) => revoke(context, asked),
        SshVerb::List => list(context),
        SshVerb::Sync => sync(context),
        SshVerb::Install(asked) => ssh_install::install(asked),
        SshVerb::Keys(_) => Err(Error::usage("sshd asks in its own way: ssh keys %u %t %k").into()),
    }
}

fn add(context: &mut Context, asked: &SshAdd) -> Result<Answer, Failure> {
    let file = small_file(&asked.key)?;
    let app = &mut context.open()?;
    let person = one(app, &asked.person, &Role::ALL)?;
    let officer = context.signer(app, &[Role::TrainingOfficer])?;
    let passphrase = context.passphrase(&officer)?;
    let login = app.add_login(&officer.id, &passphrase, &person.id, &file)?;
    let parts = vec![
        Part::Line(format!("{} may log in with this key", person.name)),
        Part::Facts(vec![
            fact("Person", format!("{} {}", person.id, person.name)),
            fact("Key", login.key.fingerprint_text()),
            fact("Kind", login.key.algorithm()),
        ]),
    ];
    answer(parts, &[(login, person)])
}

fn revoke(context: &mut Context, asked: &SshRevoke) -> Result<Answer, Failure> {
    let app = &mut context.open()?;
    let person = one(app, &asked.person, &Role::ALL)?;
    let officer = context.signer(app, &[Role::TrainingOfficer])?;
    let passphrase = context.passphrase(&officer)?;
    let gone = app.revoke_login(&officer.id, &passphrase, &person.id, asked.key.as_deref())?;
    let mut parts = vec![Part::Line(format!("{} no longer logs in with:", person.name))];
    parts.push(Part::Facts(gone.iter().map(|key| fact("Key", key.fingerprint_text())).collect()));
    let now = app.logins()?.into_iter().filter(|login| gone.contains(&login.key));
    answer(parts, &now.map(|login| (login, person.clone())).collect::<Vec<_>>())
}

fn list(context: &Context) -> Result<Answer, Failure> {
    let app = context.open()?;
    let mut logins = Vec::new();
    for login in app.logins()? {
        let person = app.person(&login.person)?;
        logins.push((login, person));
    }
    let row = |(login, person): &(LoginKey, Person)| {
        let state = match &login.revoked {
            Some((by, at)) => format!("taken back {at} by {}", by.name),
            None if person.left => "has left".to_owned(),
            None => "may log in".to_owned(),
        };
        let (by, at) = &login.added;
        vec![
            person.id.to_string(),
            person.name.to_string(),
            login.key.fingerprint_text(),
            state,
            format!("{at} by {}", by.name),
        ]
    };
    let head = vec!["id", "name", "key", "state", "added"];
    let table = Table { head, rows: logins.iter().map(row).collect() };
    answer(vec![listed(table, "Nobody may log in over SSH yet: `countersign ssh add` lets one in")], &logins)
}

fn sync(context: &Context) -> Result<Answer, Failure> {
    let count = context.open()?.write_login_map()?;
    let keys = if count == 1 { "1 key".to_owned() } else { format!("{count} keys") };
    answer(vec![Part::Line(format!("The map for sshd holds {keys}"))], &[])
}

fn answer(parts: Vec<Part>, logins: &[(LoginKey, Person)]) -> Result<Answer, Failure> {
    let logins = logins.iter().map(|(login, person)| LoginRow::new(login, person)).collect();
    Ok(Answer::new(parts, &Logins { schema: "countersign/logins/1", logins })?)
}
