//! Generates completions and manual pages from the command line's definition, and lists the screen's keys.

use clap::CommandFactory as _;
use serde::Serialize;

use crate::args::CommandLine;
use crate::output::report::{CommandOutput, Failure};
use crate::output::table::{OutputBlock, Table};
use countersign_app::error::Error;

/// The program's name, as typed.
const NAME: &str = "countersign";

/// Generates completions for a shell.
pub fn completions(shell: clap_complete::Shell) -> CommandOutput {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut CommandLine::command(), NAME, &mut script);
    CommandOutput::text(String::from_utf8_lossy(&script).into_owned())
}

/// Generates the manual page of the program or of one command, in roff.
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

/// A command of the screen with its keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyRow {
    pub id: String,
    /// The scope in which it works.
    pub place: String,
    /// Its keys; the first is the one shown.
    pub keys: Vec<String>,
    pub does: String,
}

#[derive(Debug, Serialize)]
struct Keys {
    schema: &'static str,
    commands: Vec<KeyRow>,
}

/// Renders the key table, scope by scope.
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
