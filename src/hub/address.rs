//! Parses the address of a hub: what libpq connects to, or a folder.
//!
//! Invariant: an address contains no password and no control character.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use crate::error::TransportError;

const MOST_BYTES: usize = 1024;
const SCHEMES: [&str; 2] = ["postgresql://", "postgres://"];
/// What follows `=` in these is a password.
const SECRETS: [&str; 2] = ["password", "sslpassword"];

/// Where a hub is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HubAddress {
    /// A connection string of libpq: `postgresql://…` or `service=…`.
    Postgres(String),
    /// A folder, or a share that is mounted.
    Folder(PathBuf),
}

impl FromStr for HubAddress {
    type Err = TransportError;

    fn from_str(text: &str) -> Result<Self, TransportError> {
        let text = text.trim();
        if text.is_empty() || text.len() > MOST_BYTES || text.chars().any(char::is_control) {
            return Err(not_an_address());
        }
        if let Some(rest) = SCHEMES.iter().find_map(|scheme| text.strip_prefix(scheme)) {
            return if uri_has_password(rest) { Err(has_password()) } else { Ok(Self::Postgres(text.to_owned())) };
        }
        if text.starts_with('/') {
            return Ok(Self::Folder(PathBuf::from(text)));
        }
        let first = text.split_once('=').map(|(keyword, _)| keyword.trim());
        if first
            .is_none_or(|keyword| keyword.is_empty() || !keyword.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
        {
            return Err(not_an_address());
        }
        if keywords(text).any(|keyword| SECRETS.contains(&keyword)) {
            return Err(has_password());
        }
        Ok(Self::Postgres(text.to_owned()))
    }
}

impl fmt::Display for HubAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Postgres(address) => f.write_str(address),
            Self::Folder(path) => path.display().fmt(f),
        }
    }
}

/// Returns whether a URI, without its scheme, has a password: `user:word@host`, or a parameter.
fn uri_has_password(rest: &str) -> bool {
    let (before, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let authority = before.split('/').next().unwrap_or_default();
    let user = authority.rsplit_once('@').map_or("", |(user, _)| user);
    // A name may be written with escapes (`%70assword`), which nothing else needs.
    let named = |parameter: &str| {
        let name = parameter.split('=').next().unwrap_or_default();
        SECRETS.contains(&name) || name.contains('%')
    };
    user.contains(':') || before.matches('@').count() > 1 || parameters.split('&').any(named)
}

/// Returns every word that stands before an equals sign, inside quotes as well: rather one too many than a password.
fn keywords(text: &str) -> impl Iterator<Item = &str> {
    let before = text.split('=');
    before.filter_map(|part| part.trim_end().rsplit(|c: char| c.is_whitespace() || c == '\'').next())
}

fn not_an_address() -> TransportError {
    TransportError::Address {
        why: "This is not the address of a hub".to_owned(),
        hint: "Give what psql connects to, such as postgresql://cardiology@db.trust.example/countersign_hub or service=countersign, or the full path of a folder",
    }
}

fn has_password() -> TransportError {
    TransportError::Address {
        why: "The address contains a password".to_owned(),
        hint: "Leave it out. Put it into ~/.pgpass or a service file, which only their owner can read, or use Kerberos or a certificate",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_what_libpq_connects_to_or_a_full_path() {
        for text in [
            "postgresql://cardiology@db.trust.example/countersign_hub",
            "postgres://db.trust.example:5433/hub?sslmode=verify-full&passfile=/etc/pgpass",
            "postgresql://a@one,two/hub?target_session_attrs=read-write",
            "postgresql://[::1]:5432/hub",
            "service=countersign",
            "host=db.trust.example dbname=hub user=cardiology",
            "host = /run/postgresql dbname = 'the hub'",
        ] {
            assert_eq!(text.parse(), Ok(HubAddress::Postgres(text.to_owned())));
        }
        assert_eq!("/mnt/hub".parse(), Ok(HubAddress::Folder("/mnt/hub".into())));
        for text in
            ["", " ", "hub", "./hub", "mysql://x/y", "db.trust.example", "=x", "-d=1", "a\nb=1", &"a=".repeat(600)]
        {
            assert_eq!(text.parse::<HubAddress>(), Err(not_an_address()), "{text}");
        }
    }

    #[test]
    fn an_address_with_a_password_is_refused_in_every_spelling() {
        for text in [
            "postgresql://cardiology:secret@db/hub",
            "postgresql://cardiology:@db/hub",
            "postgresql://cardiology@x:secret@db/hub",
            "postgresql://db/hub?password=secret",
            "postgresql://db/hub?sslmode=require&password=secret",
            "postgresql://db/hub?sslpassword=secret",
            "postgresql://db/hub?%70assword=secret",
            "host=db password=secret",
            "host=db password = 'secret'",
            "host=db sslpassword=secret",
            "password=secret",
            "host='db'password=secret",
        ] {
            assert_eq!(text.parse::<HubAddress>(), Err(has_password()), "{text}");
        }
    }
}
