//! Hands a finished mail on: to a folder, or to this machine's `sendmail`. Nothing here uses a network or holds a password.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::Error;
use crate::storage::atomic_file::{is_folder, is_there, write_private};
use crate::storage::chosen_file::reason;
use crate::storage::data_dir::no_folder;

/// The most bytes of a mail: what a pipe holds.
const MOST_BYTES: usize = 60_000;

/// Where mails go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailRoute {
    /// A folder of `.eml` files.
    Folder(PathBuf),
    /// A program that takes a mail on its standard input.
    Sendmail(PathBuf),
}

impl MailRoute {
    /// Refuses a folder or a program that is not there, before any mail is made.
    pub fn check(&self) -> Result<(), Error> {
        match self {
            Self::Folder(folder) if !is_folder(folder) => {
                Err(no_folder(folder).hint("Nothing was sent. To make a new folder there, use `mkdir` first"))
            }
            Self::Sendmail(program) if is_folder(program) || !is_there(program) => {
                Err(Error::usage(format!("There is no program {}", program.display())).hint(
                    "Nothing was sent. Install a mail server that has a sendmail, or write to a folder with --mail-dir",
                ))
            }
            Self::Folder(_) | Self::Sendmail(_) => Ok(()),
        }
    }

    /// Hands a mail on; on return, the file is on disk, or the program has taken the mail.
    pub(crate) fn send(&self, id: &str, mail: &str) -> Result<(), Error> {
        match self {
            Self::Folder(folder) => write_private(&folder.join(format!("{id}.eml")), mail.as_bytes()),
            Self::Sendmail(program) => sendmail(program, &mail.replace("\r\n", "\n")),
        }
    }
}

/// Runs `sendmail -t -i`, which reads the recipient from the mail, and waits until it has taken it.
fn sendmail(program: &Path, mail: &str) -> Result<(), Error> {
    let failed = |why: String| Error::refused(format!("{}: {why}", program.display()));
    if mail.len() > MOST_BYTES {
        return Err(failed("the mail is too long".to_owned()));
    }
    // The whole mail is in the pipe before the program starts, so that neither waits for the other.
    let piped = || -> io::Result<io::PipeReader> {
        let (input, mut end) = io::pipe()?;
        end.write_all(mail.as_bytes())?;
        Ok(input)
    };
    let input = piped().map_err(|e| failed(reason(&e)))?;
    let output = Command::new(program).args(["-t", "-i"]).stdin(input).output().map_err(|e| failed(reason(&e)))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let said = said.lines().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing").trim();
        let said: String = said.chars().filter(|letter| !letter.is_control()).take(200).collect();
        return Err(failed(format!("{} ({said})", output.status)));
    }
    Ok(())
}
