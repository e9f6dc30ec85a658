//! What sshd itself says: whether it takes its configuration, and what it does with a connection of an account. The one
//! file that starts a program. Must never start anything but sshd in its test modes, nor have it listen.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::ledger::openssh_key::host_key_of_nobody;

/// Where sshd is where nobody's path leads to it.
const PLACES: [&str; 3] = ["/usr/sbin/sshd", "/usr/local/sbin/sshd", "/sbin/sshd"];

/// Whether sshd takes its configuration as it is now (`sshd -t`), and if not, why; nothing where there is no sshd.
pub fn takes_its_configuration() -> Option<Result<(), String>> {
    let said = Command::new(place()?).arg("-t").stdin(Stdio::null()).output().ok()?;
    Some(if said.status.success() { Ok(()) } else { Err(first_line(&said.stderr)) })
}

/// What sshd does with a connection of an account from this machine: its keywords in small letters with their values, one a
/// line (`sshd -T`); the error says why it cannot be asked. `config` is another configuration than sshd's own.
pub fn effective(account: &str, config: Option<&Path>) -> Result<String, String> {
    let mut command = Command::new(place().ok_or("there is no sshd here")?);
    // What sshd's own lines may ask of a connection is all given, or it would not answer.
    let connection = format!("user={account},host=localhost,addr=127.0.0.1,laddr=127.0.0.1,lport=22");
    // A host key is wanted that this user may read; nothing is done with it.
    command.args(["-T", "-h", "/dev/stdin", "-C", &connection]);
    if let Some(config) = config {
        command.arg("-f").arg(config);
    }
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut sshd = command.spawn().map_err(|fault| format!("it cannot be started: {fault}"))?;
    if let Some(mut input) = sshd.stdin.take() {
        // One that ends before it has read has said why.
        let _ = input.write_all(host_key_of_nobody().unwrap_or_default().as_bytes());
    }
    let said = sshd.wait_with_output().map_err(|fault| format!("it did not answer: {fault}"))?;
    if said.status.success() {
        String::from_utf8(said.stdout).map_err(|_| "its answer is no text".to_owned())
    } else {
        Err(first_line(&said.stderr))
    }
}

fn place() -> Option<&'static str> {
    PLACES.into_iter().find(|path| Path::new(path).exists())
}

fn first_line(said: &[u8]) -> String {
    let words = String::from_utf8_lossy(said);
    words.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("it does not say why").to_owned()
}
