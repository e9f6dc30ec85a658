//! Defines the arguments of most commands. Values are checked by the domain types.

use std::path::PathBuf;

use clap::builder::TypedValueParser;
use clap::{ArgGroup, Args, Subcommand};

use crate::cli::commands::standard_diff::StandardCompare;
use crate::cli::commands::standard_file::{StandardCheck, StandardImport};
use crate::cli::context::input::descriptor;
use crate::cli::verbs_seen::{Seen, one_of};
use crate::domain::people::paid_hours::PaidHours;
use crate::domain::people::person::Role;
use crate::domain::primitives::text::said_yes;
use crate::domain::programme::cohort::CohortOrder;
use crate::domain::statement::kinds::policy::PolicyName;

/// Returns a parser of roles.
pub fn roles() -> impl TypedValueParser<Value = Role> {
    one_of(Role::ALL.iter().map(|role| role.slug()).collect())
}

/// `init`.
#[derive(Debug, Args)]
pub struct Init {
    /// The department, such as “Cardiology, Example Hospital”.
    #[arg(long)]
    pub department: Option<String>,
    /// The name of the first training officer: you, most likely.
    #[arg(long)]
    pub name: Option<String>,
    /// Their professional registration, such as “HCPC CS00000”.
    #[arg(long)]
    pub registration: Option<String>,
    /// Gives them another role besides training officer; may be said again.
    #[arg(long = "role", value_name = "ROLE", value_parser = roles())]
    pub roles: Vec<Role>,
}

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

/// `key`.
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
}

/// `key add`.
#[derive(Debug, Args)]
pub struct KeyAdd {
    /// For whom: an id, or any part of a name that only they have.
    pub person: String,
    /// Their passphrase; without it, it is asked for twice, or five words are offered and printed once.
    #[command(flatten)]
    pub secret: NewPassphrase,
}

/// `key retire`.
#[derive(Debug, Args)]
pub struct KeyRetire {
    /// A key's fingerprint, or a person, all of whose keys are meant.
    #[arg(value_name = "PERSON|FINGERPRINT")]
    pub which: String,
    /// Why. This is kept in the log.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

/// `key compromise`.
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

/// `key list`.
#[derive(Debug, Args)]
pub struct KeyList {
    /// Whose; without it, everyone's.
    pub person: Option<String>,
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

/// `standard`.
#[derive(Debug, Subcommand)]
pub enum StandardVerb {
    /// Lists the adopted standards.
    List,
    /// Shows a standard: its duties and KSBs in full.
    Show {
        /// Which: ST0413, or “ST0413 1.1” where there are several versions.
        standard: String,
        /// Shows the publisher's information instead: purpose, entry, versions, gateway, assessment, recognition. A shipped
        /// standard or a file need not be adopted.
        #[arg(long)]
        about: bool,
    },
    /// Shows what a file would adopt, and adopts it with --yes.
    Import(StandardImport),
    /// Compares two standards, by their texts.
    Diff(StandardCompare),
    /// Says what is wrong with a standard's file, line by line.
    Check(StandardCheck),
    /// Shows the levels of the career framework and the standards that lead to them.
    Levels,
}

/// `enrol`.
#[derive(Debug, Args)]
pub struct Enrol {
    /// Who: an id, or any part of a name that only they have.
    pub trainee: String,
    /// On which standard: ST0413, or “ST0413 1.1” where there are several versions.
    pub standard: String,
    /// The first day of the programme: 2026-09-01, “1 Sep”, monday.
    #[arg(long, value_name = "DATE")]
    pub start: String,
    /// Cardiology, audiology, …
    #[arg(long)]
    pub specialism: Option<String>,
    /// Their option, where the standard has options; any part of its name that no other has.
    #[arg(long, value_name = "NAME")]
    pub option: Option<String>,
    /// Paid hours a week, such as 37.5: a start before August 2022 asks for a share of them.
    #[arg(long, value_name = "HOURS")]
    pub weekly_hours: Option<PaidHours>,
    /// The last day up to the gateway, if it differs from the start plus the typical months: 2029-08-31.
    #[arg(long, value_name = "DATE")]
    pub planned_end: Option<String>,
    /// Whether they are aged 16 to 18 on that day. If so, English and maths are required. From 19 on, the employer decides.
    #[arg(long, value_name = "yes|no", value_parser = yes_or_no)]
    pub aged_16_to_18: Option<bool>,
    /// Shows what moving them from their current version would mean. Nothing is changed.
    #[arg(long, conflicts_with = "move_over")]
    pub preview: bool,
    /// Moves them from their current version. Sign-offs there are kept, but count only on that version.
    #[arg(long = "move")]
    pub move_over: bool,
}

/// `policy`.
#[derive(Debug, Subcommand)]
pub enum PolicyVerb {
    /// Shows the policy.
    #[command(visible_alias = "list")]
    Show,
    /// Changes settings, as NAME=VALUE.
    Set {
        /// session-hours=4, idle-minutes=2, late-days=7, countersign=1, two-person-keys=1, reassess-months=24.
        #[arg(required = true, value_name = "NAME=VALUE", value_parser = setting)]
        settings: Vec<(PolicyName, u32)>,
    },
}

/// Parses `yes` or `no`.
pub fn yes_or_no(text: &str) -> Result<bool, String> {
    said_yes(text).ok_or_else(|| "say yes or no".to_owned())
}

fn setting(text: &str) -> Result<(PolicyName, u32), String> {
    let (name, value) = text.split_once('=').ok_or("a setting is NAME=VALUE, such as late-days=14")?;
    let name: PolicyName = name.parse().map_err(|fault| format!("{fault}"))?;
    let range = name.range();
    let value = value.parse().ok().filter(|value| range.contains(value));
    let value = value.ok_or_else(|| format!("{} is {} to {}", name.slug(), range.start(), range.end()))?;
    Ok((name, value))
}

/// `sign-off`.
#[derive(Debug, Args)]
pub struct SignOff {
    /// Whose record: an id, or any part of a name that only they have.
    pub trainee: String,
    /// The codes of what was seen: S26 S27.
    #[arg(required = true, value_delimiter = ',', value_name = "CODE")]
    pub codes: Vec<String>,
    /// What was seen.
    #[command(flatten)]
    pub seen: Seen,
}

/// `withdraw`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("what").required(true).args(["ids", "batch"])))]
pub struct Withdraw {
    /// What is withdrawn, by id, as `trainee` and `history` show it; several by spaces.
    #[arg(value_name = "ID")]
    pub ids: Vec<String>,
    /// Withdraws everything that was signed in one go with this statement.
    #[arg(long, value_name = "ID")]
    pub batch: Option<String>,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

/// `portfolio`.
#[derive(Debug, Args)]
pub struct Trainee {
    /// Who: an id, or any part of a name that only they have.
    pub trainee: String,
}

/// `trainee`, `outstanding` and `readiness`.
#[derive(Debug, Args)]
pub struct TraineeList {
    /// Who: an id, or any part of a name that only they have.
    pub trainee: String,
    /// Lists only what fits: words, s26, not-yet, duty:7 and what else the list knows: a wrong word says which.
    pub filter: Vec<String>,
}

/// `cohort`.
#[derive(Debug, Args)]
pub struct Cohort {
    /// Lists only those who fit: words of a name or specialism, behind, overdue, renew, duty:7, by:hawthorn, level:associate.
    pub filter: Vec<String>,
    /// In which order.
    #[arg(long, default_value = "behind", value_parser = one_of::<CohortOrder>(CohortOrder::ALL.map(CohortOrder::slug).to_vec()))]
    pub order: CohortOrder,
    /// The most to list.
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    pub most: usize,
}

/// `history`.
#[derive(Debug, Args)]
pub struct History {
    /// Lists only statements that fit: words of the text, by:NAME, since:DAY, until:DAY, kind:sign-off.
    pub filter: Vec<String>,
    /// Lists entries before this position in the log.
    #[arg(long, value_name = "N")]
    pub before: Option<u64>,
    /// The most to list.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub most: u32,
}

/// `verify`.
#[derive(Debug, Args)]
pub struct Verify {
    /// The file; without it, that of the data folder.
    pub file: Option<PathBuf>,
    /// Also compares with a checkpoint kept outside the file (a note, a checkpoints.log, or a code); may be said again.
    #[arg(long = "checkpoint", value_name = "FILE|CODE")]
    pub checkpoints: Vec<String>,
    /// Also compares with receipts kept outside the file; may be said again.
    #[arg(long = "receipt", value_name = "FILE", num_args = 1..)]
    pub receipts: Vec<PathBuf>,
    /// How many threads to use. Default: one for each core.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Also says what a sound file does not prove.
    #[arg(long)]
    pub explain: bool,
}

/// `receipts`.
#[derive(Debug, Args)]
pub struct Receipts {
    /// On whose record: an id, or any part of a name that only they have; without it, on everybody's.
    pub trainee: Option<String>,
    /// Only of what was signed on this day or later: monday, “20 Nov”, 2026-11-20.
    #[arg(long, value_name = "DATE")]
    pub since: Option<String>,
    /// Writes each receipt to a file of its own in this folder.
    #[arg(long, visible_alias = "to", value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// `checkpoint`.
#[derive(Debug, Args)]
pub struct Checkpoint {
    /// Prints only the code that slips and screens show.
    #[arg(long)]
    pub code: bool,
}

/// `export`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true).multiple(true))]
pub struct Export {
    /// Everyone's public keys, as an allowed_signers file.
    #[arg(long, group = "what")]
    pub signers: bool,
    /// A statement's text and its signature; may be said again.
    #[arg(long = "statement", value_name = "ID", group = "what")]
    pub statements: Vec<String>,
    /// Everything held about a person: statements by and about them, and unfinished drafts.
    #[arg(long, value_name = "PERSON", group = "what")]
    pub person: Option<String>,
    /// Writes files to this folder: allowed_signers, ID.txt and ID.txt.sig.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// `demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// Writes the made-up department to this new folder instead of opening it.
    #[arg(long, value_name = "DIR")]
    pub make: Option<PathBuf>,
    /// How many trainees.
    #[arg(long, value_name = "N", requires = "make", default_value_t = 12)]
    pub trainees: u32,
    /// How many sign-offs.
    #[arg(long, value_name = "M", requires = "make", default_value_t = 400)]
    pub sign_offs: u64,
    /// The same seed makes the same department.
    #[arg(long, value_name = "S", requires = "make", default_value_t = 1)]
    pub seed: u64,
    /// Sign-offs on one standard and nothing else: no claims, reviews or hours.
    #[arg(long, requires = "make")]
    pub sign_offs_only: bool,
}

/// `man`.
#[derive(Debug, Args)]
pub struct Manual {
    /// Of which command.
    pub command: Option<String>,
}
