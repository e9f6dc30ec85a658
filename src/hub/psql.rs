//! Runs `psql`, libpq's own client: a script on its standard input, values as its variables, rows on its standard output.

use std::ffi::OsStr;
use std::io::{self, BufReader, Read, Write as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use crate::error::TransportError;

/// The program, as it is found in the search path.
const PROGRAM: &str = "psql";
/// How long connecting may take, in seconds; the address may name another limit.
const CONNECT: &str = "15";
const STEP: Duration = Duration::from_millis(10);
/// How long it may take to end once it has said everything.
const LAST_WORDS: Duration = Duration::from_secs(10);
/// The most that is read of what it says on its standard error, and that is shown of a message.
const MOST_SAID: u64 = 16_000;
const MOST_SHOWN: usize = 300;
const PIECE: usize = 64 * 1024;

/// A script to run.
#[derive(Debug)]
pub struct Job<'a> {
    pub script: &'a str,
    /// Values, which the script has as `:'name'`.
    pub variables: &'a [(&'a str, &'a str)],
    /// The folder whose files the script names, if it names any.
    pub folder: Option<&'a Path>,
    /// How long it may say nothing.
    pub quiet: Duration,
}

/// What `psql` writes on its standard output.
pub type Output = BufReader<Pieces>;

/// Runs a script; `take` reads its output. What the server says goes before what `take` made of an output that ends early.
pub fn run<T>(
    address: &str,
    job: &Job<'_>,
    take: &mut dyn FnMut(&mut Output) -> Result<T, TransportError>,
) -> Result<T, TransportError> {
    let mut child = start(address, job)?;
    let said = words_of(&mut child);
    let mut output = BufReader::with_capacity(PIECE, Pieces::of(&mut child, job.quiet));
    let taken = take(&mut output);
    let taken = taken.and_then(|taken| output.get_mut().drop_rest().map(|()| taken));
    let timed_out = output.get_ref().timed_out;
    let ended = if output.get_ref().ended { within(&mut child, LAST_WORDS) } else { None };
    if ended.is_none() {
        stop(&mut child);
    }
    match (ended, taken) {
        (Some(status), taken) if status.success() => taken,
        (Some(status), _) => Err(fault(status.code(), &said.recv_timeout(STEP * 50).unwrap_or_default())),
        (None, _) if timed_out => Err(TransportError::Slow(job.quiet.as_secs())),
        (None, Err(error)) => Err(error),
        (None, Ok(_)) => Err(TransportError::Slow(LAST_WORDS.as_secs())),
    }
}

fn start(address: &str, job: &Job<'_>) -> Result<Child, TransportError> {
    let here =
        |error: &io::Error| TransportError::Here(format!("{PROGRAM} cannot be started: {}", plain(&error.to_string())));
    let mut command = Command::new(PROGRAM);
    command.args(["--no-psqlrc", "--quiet", "--no-password", "--no-align", "--tuples-only"]);
    command.args(["-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=verbose"]);
    for (name, value) in job.variables {
        command.arg("-v").arg(format!("{name}={value}"));
    }
    command.args([OsStr::new("--file=-"), OsStr::new("--dbname"), OsStr::new(address)]);
    // Its messages are parsed, so they are in one language.
    command
        .env("LC_ALL", "C")
        .env("PGCLIENTENCODING", "UTF8")
        .env("PGAPPNAME", "countersign")
        .env("PGCONNECT_TIMEOUT", CONNECT);
    let folder = job.folder.unwrap_or(Path::new("/"));
    command.current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound if folder.is_dir() => TransportError::NoClient(PROGRAM),
        _ => here(&error),
    })?;
    // What a role or the database has set must not decide which functions a script finds.
    let script = format!("SET search_path = pg_catalog, pg_temp;\n{}", job.script);
    // A script fits into a pipe, so that this does not wait. If psql has ended already, its own words say why.
    if let Some(mut input) = child.stdin.take() {
        let _ = input.write_all(script.as_bytes());
    }
    Ok(child)
}

fn stop(child: &mut Child) {
    // It may have ended by now.
    let _ = child.kill();
    let _ = child.wait();
}

/// Waits until it ends, and returns how; `None` if it takes longer.
fn within(child: &mut Child, longest: Duration) -> Option<ExitStatus> {
    let mut waited = Duration::ZERO;
    while waited < longest {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        thread::sleep(STEP);
        waited += STEP;
    }
    None
}

fn words_of(child: &mut Child) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    if let Some(mut said) = child.stderr.take() {
        thread::spawn(move || {
            let mut bytes = Vec::new();
            // What cannot be read was not said. The rest is read as well, so that psql does not wait.
            let _ = said.by_ref().take(MOST_SAID).read_to_end(&mut bytes);
            let _ = sender.send(String::from_utf8_lossy(&bytes).into_owned());
            let _ = io::copy(&mut said, &mut io::sink());
        });
    }
    receiver
}

/// The standard output of a program, piece by piece, with a limit for silence.
#[derive(Debug)]
pub struct Pieces {
    from: Receiver<Vec<u8>>,
    piece: Vec<u8>,
    at: usize,
    quiet: Duration,
    /// Whether everything was read; whether it was silent for too long.
    ended: bool,
    timed_out: bool,
}

impl Pieces {
    fn of(child: &mut Child, quiet: Duration) -> Self {
        let (sender, from) = mpsc::sync_channel(4);
        if let Some(mut output) = child.stdout.take() {
            thread::spawn(move || {
                let mut bytes = vec![0; PIECE];
                while let Ok(read @ 1..) = output.read(&mut bytes) {
                    if sender.send(bytes[..read].to_vec()).is_err() {
                        return;
                    }
                }
            });
        }
        Self { from, piece: Vec::new(), at: 0, quiet, ended: false, timed_out: false }
    }

    /// Reads what is left, and drops it.
    fn drop_rest(&mut self) -> Result<(), TransportError> {
        let mut rest = [0; 4096];
        loop {
            match self.read(&mut rest) {
                Ok(0) => return Ok(()),
                Ok(_) => {}
                Err(_) => return Err(TransportError::Slow(self.quiet.as_secs())),
            }
        }
    }
}

impl Read for Pieces {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.at == self.piece.len() {
            match self.from.recv_timeout(self.quiet) {
                Ok(piece) => (self.piece, self.at) = (piece, 0),
                Err(mpsc::RecvTimeoutError::Disconnected) => {
                    self.ended = true;
                    return Ok(0);
                }
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    self.timed_out = true;
                    return Err(io::ErrorKind::TimedOut.into());
                }
            }
        }
        let length = into.len().min(self.piece.len() - self.at);
        into[..length].copy_from_slice(&self.piece[self.at..self.at + length]);
        self.at += length;
        Ok(length)
    }
}

/// Says in our words why psql ended with a code. 2 is a connection that was not made or was lost, 3 an error in the script.
fn fault(code: Option<i32>, said: &str) -> TransportError {
    if let Some((state, message)) = said.lines().find_map(sqlstate) {
        return of_state(state, message);
    }
    let line = said.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let line = plain(line.strip_prefix("psql: error: ").unwrap_or(line));
    match (code, said.split_once("FATAL: ")) {
        (None, _) => TransportError::Unreachable("psql was ended".to_owned()),
        (Some(2), Some((_, why))) => {
            let why = plain(why.lines().next().unwrap_or_default());
            let later =
                ["starting up", "shutting down", "recovery", "too many", "remaining connection slots", "terminating"];
            if later.iter().any(|words| why.contains(words)) {
                TransportError::Unreachable(why)
            } else {
                TransportError::NotAdmitted(why)
            }
        }
        (Some(2), None) if line.contains("password") || line.contains("GSS") => TransportError::NotAdmitted(line),
        (Some(2), None) if line.contains("service") || line.contains("connection option") || line.contains("URI") => {
            TransportError::Address { why: line, hint: "Check the address with psql itself" }
        }
        (Some(2), None) => TransportError::Unreachable(line),
        _ => TransportError::Other(line),
    }
}

/// Finds the state and the message in a line such as `psql:<stdin>:3: ERROR:  42501: permission denied for table log`.
fn sqlstate(line: &str) -> Option<(&str, &str)> {
    let (_, rest) = line.split_once(":  ")?;
    let (state, message) = rest.split_once(": ")?;
    let is_state = state.len() == 5 && state.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    (is_state && !line.contains("NOTICE") && !line.contains("WARNING")).then_some((state, message))
}

fn of_state(state: &str, message: &str) -> TransportError {
    let message = plain(message);
    match state {
        "42501" => TransportError::NotGranted(message),
        "3F000" | "42P01" | "42883" => TransportError::NoSchema,
        "57014" => TransportError::Other(format!("it took too long there ({message})")),
        "53100" => TransportError::Other("the hub’s disk is full".to_owned()),
        "25006" => TransportError::Address {
            why: "The address leads to a copy of the hub that can only be read".to_owned(),
            hint: "Give the address of the primary server, or add target_session_attrs=read-write",
        },
        "57P01" | "57P02" | "57P03" | "08000" | "08003" | "08006" | "53300" => TransportError::Unreachable(message),
        // Two pushes at once, or rows that were there already.
        "CS001" | "23505" | "40001" | "40P01" => TransportError::Moved,
        _ => TransportError::Other(format!("{message} ({state})")),
    }
}

/// Makes a message of the server safe to show: one line, short, without control characters.
fn plain(message: &str) -> String {
    let shown: String = message.trim().chars().filter(|letter| !letter.is_control()).take(MOST_SHOWN).collect();
    countersign_core::primitives::text::escape_for_terminal(&shown).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_to_fail_is_told_apart_by_what_psql_says() {
        for (code, said, wanted) in [
            (3, "psql:<stdin>:3: ERROR:  CS001: the log has other entries", TransportError::Moved),
            (
                3,
                "psql:<stdin>:9: NOTICE:  00000: x\npsql:<stdin>:9: ERROR:  42501: permission denied for table log\nLOCATION:  a",
                TransportError::NotGranted("permission denied for table log".to_owned()),
            ),
            (3, "psql:<stdin>:3: FEHLER:  42P01: Relation fehlt", TransportError::NoSchema),
            (
                2,
                "psql: error: connection to server at \"127.0.0.1\", port 1 failed: Connection refused\n\tIs the server running",
                TransportError::Unreachable(
                    "connection to server at \"127.0.0.1\", port 1 failed: Connection refused".to_owned(),
                ),
            ),
            (
                2,
                "psql: error: connection to server at \"h\" failed: FATAL:  role \"x\" does not exist",
                TransportError::NotAdmitted("role \"x\" does not exist".to_owned()),
            ),
            (
                2,
                "psql: error: connection failed: FATAL:  the database system is starting up",
                TransportError::Unreachable("the database system is starting up".to_owned()),
            ),
            (
                2,
                "psql: error: connection failed: fe_sendauth: no password supplied",
                TransportError::NotAdmitted("connection failed: fe_sendauth: no password supplied".to_owned()),
            ),
            (
                2,
                "psql: error: definition of service \"x\" not found",
                TransportError::Address {
                    why: "definition of service \"x\" not found".to_owned(),
                    hint: "Check the address with psql itself",
                },
            ),
            (1, "\u{1b}[31mred\u{202e}", TransportError::Other("[31mred\\u{202e}".to_owned())),
        ] {
            assert_eq!(fault(Some(code), said), wanted, "{said}");
        }
        assert_eq!(fault(None, ""), TransportError::Unreachable("psql was ended".to_owned()));
    }
}
