//! Defines the global options. Secrets are never arguments or environment variables.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{OsStringValueParser, TypedValueParser};

use crate::context::input::descriptor;

/// What holds for every command.
#[derive(Debug, Clone, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
#[command(next_help_heading = "For every command")]
pub struct Global {
    /// The data folder. Without it, the usual place on this system.
    #[arg(long, global = true, value_name = "DIR", env = "COUNTERSIGN_DATA", value_parser = folder())]
    pub data: Option<PathBuf>,
    /// A second folder for checkpoints, in a file checkpoints.log. Best on another disk or machine.
    #[arg(long = "checkpoints", global = true, value_name = "DIR", env = "COUNTERSIGN_CHECKPOINTS", value_parser = folder())]
    pub checkpoints_folder: Option<PathBuf>,
    /// Who signs: an id, or any part of a name that matches nobody else.
    #[arg(long = "as", global = true, value_name = "PERSON")]
    pub signer: Option<String>,
    /// Reads the signer's passphrase from the first line of a file.
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "passphrase_fd")]
    pub passphrase_file: Option<PathBuf>,
    /// Reads the signer's passphrase from a line of an open file descriptor.
    #[arg(long, global = true, value_name = "N", value_parser = descriptor)]
    pub passphrase_fd: Option<u32>,
    /// Answers with one JSON object.
    #[arg(long, global = true, conflicts_with = "plain")]
    pub json: bool,
    /// Answers with one fact per line, without tables: for screen readers.
    #[arg(long, global = true)]
    pub plain: bool,
    /// Uses ASCII marks.
    #[arg(long, global = true)]
    pub ascii: bool,
    /// Sends texts to a file or pipe exactly as they are kept, even where a terminal would act on them.
    #[arg(long, global = true)]
    pub raw: bool,
}

/// Parses a folder. An empty one is checked later: from the environment it counts as unset.
fn folder() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().map(PathBuf::from)
}
