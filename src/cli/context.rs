//! Provides what commands share: the open data directory, the people that arguments name, the signer and their credential.

pub mod filter;
pub mod filter_days;
pub mod global;
pub mod input;
pub mod prompt;
pub mod touch;
pub mod values;

use std::path::PathBuf;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::context::global::Global;
use crate::context::input::{SecretSource, secret};
use crate::context::prompt::Terminal;
use crate::context::touch::OnStandardError;
use countersign_app::app::App;
use countersign_app::config::{agent_vars, checkpoints_folder, data_folder};
use countersign_app::error::Error;
use countersign_app::keys::agent::AgentPlace;
use countersign_app::keys::session::Credential;
use countersign_app::keys::{agent_key, known_keys};
use countersign_app::people::{person, roster};
use countersign_app::storage::checkpoint_mirror::{CheckpointMirror, MirrorWarning};
use countersign_app::storage::data_dir::DataDir;
use countersign_core::people::person::{Person, PersonSearch, Role};
use countersign_core::primitives::human_date::{DayDirection, parse_human_date};
use countersign_core::primitives::ids::Secret;
use countersign_core::primitives::text::{SafeText, TextFault};

/// Maximum candidates in a hint.
const MOST_LISTED: usize = 12;

/// The global options, and the warnings so far.
#[derive(Debug)]
pub struct Context {
    global: Global,
    mirror_warning: MirrorWarning,
    /// Warnings for standard error.
    pub warnings: Vec<String>,
}

impl Context {
    /// Returns the context of these global options.
    pub fn new(global: Global) -> Self {
        Self { global, mirror_warning: MirrorWarning::default(), warnings: Vec::new() }
    }

    /// Whether `--as` was given.
    pub fn names_a_signer(&self) -> bool {
        self.global.signer.is_some()
    }

    /// Whether the passphrase is read from standard input.
    pub fn secret_is_on_standard_input(&self) -> bool {
        let source = SecretSource::asked(self.global.passphrase_file.as_deref(), self.global.passphrase_fd);
        source.is_some_and(|source| source.is_standard_input())
    }

    /// Returns the data directory.
    pub fn folder(&self) -> Result<DataDir, Error> {
        let path: Option<PathBuf> = data_folder(self.global.data.clone());
        path.map(DataDir::new).ok_or_else(|| {
            Error::usage("This user has no home folder to keep data in").hint("Give a folder with --data")
        })
    }

    /// Returns the data directory of `--data`; there is no default.
    pub fn session_data_dir(&self) -> Result<DataDir, Error> {
        let folder = self.global.data.clone().map(DataDir::new);
        folder.ok_or_else(|| Error::usage("A session needs its data folder. sshd's lookup names it with --data"))
    }

    /// Opens the data directory.
    pub fn open(&self) -> Result<App, Error> {
        let folder = self.folder()?;
        let second = self.second(&folder);
        let app = App::open_default(folder)?.with_checkpoint_mirror(second);
        Ok(app.with_touch_prompt(Arc::new(OnStandardError)))
    }

    /// Returns the second folder for the checkpoints of `data`, if one is set.
    pub fn second(&self, data: &DataDir) -> Option<CheckpointMirror> {
        let folder = checkpoints_folder(self.global.checkpoints_folder.clone());
        let folder = folder.unwrap_or_else(|fault| {
            self.mirror_warning.tell(format!("Checkpoints are not kept in a second folder: {fault}"));
            None
        });
        folder.map(|(folder, named)| {
            let second = CheckpointMirror::new(&folder, data.path(), self.mirror_warning.clone());
            if named { second } else { second.making_it() }
        })
    }

    pub fn all_warnings(&self) -> Vec<String> {
        self.warnings.iter().cloned().chain(self.mirror_warning.text().map(str::to_owned)).collect()
    }

    /// Returns the person of `--as`.
    ///
    /// Keys that were added in their name become warnings, whether or not they then open one.
    pub fn signer(&mut self, app: &App, roles: &[Role]) -> Result<Person, Error> {
        let text = self.global.signer.as_deref().ok_or_else(|| {
            Error::usage("No signer was named")
                .hint("Add --as with an id or any part of the name. `countersign person list` shows everyone")
        })?;
        let person = one(app, text, roles)?;
        if person.left {
            return Err(Error::refused(format!("{} has left", person.name))
                .hint("If they are back, record it: `countersign person return`"));
        }
        self.warnings.extend(known_keys::key_news(app, &person.id)?);
        Ok(person)
    }

    /// Returns the person of `--as` if exactly one has such a role, without an error: a preview needs no signer.
    pub fn named_signer(&self, app: &App, roles: &[Role]) -> Option<Person> {
        one(app, self.global.signer.as_deref()?, roles).ok()
    }

    pub fn signer_and_proof(&mut self, app: &App, roles: &[Role]) -> Result<(Person, Credential), Error> {
        let signer = self.signer(app, roles)?;
        let proof = self.proof(app, &signer)?;
        Ok((signer, proof))
    }

    /// Whether the command line says where the passphrase is.
    pub fn gives_passphrase(&self) -> bool {
        self.global.passphrase_file.is_some() || self.global.passphrase_fd.is_some()
    }

    /// Returns the signer's credential: their key in an SSH agent, or their passphrase, from the given source or asked for.
    pub fn proof(&mut self, app: &App, signer: &Person) -> Result<Credential, Error> {
        if !self.gives_passphrase()
            && let Some(agent) = agent_key::credential(app, signer, AgentPlace::find(agent_vars()))?
        {
            return Ok(agent);
        }
        Ok(Credential::Passphrase(self.passphrase(app, signer)?))
    }

    /// Returns the signer's passphrase.
    pub fn passphrase(&mut self, app: &App, signer: &Person) -> Result<Secret, Error> {
        agent_key::needs_a_file(app, signer)?;
        if let Some(secret) = self.given_passphrase()? {
            return Ok(secret);
        }
        let mut terminal = Terminal::find().ok_or_else(|| {
            Error::usage(format!("The passphrase of {} is needed, but there is no terminal to type it in", signer.name))
                .hint("Give it with --passphrase-file or --passphrase-fd")
        })?;
        terminal.ask_secret(&format!("Passphrase of {}", signer.name))
    }

    /// Returns the passphrase from a file or descriptor, if one was given.
    pub fn given_passphrase(&mut self) -> Result<Option<Secret>, Error> {
        let source = SecretSource::asked(self.global.passphrase_file.as_deref(), self.global.passphrase_fd);
        self.from(source.as_ref())
    }

    /// Reads a secret from a file or descriptor, if one was given.
    pub fn from(&mut self, source: Option<&SecretSource>) -> Result<Option<Secret>, Error> {
        let Some(source) = source else { return Ok(None) };
        let (secret, warning) = secret(source)?;
        self.warnings.extend(warning);
        Ok(Some(secret))
    }
}

/// Says how to find those who have one of these roles.
fn role_hint(roles: &[Role]) -> String {
    let role = roles.first().map_or("", |role| role.slug());
    format!("`countersign person list --role {role}` shows who is")
}

/// Finds the person that a text names.
pub fn one(app: &App, text: &str, roles: &[Role]) -> Result<Person, Error> {
    let wanted = match roles {
        [role] => role.words(),
        _ => "person",
    };
    let had = |person: &Person| person.roles.iter().any(|role| roles.contains(role));
    let found = match person::find(app, text, roles)? {
        // Someone who has left is found only if nobody present matches; the use case decides what is allowed for them.
        PersonSearch::Nobody => {
            roster::find_leaver(app, text).ok().filter(had).map_or(PersonSearch::Nobody, PersonSearch::One)
        }
        found => found,
    };
    match found {
        PersonSearch::One(person) => Ok(person),
        PersonSearch::Nobody => Err(match person::find(app, text, &Role::ALL)? {
            PersonSearch::One(person) if !matches!(roles, [_, _, ..]) => {
                Error::usage(format!("{} is not a {wanted}", person.name)).hint(role_hint(roles))
            }
            _ => Error::usage(format!("No {wanted} matches “{text}”")).hint("`countersign person list` shows everyone"),
        }),
        PersonSearch::Several(people) => {
            let mut names: Vec<String> =
                people.iter().take(MOST_LISTED).map(|person| format!("{} {}", person.id, person.name)).collect();
            if people.len() > MOST_LISTED {
                names.push(format!("and {} more", people.len() - MOST_LISTED));
            }
            let which = if wanted == "person" { "people".to_owned() } else { format!("{wanted}s") };
            Err(Error::usage(format!("“{text}” matches {} {which}", people.len()))
                .hint(format!("Give the id: {}", names.join(", "))))
        }
    }
}

/// Returns the number of threads for long work: one per core.
pub fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get)
}

/// Parses a date, looking forward or back as the option requires.
pub fn day(text: &str, option: &str, today: NaiveDate) -> Result<NaiveDate, Error> {
    parse_human_date(text, today, DayDirection::of(option)).map_err(|fault| Error::from(fault).context(option))
}

/// Parses the date of something that has happened: without a year, the latest such day.
pub fn past_day(text: &str, option: &str, today: NaiveDate) -> Result<NaiveDate, Error> {
    parse_human_date(text, today, DayDirection::Back).map_err(|fault| Error::from(fault).context(option))
}

/// Parses a name, a department or a registration.
pub fn name(text: Option<&str>, option: &str) -> Result<Option<SafeText>, Error> {
    text.map(|text| SafeText::name(text).map_err(|fault| Error::from(fault).context(option))).transpose()
}

/// Parses a line of text.
pub fn line(text: Option<&str>, option: &str) -> Result<Option<SafeText>, Error> {
    text.map(SafeText::line).transpose().map_err(|fault: TextFault| Error::from(fault).context(option))
}

/// Parses text of one or more lines.
pub fn lines(text: Option<&str>, option: &str) -> Result<Option<SafeText>, Error> {
    text.map(SafeText::lines).transpose().map_err(|fault: TextFault| Error::from(fault).context(option))
}
