//! Runs sshd in its test modes to check its configuration and read its effective settings for an account.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use countersign_ledger::openssh_key::host_key_of_nobody;

/// Where to find sshd, which is often not on `PATH`.
const PLACES: [&str; 3] = ["/usr/sbin/sshd", "/usr/local/sbin/sshd", "/sbin/sshd"];

/// Checks sshd's current configuration (`sshd -t`); `None` if there is no sshd.
pub fn takes_its_configuration() -> Option<Result<(), String>> {
    let output = Command::new(place()?).arg("-t").stdin(Stdio::null()).output().ok()?;
    Some(if output.status.success() { Ok(()) } else { Err(first_line(&output.stderr)) })
}

/// Returns sshd's effective settings for a local connection to an account (`sshd -T`): lower-case keywords with values, one
/// a line. The error says why they are not available. `config` replaces sshd's own configuration file.
pub fn effective(account: &str, config: Option<&Path>) -> Result<String, String> {
    let mut command = Command::new(place().ok_or("sshd is not installed here")?);
    // sshd needs every value that a `Match` line in its configuration may test.
    let connection = format!("user={account},host=localhost,addr=127.0.0.1,laddr=127.0.0.1,lport=22");
    // `sshd -T` needs a host key that this user can read, so it gets a throwaway one.
    command.args(["-T", "-h", "/dev/stdin", "-C", &connection]);
    if let Some(config) = config {
        command.arg("-f").arg(config);
    }
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut sshd = command.spawn().map_err(|fault| format!("it cannot be started: {fault}"))?;
    if let Some(mut input) = sshd.stdin.take() {
        // If sshd exits before it reads the key, its output says why.
        let _ = input.write_all(host_key_of_nobody().unwrap_or_default().as_bytes());
    }
    let output = sshd.wait_with_output().map_err(|fault| format!("it did not answer: {fault}"))?;
    if output.status.success() {
        String::from_utf8(output.stdout).map_err(|_| "its answer is not text".to_owned())
    } else {
        Err(first_line(&output.stderr))
    }
}

fn place() -> Option<&'static str> {
    PLACES.into_iter().find(|path| Path::new(path).exists())
}

fn first_line(output: &[u8]) -> String {
    let words = String::from_utf8_lossy(output);
    words.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("it does not say why").to_owned()
}
