//! Hands a finished mail on: to a folder, or to this machine's `sendmail`. Nothing here uses a network or holds a password.

use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::error::Error;
use crate::storage::atomic_file::{is_folder, is_there, write_private};
use crate::storage::chosen_file::reason;
use crate::storage::data_dir::no_folder;

/// The most bytes of a mail: what a pipe holds.
const MOST_BYTES: usize = 60_000;

/// How long a program may take over one mail, and how often it is asked whether it is done.
const LONGEST: Duration = Duration::from_secs(60);
const STEP: Duration = Duration::from_millis(20);
/// The most that is kept of what a program says.
const MOST_SAID: u64 = 4_000;

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
            Self::Folder(folder) if is_folder(folder) => Ok(()),
            Self::Folder(folder) if is_there(folder) => {
                Err(Error::usage(format!("{} is a file, not a folder", folder.display())).hint("Nothing was sent"))
            }
            Self::Folder(folder) => Err(no_folder(folder).hint("Nothing was sent")),
            Self::Sendmail(program) if is_folder(program) || !is_there(program) => {
                Err(Error::usage(format!("There is no program {}", program.display())).hint(
                    "Nothing was sent. Install a mail server that has a sendmail, or write to a folder with --mail-dir",
                ))
            }
            Self::Sendmail(_) => Ok(()),
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

/// Runs `sendmail -t -i`, which reads the recipient from the mail.
fn sendmail(program: &Path, mail: &str) -> Result<(), Error> {
    let mut command = Command::new(program);
    command.args(["-t", "-i"]);
    hand_to(&mut command, mail, LONGEST)
}

/// Runs a program with a mail on its standard input, and waits until it has taken it.
fn hand_to(command: &mut Command, mail: &str, longest: Duration) -> Result<(), Error> {
    let program = Path::new(command.get_program()).display().to_string();
    let failed = |why: String| Error::refused(format!("{program}: {why}"));
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
    command.stdin(input).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|e| failed(reason(&e)))?;
    let said = words_of(&mut child);
    let status = within(&mut child, longest).map_err(|e| failed(reason(&e)))?;
    let Some(status) = status else {
        return Err(failed(format!("it did not answer within {} seconds", longest.as_secs())));
    };
    if status.success() {
        return Ok(());
    }
    let said = said.recv_timeout(STEP * 10).unwrap_or_default();
    let said = said.lines().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing").trim();
    let said: String = said.chars().filter(|letter| !letter.is_control()).take(200).collect();
    Err(failed(match status.code() {
        Some(code) => format!("it refused the mail ({code}): {said}"),
        None => "it was killed".to_owned(),
    }))
}

/// Reads what a program says on its standard error. What it leaves running in the background may keep that open, so that
/// its end is not waited for.
fn words_of(child: &mut Child) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    if let Some(said) = child.stderr.take() {
        thread::spawn(move || {
            let mut bytes = Vec::new();
            // What cannot be read was not said.
            let _ = said.take(MOST_SAID).read_to_end(&mut bytes);
            let _ = sender.send(String::from_utf8_lossy(&bytes).into_owned());
        });
    }
    receiver
}

/// Waits until a program ends; ends it, and returns `None`, if it takes longer.
fn within(child: &mut Child, longest: Duration) -> io::Result<Option<ExitStatus>> {
    let mut waited = Duration::ZERO;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if waited >= longest {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(STEP);
        waited += STEP;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_does_not_end_is_ended_and_what_it_leaves_in_the_background_is_not_waited_for() {
        let short = Duration::from_millis(400);
        for (text, words) in [
            ("exec sleep 100", Some("it did not answer within")),
            ("(sleep 9) & exit 0", None),
            ("echo queue is full >&2; exit 75", Some("it refused the mail (75): queue is full")),
            ("exit 1", Some("it refused the mail (1): it said nothing")),
            ("kill -9 $$", Some("it was killed")),
            ("(sleep 9) & echo no >&2; exit 1", Some("it refused the mail (1)")),
            ("/bin/cat >/dev/null", None),
        ] {
            let mut shell = Command::new("/bin/sh");
            let done = hand_to(shell.args(["-c", text]), "To: a@b\n\nx\n", short);
            match (done, words) {
                (Ok(()), None) => {}
                (Err(error), Some(words)) => assert!(error.sentence().contains(words), "{text}: {error:?}"),
                (done, _) => panic!("{text}: {done:?}"),
            }
        }
    }
}
