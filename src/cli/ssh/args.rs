//! Defines the arguments of `ssh` and `session`. Values are checked by the domain types.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use countersign_core::primitives::ids::{Digest, PersonId};
use countersign_core::primitives::key::fingerprint_of;

#[derive(Debug, Subcommand)]
pub enum SshVerb {
    /// Allows a person to log in with a public key.
    Add(SshAdd),
    /// Removes a person's keys, or one of them.
    Revoke(SshRevoke),
    /// Lists who may log in with which key.
    List,
    /// Rewrites the map that sshd's lookup reads.
    Sync(SshSync),
    /// Sets up sshd for this program, or shows the lines that it needs.
    Install(Install),
    /// Answers sshd: the line of a key that somebody offers, or nothing.
    Keys(Keys),
}

#[derive(Debug, Args)]
pub struct SshAdd {
    /// Who: an id, or any part of a name that matches nobody else.
    pub person: String,
    /// Their public key file, such as `id_ed25519.pub`.
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
}

#[derive(Debug, Args)]
pub struct SshRevoke {
    /// Whose: an id, or any part of a name that matches nobody else.
    pub person: String,
    /// Only the key of this fingerprint (SHA256:…); without it, all of theirs.
    #[arg(long, value_name = "FINGERPRINT")]
    pub key: Option<String>,
}

#[derive(Debug, Args)]
pub struct SshSync {
    /// Takes over a map that belongs to another data folder. Nobody can log in to that one any more.
    #[arg(long)]
    pub take_over: bool,
}

/// `ssh keys`: answered before these arguments are looked at; here for help and the manual.
#[derive(Debug, Args)]
pub struct Keys {
    /// The map to read.
    #[arg(long, value_name = "FILE")]
    pub map: Option<PathBuf>,
    /// The account (%u).
    pub user: String,
    /// The key's type (%t).
    pub kind: String,
    /// The key (%k).
    pub key: String,
}

#[derive(Debug, Args)]
pub struct Install {
    /// Prints the lines and what to do, and changes nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// The service account that everyone logs in as.
    #[arg(long, value_name = "NAME", default_value = "countersign", value_parser = account)]
    pub user: String,
    /// The account that the lookup of keys runs as.
    #[arg(long, value_name = "NAME", default_value = "countersign-keys", value_parser = account)]
    pub keys_user: String,
    /// The new file that takes the lines.
    #[arg(long, value_name = "FILE", default_value = "/etc/ssh/sshd_config.d/countersign.conf")]
    pub to: PathBuf,
}

#[derive(Debug, Args)]
pub struct Session {
    /// Whose session: a full id.
    pub person: PersonId,
    /// The key that they logged in with. The session ends if that key is removed.
    #[arg(long, value_name = "FINGERPRINT", value_parser = fingerprint_of)]
    pub key: Option<Digest>,
}

fn account(text: &str) -> Result<String, String> {
    let sound = (1..=32).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-".contains(&b));
    if sound { Ok(text.to_owned()) } else { Err("an account's name such as countersign".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_has_a_name_that_a_shell_does_not_read() {
        for bad in ["", "a b", "a;b", "$(id)", "-x", "A", "a\nb", &"a".repeat(33)] {
            assert!(account(bad).is_err(), "{bad}");
        }
        assert!(account("countersign-keys").is_ok());
    }
}
