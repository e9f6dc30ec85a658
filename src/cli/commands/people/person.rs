//! Runs `person`. A generated passphrase is printed once, a chosen one never.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::commands::people::person_import::{PersonImportArgs, import};
use crate::context::filter::filter;
use crate::context::input::{SecretSource, descriptor};
use crate::context::values::{one_of, roles};
use crate::context::{self, Context, one};
use crate::output::report::{CommandOutput, Failure, listed};
use crate::output::table::{OutputBlock, Table, fact};
use crate::output::written::Written;
use countersign_app::error::Error;
use countersign_app::keys::keystore::five_words;
use countersign_app::people::person;
use countersign_app::people::roster::{self, NewPerson};
use countersign_app::random::SystemRandom;
use countersign_core::filter::schema::FilterTarget;
use countersign_core::people::person::{Person, Role};
use countersign_core::primitives::fold::{folded, holds};
use countersign_core::primitives::level::Level;
use countersign_core::primitives::name::first_name_first;
use countersign_core::primitives::text::SafeText;

/// A new passphrase, never as an argument itself.
#[derive(Debug, Args)]
pub struct NewPassphrase {
    /// Reads the new passphrase from the first line of a file.
    #[arg(long = "new-passphrase-file", value_name = "FILE", conflicts_with = "new_passphrase_fd")]
    pub new_passphrase_file: Option<PathBuf>,
    /// Reads the new passphrase from a line of an open file descriptor.
    #[arg(long = "new-passphrase-fd", value_name = "N", value_parser = descriptor)]
    pub new_passphrase_fd: Option<u32>,
}

#[derive(Debug, Subcommand)]
pub enum PersonVerb {
    /// Adds a person; one who may sign also gets a key.
    Add(Box<PersonAdd>),
    /// Lists everyone.
    List(PersonList),
    /// Records that a person has left: they can no longer sign, and their records are kept.
    Leave {
        /// Who leaves: an id, or any part of a name that matches nobody else.
        person: String,
    },
    /// Records that a person who left is back; they need a new key to sign.
    Return {
        /// Who is back: their id, or their whole name.
        person: String,
    },
    /// Shows what a roster (CSV or .xlsx) would change, and changes it with --yes.
    Import(PersonImportArgs),
}

#[derive(Debug, Args)]
pub struct PersonAdd {
    /// Their name, as it is shown and signed.
    pub name: String,
    /// What they do here. Can be repeated.
    #[arg(long = "role", value_name = "ROLE", required = true, value_parser = roles())]
    pub roles: Vec<Role>,
    /// Where they work.
    #[arg(long)]
    pub department: Option<String>,
    /// Their professional registration.
    #[arg(long)]
    pub registration: Option<String>,
    /// Their level in the career framework.
    #[arg(long, value_parser = one_of::<Level>(Level::ALL.iter().map(|level| level.slug()).collect()))]
    pub level: Option<Level>,
    /// Adds a second person with a name that is already in use.
    #[arg(long)]
    pub another: bool,
    /// Their passphrase; without it, five words are offered and printed once.
    #[command(flatten)]
    pub secret: NewPassphrase,
}

#[derive(Debug, Args)]
pub struct PersonList {
    /// Lists only those with this role. Can be repeated.
    #[arg(long = "role", value_name = "ROLE", value_parser = roles())]
    pub roles: Vec<Role>,
    /// Lists only those whose department holds these words.
    #[arg(long, value_name = "WORDS")]
    pub department: Option<String>,
    /// Lists only those who fit: words of name, roles or department, by:hawthorn, level:associate, left.
    pub filter: Vec<String>,
}

/// Runs `person`.
pub fn person(context: &mut Context, verb: &PersonVerb) -> Result<CommandOutput, Failure> {
    match verb {
        PersonVerb::Add(asked) => add(context, asked),
        PersonVerb::List(asked) => list(context, asked),
        PersonVerb::Leave { person } => leave(context, person),
        PersonVerb::Return { person } => back(context, person),
        PersonVerb::Import(asked) => import(context, asked),
    }
}

/// Returns the source of a new passphrase, if one was given.
pub fn source(secret: &NewPassphrase) -> Option<SecretSource> {
    SecretSource::asked(secret.new_passphrase_file.as_deref(), secret.new_passphrase_fd)
}

fn add(context: &mut Context, asked: &PersonAdd) -> Result<CommandOutput, Failure> {
    let turned = first_name_first(&asked.name);
    let written = turned.as_deref().unwrap_or(&asked.name);
    let name = SafeText::name(written).map_err(|fault| Error::from(fault).context("The name"))?;
    let new = NewPerson {
        name: name.clone(),
        roles: asked.roles.clone(),
        department: context::name(asked.department.as_deref(), "--department")?,
        registration: context::name(asked.registration.as_deref(), "--registration")?,
        level: asked.level.map(|level| SafeText::line(level.slug())).transpose()?,
        second: asked.another,
    };
    // A trainee only signs acknowledgements and disputes, so they get a key only if they bring a passphrase.
    let signs = new.roles.iter().any(|role| *role != Role::Trainee);
    let app = &mut context.open()?;
    let (officer, proof) = context.signer_and_proof(app, &[Role::TrainingOfficer])?;
    let given = context.from(source(&asked.secret).as_ref())?;
    let offered = if signs && given.is_none() { Some(five_words(&mut SystemRandom::default())?) } else { None };
    let (id, done) = roster::add_person(app, &officer.id, &proof, new, given.as_ref().or(offered.as_ref()))?;
    let mut facts = vec![fact("Person", format!("{id} {name}"))];
    let line = match turned {
        Some(_) => format!("Added {name}, written “{}”", asked.name),
        None if name.as_str().contains(',') => format!("Added {name}. The comma is part of the name"),
        None => format!("Added {name}"),
    };
    if let Some(words) = &offered {
        facts.push(fact("Passphrase", words.reveal()));
    }
    let offered_passphrase = offered.as_ref().map(|words| words.reveal().to_owned());
    let written = Written { offered_passphrase, ..Written::about(&id, &done.ids, &done.head) };
    let mut answer = CommandOutput::written(line, facts, &written)?;
    if offered.is_some() {
        answer.parts.push(OutputBlock::Line(format!(
            "Give these words to {name}. They will not be shown again. To change them: `countersign key passphrase --as {id}`"
        )));
    }
    Ok(answer)
}

fn list(context: &Context, asked: &PersonList) -> Result<CommandOutput, Failure> {
    let roles = if asked.roles.is_empty() { Role::ALL.to_vec() } else { asked.roles.clone() };
    let app = context.open()?;
    let mut people = person::filter_people(&app, &roles, &filter(&asked.filter, FilterTarget::People, app.today())?)?;
    if let Some(words) = &asked.department {
        let fits = |person: &Person, words: &str| {
            person.department.as_ref().is_some_and(|department| holds(department.as_str(), words))
        };
        let known = person::departments(&app)?;
        let folded = folded(words);
        if !known.iter().any(|one| holds(one.as_str(), &folded)) {
            return Err(no_department(words, &known).into());
        }
        people.retain(|person| fits(person, &folded));
    }
    let row = |person: &Person| {
        let mut roles: Vec<&str> = person.roles.iter().map(|role| role.words()).collect();
        if person.left {
            roles.push("has left");
        }
        let registration = person.registration.as_ref().map(ToString::to_string).unwrap_or_default();
        let level = person.level.as_ref().map(ToString::to_string).unwrap_or_default();
        let department = person.department.as_ref().map(ToString::to_string).unwrap_or_default();
        vec![person.id.to_string(), person.name.to_string(), roles.join(", "), department, level, registration]
    };
    let rows = people.iter().map(row).collect();
    let table = Table { head: vec!["id", "name", "roles", "department", "level", "registration"], rows };
    let shape = People { schema: "countersign/people/1", people: people.iter().map(PersonRow::new).collect() };
    Ok(CommandOutput::new(vec![listed(table, "Nobody matches")], &shape)?)
}

/// Returns the error for an unknown department, which lists the known ones.
fn no_department(words: &str, known: &[SafeText]) -> Error {
    let names: Vec<&str> = known.iter().map(SafeText::as_str).collect();
    let hint = if names.is_empty() {
        "No departments are recorded. Add them with `countersign person add --department` or a roster".to_owned()
    } else {
        format!("The departments are: {}", names.join(", "))
    };
    Error::usage(format!("No department is called “{words}”")).hint(hint)
}

fn leave(context: &mut Context, text: &str) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let person = one(app, text, &Role::ALL)?;
    let (officer, proof) = context.signer_and_proof(app, &[Role::TrainingOfficer])?;
    let done = roster::leave(app, &officer.id, &proof, &person.id)?;
    let line = format!("Recorded that {} has left. What they signed stays valid", person.name);
    let facts = vec![fact("Person", &person.id)];
    Ok(CommandOutput::written(line, facts, &Written::about(&person.id, &done.ids, &done.head))?)
}

fn back(context: &mut Context, text: &str) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let person = roster::find_leaver(app, text)?;
    let (officer, proof) = context.signer_and_proof(app, &[Role::TrainingOfficer])?;
    let done = roster::reinstate(app, &officer.id, &proof, &person.id)?;
    let written = Written::about(&person.id, &done.ids, &done.head);
    let facts = vec![fact("Person", &person.id)];
    let mut answer = CommandOutput::written(format!("{} is back", person.name), facts, &written)?;
    if person.roles.iter().any(|role| *role != Role::Trainee) {
        let id = &person.id;
        answer.parts.push(OutputBlock::Line(format!(
            "Their keys were retired: `countersign key add {id}` gives them a new one"
        )));
    }
    Ok(answer)
}

/// A list of people.
#[derive(Debug, Serialize)]
pub struct People {
    pub schema: &'static str,
    pub people: Vec<PersonRow>,
}

json_row! {
    PersonRow from (person: &Person) {
        id: String = person.id.to_string(),
        name: String = person.name.to_string(),
        roles: Vec<&'static str> = person.roles.iter().map(|role| role.slug()).collect(),
        department: Option<String> = person.department.as_ref().map(ToString::to_string),
        registration: Option<String> = person.registration.as_ref().map(ToString::to_string),
        level: Option<String> = person.level.as_ref().map(ToString::to_string),
        left: bool = person.left,
    }
}
