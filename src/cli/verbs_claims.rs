//! Defines the arguments of the commands about claims, evidence and the queue.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::cli::verbs_seen::Seen;

/// `claim`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Claim {
    /// What to claim.
    #[command(flatten)]
    pub make: ClaimMake,
    /// What else to do.
    #[command(subcommand)]
    pub verb: Option<ClaimVerb>,
}

/// A new claim, of one's own: --as says whose, and their passphrase that it is them.
#[derive(Debug, Args)]
pub struct ClaimMake {
    /// The codes of what is to be signed off: S26 S27.
    #[arg(required_unless_present = "again", value_delimiter = ',', value_name = "CODE")]
    pub codes: Vec<String>,
    /// What you say of it.
    #[arg(long, value_name = "TEXT", conflicts_with = "reflection_file")]
    pub reflection: Option<String>,
    /// Reads what you say of it from a text file.
    #[arg(long, value_name = "FILE")]
    pub reflection_file: Option<PathBuf>,
    /// A file that shows it, or what you handed in before (its name, or the first digits of its digest); may be said again.
    #[arg(long = "evidence", value_name = "FILE")]
    pub evidence: Vec<String>,
    /// The supervisor to ask. Without it, any supervisor in the department.
    #[arg(long, value_name = "SUPERVISOR")]
    pub of: Option<String>,
    /// The claim that this one continues. What you leave out stays as it was in that claim.
    #[arg(long, value_name = "ID")]
    pub again: Option<String>,
}

/// `claim` and a word.
#[derive(Debug, Subcommand)]
pub enum ClaimVerb {
    /// Takes back one of your own claims.
    Withdraw {
        /// The claim's id, as `claim list` shows it.
        id: String,
    },
    /// Lists a trainee's claims, or all that wait.
    List {
        /// Whose, if only theirs; then what they must be: by:hawthorn, since:monday, duty:7, s26, waiting.
        #[arg(value_name = "TRAINEE|FILTER")]
        filter: Vec<String>,
    },
    /// Shows claims in full.
    Show {
        /// The claims' ids.
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
    },
    /// Signs off waiting claims of one trainee, or records them as not achieved.
    Answer(Box<ClaimAnswer>),
}

/// `claim answer`.
#[derive(Debug, Args)]
pub struct ClaimAnswer {
    /// The claims' ids, all of one trainee.
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<String>,
    /// Only these KSBs of them; may be said again.
    #[arg(long = "ksb", value_name = "CODE", value_delimiter = ',')]
    pub codes: Vec<String>,
    /// What was seen.
    #[command(flatten)]
    pub seen: Seen,
}

/// `evidence`.
#[derive(Debug, Subcommand)]
pub enum EvidenceVerb {
    /// Hands in evidence files for claims. Without a file, reads standard input.
    Add {
        /// The files.
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Lists the files that a trainee handed in. Without a name, your own.
    List {
        /// Whose: an id, or any part of a name that only they have.
        trainee: Option<String>,
    },
    /// Saves a file under a new name, or in a folder.
    Save {
        /// The first digits of its digest, as `evidence list` shows it.
        id: String,
        /// The new file, or a folder that is there.
        file: PathBuf,
    },
    /// Removes a file that you handed in and no claim uses.
    Remove {
        /// Its name, or the first digits of its digest.
        id: String,
    },
}

/// `queue`.
#[derive(Debug, Args)]
pub struct Queue {
    /// Lists only claims that fit: words of a name, s26, duty:7, by:hawthorn, since:monday, level:associate.
    pub filter: Vec<String>,
    /// Claims waiting for this supervisor or for anyone. Without it, all waiting claims.
    #[arg(long, value_name = "SUPERVISOR")]
    pub of: Option<String>,
    /// The most to list.
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    pub most: usize,
}
