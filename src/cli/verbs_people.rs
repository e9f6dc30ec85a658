//! Defines the arguments of the commands about people. Values are checked by the domain types.

use clap::{Args, Subcommand};

use crate::cli::commands::person_import::PersonImport;
use crate::cli::verbs::{NewPassphrase, roles};
use crate::cli::verbs_seen::one_of;
use crate::domain::people::person::Role;
use crate::domain::primitives::level::Level;

/// `person`.
#[derive(Debug, Subcommand)]
pub enum PersonVerb {
    /// Adds a person; one who may sign also gets a key.
    Add(Box<PersonAdd>),
    /// Lists everyone.
    List(PersonList),
    /// Records that a person has left: they can no longer sign, and their records are kept.
    Leave {
        /// Who leaves: an id, or any part of a name that only they have.
        person: String,
    },
    /// Records that a person who left is back; they need a new key to sign.
    Return {
        /// Who is back: their id, or their whole name.
        person: String,
    },
    /// Shows what a roster (CSV or .xlsx) would change, and changes it with --yes.
    Import(PersonImport),
}

/// `person add`.
#[derive(Debug, Args)]
pub struct PersonAdd {
    /// Their name, as it is shown and signed.
    pub name: String,
    /// What they do here; may be said again.
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

/// `person list`.
#[derive(Debug, Args)]
pub struct PersonList {
    /// Lists only those with this role; may be said again.
    #[arg(long = "role", value_name = "ROLE", value_parser = roles())]
    pub roles: Vec<Role>,
    /// Lists only those whose department holds these words.
    #[arg(long, value_name = "WORDS")]
    pub department: Option<String>,
    /// Lists only those who fit: words of name, roles or department, by:hawthorn, level:associate, left.
    pub filter: Vec<String>,
}
