//! Completions and manual pages, from the one table of arguments; the screen's keys, from theirs. Must never say what the
//! parser does not do.

use clap::CommandFactory as _;
use serde::Serialize;

use crate::app::error::Error;
use crate::cli::args::CommandLine;
use crate::cli::output::report::{CommandOutput, Failure};
use crate::cli::output::table::{OutputBlock, Table};

/// The program's name, as it is typed.
const NAME: &str = "countersign";

/// Completions for a shell.
pub fn completions(shell: clap_complete::Shell) -> CommandOutput {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut CommandLine::command(), NAME, &mut script);
    CommandOutput::text(String::from_utf8_lossy(&script).into_owned())
}

/// The manual page of the program or of one command, in roff.
pub fn manual(command: Option<&str>) -> Result<CommandOutput, Failure> {
    let mut table = CommandLine::command();
    table.build();
    let page = match command {
        None => table,
        Some(name) => {
            let found = table.find_subcommand(name).cloned();
            found.ok_or_else(|| {
                Error::usage(format!("There is no command “{name}”")).hint("`countersign --help` lists them")
            })?
        }
    };
    let mut roff = Vec::new();
    clap_mangen::Man::new(page).render(&mut roff).map_err(|e| Error::refused(e).context("Making the manual page"))?;
    Ok(CommandOutput::text(String::from_utf8_lossy(&roff).into_owned()))
}

/// A command of the screen and its keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyRow {
    /// The command's name.
    pub id: String,
    /// Where it works.
    pub place: String,
    /// Its keys, the one to show first.
    pub keys: Vec<String>,
    /// What it does.
    pub does: String,
}

#[derive(Debug, Serialize)]
struct Keys {
    schema: &'static str,
    commands: Vec<KeyRow>,
}

/// The key table, place by place.
pub fn keymap(commands: Vec<KeyRow>) -> Result<CommandOutput, Failure> {
    let mut places: Vec<&str> = Vec::new();
    for row in &commands {
        if !places.contains(&row.place.as_str()) {
            places.push(&row.place);
        }
    }
    let mut parts = Vec::new();
    for place in places {
        let rows = commands.iter().filter(|row| row.place == place);
        let rows = rows.map(|row| vec![row.id.clone(), row.keys.join(" "), row.does.clone()]).collect();
        parts.push(OutputBlock::Line(place.to_owned()));
        parts.push(OutputBlock::Table(Table { head: vec!["command", "keys", "what it does"], rows }));
        parts.push(OutputBlock::Gap);
    }
    parts.pop();
    Ok(CommandOutput::new(parts, &Keys { schema: "countersign/keymap/1", commands })?)
}
