//! Runs `key issuer`: makes, replaces, retires and shows the department's key for badges.

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::context::{Context, line};
use crate::output::report::{CommandOutput, Failure};
use crate::output::table::{OutputBlock, Table, fact};
use crate::output::written::Written;
use countersign_app::error::Error;
use countersign_app::keys::issuer::{
    EarlierIssuer, Issuer, MOST_OF_ISSUER, earlier_issuers, issuer, make_issuer_key, retire_issuer_key,
};
use countersign_app::report::badge::did;
use countersign_core::people::person::Role;
use countersign_core::primitives::date::{Timestamp, day_words, long_day};

#[derive(Debug, Subcommand)]
pub enum IssuerVerb {
    /// Makes the key that signs badges. It is the department's own, not a person's.
    Make(IssuerMake),
    /// Makes another key: badges are signed with it from now on, and earlier ones stay valid.
    Replace(IssuerMake),
    /// Retires the key: no badge is signed until there is another, and earlier ones stay valid.
    Retire {
        /// The reason. It is kept in the log.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Shows the key that signs badges.
    Show,
}

#[derive(Debug, Args)]
pub struct IssuerMake {
    /// The issuer's name on badges; the department's, if not given.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
}

/// Runs `key issuer`.
pub fn issuer_key(context: &mut Context, verb: &IssuerVerb) -> Result<CommandOutput, Failure> {
    match verb {
        IssuerVerb::Make(asked) => make(context, asked, false),
        IssuerVerb::Replace(asked) => make(context, asked, true),
        IssuerVerb::Retire { reason } => retire(context, reason),
        IssuerVerb::Show => show(context),
    }
}

fn make(context: &mut Context, asked: &IssuerMake, replaces: bool) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let name = line(asked.name.as_deref(), "--name")?;
    // Checked before the passphrase is asked for.
    match (issuer(app)?, replaces) {
        (Some(_), false) => {
            return Err(Error::refused("This department already has a key for badges")
                .hint("To make another, use `countersign key issuer replace`. Earlier badges stay valid")
                .into());
        }
        (None, true) => {
            return Err(Error::refused("This department has not made a key for badges yet")
                .hint("Make one with `countersign key issuer make`")
                .into());
        }
        (Some(_), true) | (None, false) => {}
    }
    if name.as_ref().is_some_and(|name| name.as_str().chars().count() > MOST_OF_ISSUER) {
        return Err(Error::usage(format!("The name has more than {MOST_OF_ISSUER} letters"))
            .hint("It is printed on each badge. Give a shorter one with --name")
            .into());
    }
    let (officer, proof) = context.signer_and_proof(app, &[Role::TrainingOfficer])?;
    let (key, done) = make_issuer_key(app, &officer.id, &proof, name)?;
    let line = if replaces { "Replaced the key for badges" } else { "Made the key for badges" };
    let facts = vec![fact("Key", key.fingerprint_text()), fact("Issuer", did(&key)?)];
    Ok(CommandOutput::written(line, facts, &Written::new(&done.ids, &done.head))?)
}

fn retire(context: &mut Context, reason: &str) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let reason = line(Some(reason), "--reason")?.ok_or_else(|| Error::usage("A reason is needed"))?;
    let (officer, proof) = context.signer_and_proof(app, &[Role::TrainingOfficer])?;
    let (issuer, done) = retire_issuer_key(app, &officer.id, &proof, &reason)?;
    let facts = vec![fact("Key", issuer.key.fingerprint_text())];
    let line = "Retired the key for badges. The badges that it signed stay valid";
    Ok(CommandOutput::written(line, facts, &Written::new(&done.ids, &done.head))?)
}

fn show(context: &Context) -> Result<CommandOutput, Failure> {
    let app = context.open()?;
    let found = issuer(&app)?;
    let mut parts = match &found {
        None => vec![OutputBlock::Line(
            "This department has no key for badges. A training officer makes it: `countersign key issuer make`"
                .to_owned(),
        )],
        Some(found) => vec![OutputBlock::Facts(vec![
            fact("Name", &found.name),
            fact("Key", found.key.fingerprint_text()),
            fact("Issuer", did(&found.key)?),
            fact("Since", long_day(found.since.local_day())),
            fact("Statement", found.statement),
        ])],
    };
    let earlier = earlier_issuers(&app)?.iter().map(EarlierRow::of).collect::<Result<Vec<_>, Error>>()?;
    if !earlier.is_empty() {
        let row = |one: &EarlierRow| {
            let reason = one.reason.clone().unwrap_or_else(|| "replaced".to_owned());
            vec![one.name.clone(), day_of(&one.since), day_of(&one.until), reason, one.issuer.clone()]
        };
        parts.push(OutputBlock::Line("Earlier keys, whose badges stay valid:".to_owned()));
        let head = vec!["name", "from", "until", "why it ended", "issuer"];
        parts.push(OutputBlock::Table(Table { head, rows: earlier.iter().map(row).collect() }));
    }
    let issuers = found.iter().map(IssuerRow::of).collect::<Result<Vec<_>, Error>>()?;
    Ok(CommandOutput::new(parts, &Issuers { schema: "countersign/issuer-key/1", issuers, earlier })?)
}

/// The key that signs badges, if there is one.
#[derive(Debug, Serialize)]
pub struct Issuers {
    pub schema: &'static str,
    pub issuers: Vec<IssuerRow>,
    /// The keys before it, the latest first.
    pub earlier: Vec<EarlierRow>,
}

/// A key that signs no badge any more.
#[derive(Debug, Serialize)]
pub struct EarlierRow {
    /// The fingerprint.
    pub id: String,
    pub name: String,
    /// The issuer as badges name it: `did:key:…`.
    pub issuer: String,
    pub since: String,
    pub until: String,
    /// Why it was retired; `null` if another key replaced it.
    pub reason: Option<String>,
}

impl EarlierRow {
    fn of(found: &EarlierIssuer) -> Result<Self, Error> {
        Ok(Self {
            id: found.issuer.key.fingerprint_text(),
            name: found.issuer.name.to_string(),
            issuer: did(&found.issuer.key)?,
            since: found.issuer.since.to_string(),
            until: found.until.to_string(),
            reason: found.reason.as_ref().map(ToString::to_string),
        })
    }
}

/// Returns the day of a time that was written.
fn day_of(time: &str) -> String {
    time.parse::<Timestamp>().map_or_else(|_| time.to_owned(), |at| day_words(at.local_day()))
}

/// A key that signs badges.
#[derive(Debug, Serialize)]
pub struct IssuerRow {
    /// The fingerprint.
    pub id: String,
    pub name: String,
    /// The issuer as badges name it: `did:key:…`.
    pub issuer: String,
    pub position: u64,
    pub since: String,
    /// The statement that set it.
    pub statement: String,
}

impl IssuerRow {
    fn of(found: &Issuer) -> Result<Self, Error> {
        Ok(Self {
            id: found.key.fingerprint_text(),
            name: found.name.to_string(),
            issuer: did(&found.key)?,
            position: found.position,
            since: found.since.to_string(),
            statement: found.statement.to_string(),
        })
    }
}
