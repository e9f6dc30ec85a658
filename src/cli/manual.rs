//! Completions and manual pages, from the one table of arguments. Must never say what the parser does not do.

use clap::CommandFactory as _;

use crate::app::error::Error;
use crate::cli::answer::{Answer, Failure};
use crate::cli::args::CommandLine;

/// The program's name, as it is typed.
const NAME: &str = "countersign";

/// Completions for a shell.
#[must_use]
pub fn completions(shell: clap_complete::Shell) -> Answer {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut CommandLine::command(), NAME, &mut script);
    Answer::text(String::from_utf8_lossy(&script).into_owned())
}

/// The manual page of the program or of one command, in roff.
pub fn manual(command: Option<&str>) -> Result<Answer, Failure> {
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
    clap_mangen::Man::new(page).render(&mut roff).map_err(|e| Error::refused(e).doing("Making the manual page"))?;
    Ok(Answer::text(String::from_utf8_lossy(&roff).into_owned()))
}
