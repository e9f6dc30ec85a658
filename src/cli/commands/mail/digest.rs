//! Runs `digest`: one mail for each person about what is new for them, to a folder or to this machine's sendmail.

use std::path::PathBuf;

use clap::{ArgGroup, Args};
use serde::Serialize;

use crate::context::{Context, day, line, one};
use crate::output::report::{CommandOutput, Failure, listed};
use crate::output::table::Table;
use countersign_app::error::Error;
use countersign_app::mail::addresses::{MailAddress, read_addresses};
use countersign_app::mail::digest::{DigestRequest, MailOutcome, recipients, send_digests};
use countersign_app::mail::sending::MailRoute;
use countersign_core::people::person::{Person, Role};

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("route").required(true))]
pub struct DigestArgs {
    /// Whom: ids, or any part of a name that matches nobody else.
    pub people: Vec<String>,
    /// Everyone who learns, supervises or is a training officer.
    #[arg(long, conflicts_with = "people")]
    pub all: bool,
    /// For people who had no mail yet: what is new begins on this day. Without it, four weeks ago.
    #[arg(long, value_name = "DAY")]
    pub since: Option<String>,
    /// People's addresses as CSV: person,address.
    #[arg(long, value_name = "FILE")]
    pub addresses: PathBuf,
    /// The address that the mails come from.
    #[arg(long, value_name = "ADDRESS")]
    pub from: String,
    /// How to open the program, to be told in the mails, such as `ssh countersign@book.example.org`.
    #[arg(long, value_name = "WORDS")]
    pub login: Option<String>,
    /// Writes each mail to this folder as a file.
    #[arg(long, value_name = "DIR", group = "route")]
    pub mail_dir: Option<PathBuf>,
    /// Hands each mail to this machine's sendmail, or to the program that is named.
    #[arg(long, value_name = "PATH", group = "route", num_args = 0..=1, require_equals = true, default_missing_value = "/usr/sbin/sendmail")]
    pub sendmail: Option<PathBuf>,
}

/// Sends the mails. The exit code is 1 if one could not be sent; the next run sends those that are missing.
pub fn digest(context: &Context, asked: &DigestArgs) -> Result<CommandOutput, Failure> {
    let app = context.open()?;
    let people = if asked.all {
        recipients(&app)?
    } else if asked.people.is_empty() {
        return Err(Error::usage("No person was named").hint("Name some, or add --all").into());
    } else {
        let mut people: Vec<Person> = Vec::new();
        for text in &asked.people {
            let person = one(&app, text, &Role::ALL)?;
            if !people.contains(&person) {
                people.push(person);
            }
        }
        people
    };
    let addresses = read_addresses(&app, &asked.addresses)?;
    // Nobody watches the run for everyone: a row that names nobody, or two people, stops only itself.
    if let Some(row) = addresses.left_out.first().filter(|_| !asked.all) {
        return Err(Error::usage(row.clone()).hint("Nothing was sent. Give the id in place of the name").into());
    }
    let missing = people.iter().find(|person| !asked.all && !addresses.of.contains_key(&person.id));
    if let Some(person) = missing {
        let why = format!("{} has no address for {}", asked.addresses.display(), person.name);
        return Err(Error::usage(why).hint("Nothing was sent. Add a row with the id or the whole name").into());
    }
    let route = match (&asked.mail_dir, &asked.sendmail) {
        (Some(folder), _) => MailRoute::Folder(folder.clone()),
        (None, Some(program)) => MailRoute::Sendmail(program.clone()),
        (None, None) => return Err(Error::usage("Add --mail-dir or --sendmail").into()),
    };
    let from: MailAddress = asked.from.parse().map_err(|e: Error| e.context("--from"))?;
    let since = asked.since.as_deref().map(|text| day(text, "--since", app.today())).transpose()?;
    let login = line(asked.login.as_deref(), "--login")?.map(|text| text.to_string());
    let request = DigestRequest { from, addresses: addresses.of.clone(), route, since, login };
    let outcomes = send_digests(&app, &people, &request, |_, _| {})?;
    let rows: Vec<MailRow> =
        people.iter().zip(&outcomes).map(|(person, outcome)| MailRow::new(person, outcome)).collect();
    let table = Table {
        head: vec!["person", "mail", "about", "id"],
        rows: rows
            .iter()
            .map(|row| vec![row.name.clone(), row.words().to_owned(), row.about.clone(), row.id.clone()])
            .collect(),
    };
    let shape = DigestShape { schema: "countersign/digest/1", mails: rows };
    let mut answer =
        CommandOutput::new(vec![listed(table, "Nobody learns, supervises or is a training officer here")], &shape)?;
    if outcomes.iter().any(|one| matches!(one, MailOutcome::Failed(_))) {
        answer.code = 1;
        answer = answer.aside("Run it again: it sends the mails that are missing");
    }
    if outcomes.iter().any(|one| matches!(one, MailOutcome::NotRemembered(_))) {
        answer.code = 1;
        answer = answer.aside("Mails that could not be remembered are sent once more by the next run");
    }
    if !addresses.left_out.is_empty() {
        answer.code = 1;
        let rows = addresses.left_out.iter().map(|row| Some(format!("Left out: {row}")));
        answer = rows.fold(answer, CommandOutput::warning);
    }
    if outcomes.contains(&MailOutcome::NoAddress) {
        answer = answer.warning(Some(format!("Some people have no address in {}", asked.addresses.display())));
    }
    Ok(answer)
}

/// What was sent.
#[derive(Debug, Serialize)]
pub struct DigestShape {
    pub schema: &'static str,
    pub mails: Vec<MailRow>,
}

json_row! {
    /// What became of one person's mail.
    MailRow from (person: &Person, outcome: &MailOutcome) {
        id: String = person.id.to_string(),
        name: String = person.name.to_string(),
        mail: &'static str = match outcome {
            MailOutcome::Sent { .. } => "sent",
            MailOutcome::NothingNew => "nothing-new",
            MailOutcome::NoAddress => "no-address",
            MailOutcome::Failed(_) => "failed",
            MailOutcome::NotRemembered(_) => "not-remembered",
        },
        about: String = match outcome {
            MailOutcome::Sent { subject } => subject.clone(),
            MailOutcome::NothingNew | MailOutcome::NoAddress => String::new(),
            MailOutcome::Failed(error) | MailOutcome::NotRemembered(error) => error.sentence(),
        },
    }
}

impl MailRow {
    fn words(&self) -> &'static str {
        match self.mail {
            "nothing-new" => "nothing new",
            "no-address" => "no address",
            "not-remembered" => "sent, not remembered",
            other => other,
        }
    }
}
