//! Writes the key map that sshd's `AuthorizedKeysCommand` looks up, and builds the `authorized_keys` line that answers.
//!
//! Invariant: apart from the program's own path, the line is built only from the map.

use crate::people::person::PersonRef;
use crate::primitives::date::Timestamp;
use crate::primitives::ids::PersonId;
use crate::primitives::key::PublicKey;

/// The first line of a map.
const HEAD: &str = "countersign-keys/1";
/// The maximum length of a lookup's argument, in bytes: a 16,384-bit key in base64.
const LONGEST: usize = 8_192;

/// A key for login, current or revoked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginKey {
    pub person: PersonId,
    pub key: PublicKey,
    pub added: (PersonRef, Timestamp),
    pub revoked: Option<(PersonRef, Timestamp)>,
}

/// Returns the map: the data directory, then one line per key, by fingerprint. A session gets its directory from here,
/// not from its environment.
pub fn map_text(data: &str, keys: &[(PersonId, PublicKey)]) -> String {
    let line = |(person, key): &(PersonId, PublicKey)| format!("{} {person} {key}\n", key.fingerprint_text());
    let mut lines: Vec<String> = keys.iter().map(line).collect();
    lines.sort_unstable();
    format!("{HEAD}\ndata {data}\n{}", lines.concat())
}

pub fn map_data(map: &str) -> Option<&str> {
    let mut lines = map.lines();
    lines.next().filter(|head| *head == HEAD)?;
    lines.next()?.strip_prefix("data ").filter(|path| !path.is_empty())
}

/// Returns the `authorized_keys` line (sshd(8)) for an offered key, built from the map, or `None`. `asked` is the key's
/// type and its base64; `program` is this program's path.
pub fn look_up(map: &str, asked: (&str, &str), program: &str) -> Option<String> {
    if asked.0.len() > LONGEST || asked.1.len() > LONGEST || !is_plain_path(program) {
        return None;
    }
    let offered: PublicKey = format!("{} {}", asked.0, asked.1).parse().ok()?;
    let mut lines = map.lines();
    if lines.next() != Some(HEAD) {
        return None;
    }
    // The path is part of a shell command, so it must be plain.
    let data = lines.next()?.strip_prefix("data ").filter(|path| is_plain_path(path))?;
    let wanted = offered.fingerprint_text();
    let rest = lines.find_map(|line| line.strip_prefix(wanted.as_str()))?;
    let (person, key) = rest.strip_prefix(' ')?.split_once(' ')?;
    let (person, key): (PersonId, PublicKey) = (person.parse().ok()?, key.parse().ok()?);
    // The fingerprint is base64 after its prefix, so safe in a shell command.
    let command = format!("{program} --data {data} session {person} --key {wanted}");
    (key == offered).then(|| format!("restrict,pty,command=\"{command}\" {key}"))
}

/// Returns whether a path is absolute and has no special characters for a shell or sshd.
pub fn is_plain_path(path: &str) -> bool {
    path.starts_with('/') && path.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._+-".contains(&b))
}

/// Parses `evidence get` and the first digits of a digest; returns the digits.
pub fn file_asked(command: &str) -> Option<&str> {
    let (verb, digits) = command.trim_ascii().rsplit_once(' ')?;
    if !verb.split_ascii_whitespace().eq(["evidence", "get"]) {
        return None;
    }
    let hex = digits.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    (hex && (6..=64).contains(&digits.len())).then_some(digits)
}

slugs! {
    /// A command that a person may run over SSH instead of the screen.
    SshCommand {
        /// What waits for them.
        Home = "home";
        /// The same, and what is new is marked as read.
        HomeRead = "home read";
        Outstanding = "outstanding";
        /// Their record as receipts.
        Receipts = "receipts";
        Checkpoint = "checkpoint";
        /// Their signed statements, and the keys to verify them.
        Export = "export";
        Portfolio = "portfolio";
        /// Their whole record as PDF, as bytes.
        PortfolioPdf = "portfolio pdf";
        /// Their badges, as a ZIP archive of JSON files.
        Badge = "badge";
        /// Their calendar, as an `.ics` file.
        Calendar = "calendar";
        Evidence = "evidence list";
        EvidenceAdd = "evidence add";
    }
}

impl SshCommand {
    /// Parses a command, which must match exactly except for spaces.
    pub fn of(command: &str) -> Option<Self> {
        let words: Vec<&str> = command.split_ascii_whitespace().collect();
        let command = words.join(" ");
        Self::ALL.into_iter().find(|asked| asked.slug() == command)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PROGRAM: &str = "/usr/local/bin/countersign";

    fn key(seed: u8) -> PublicKey {
        PublicKey::from_strings("ssh-ed25519", &[&[seed; 32]])
    }

    fn id(text: &str) -> PersonId {
        text.parse().unwrap()
    }

    fn ask(map: &str, key: &PublicKey) -> Option<String> {
        let line = key.to_string();
        look_up(map, line.split_once(' ').unwrap(), PROGRAM)
    }

    #[test]
    fn a_known_key_is_answered_by_its_own_line_and_another_by_nothing() {
        let map = map_text("/srv/book", &[(id("7f3a"), key(1)), (id("02c1"), key(2))]);
        let line = ask(&map, &key(1)).unwrap();
        let named = key(1).fingerprint_text();
        let command = format!("{PROGRAM} --data /srv/book session 7f3a --key {named}");
        assert_eq!(line, format!("restrict,pty,command=\"{command}\" {}", key(1)));
        assert!(ask(&map, &key(2)).unwrap().contains(" session 02c1 --key SHA256:"));
        assert_eq!(ask(&map, &key(3)), None);
    }

    #[test]
    fn a_map_that_was_tampered_with_answers_nothing_that_a_shell_would_read() {
        let whole = map_text("/srv/book", &[(id("7f3a"), key(1))]);
        for (part, bad) in [
            ("7f3a", "7f3a;id"),
            ("7f3a", "$(id)"),
            ("7f3a", "7F3A"),
            ("/srv/book", "/srv/book;id"),
            ("/srv/book", "/srv/b ook"),
            ("/srv/book", "srv"),
            ("/srv/book", "/srv/\"book"),
            ("countersign-keys/1", "countersign-keys/2"),
            ("AAAAC3", "AAAAC4"),
        ] {
            assert_eq!(ask(&whole.replace(part, bad), &key(1)), None, "{bad}");
        }
        for cut in 0..whole.len() - 1 {
            assert_eq!(ask(&whole[..cut], &key(1)), None, "{cut}");
        }
        assert_eq!(look_up(&whole, ("ssh-ed25519", "AAAA"), PROGRAM), None);
        let line = key(1).to_string();
        for program in ["countersign", "/bin/a b", "/bin/a\";id;\""] {
            assert_eq!(look_up(&whole, line.split_once(' ').unwrap(), program), None, "{program}");
        }
    }

    #[test]
    fn a_command_is_matched_whole() {
        assert_eq!(SshCommand::of("receipts"), Some(SshCommand::Receipts));
        for spaced in [" receipts", "receipts ", "receipts\n", "  receipts  "] {
            assert_eq!(SshCommand::of(spaced), Some(SshCommand::Receipts), "{spaced:?}");
        }
        assert_eq!(SshCommand::of("evidence  list "), Some(SshCommand::Evidence));
        assert_eq!(file_asked(" evidence  get abcdef0 "), Some("abcdef0"));
        for other in ["evidence get", "evidence get ../x", "evidence get abc", "x evidence get abcdef0"] {
            assert_eq!(file_asked(other), None, "{other:?}");
        }
        for other in ["", " ", "evidence\u{a0}list", "receipts;id", "Receipts", "receipts 7f3a", "sh", "receipt"] {
            assert_eq!(SshCommand::of(other), None, "{other:?}");
        }
    }

    proptest! {
        #[test]
        fn hostile_arguments_are_answered_by_nothing(kind in any::<String>(), key_text in any::<String>()) {
            let map = map_text("/srv/book", &[(id("7f3a"), key(1))]);
            prop_assert_eq!(look_up(&map, (&kind, &key_text), PROGRAM), None);
            prop_assert_eq!(look_up(&map, ("ssh-ed25519", &key_text), PROGRAM), None);
            prop_assert_eq!(look_up(&key_text, (&kind, &key_text), &kind), None);
        }
    }
}
