//! Exports what others need to check the log: signers' keys and the checkpoint.

use std::fmt::Write as _;

use crate::app::App;
use crate::bundle::elsewhere::{self, ElsewhereSigner};
use crate::error::Error;
use crate::log::referenced::{erased_time, statement_at};
use countersign_core::people::person::{Role, Viewer};
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::PersonId;
use countersign_core::primitives::key::PublicKey;
use countersign_core::statement::decode::decode;
use countersign_ledger::batch::namespace_of;
use countersign_store::db::Tx;
use countersign_store::error::damaged;
use countersign_store::index::people;
use countersign_store::{erased_and_imported, log};

/// Formats a time as in `allowed_signers`: `20261121140323Z`.
pub fn signer_time(at: Timestamp) -> String {
    at.to_string().chars().filter(|c| c.is_ascii_digit() || *c == 'Z').collect()
}

/// Returns when the entry at a position was signed, even if it is erased.
fn time_at(tx: &Tx<'_>, at: u64) -> Result<Timestamp, Error> {
    let entry = log::entry_at(tx, at)?.ok_or_else(|| damaged(format!("entry {at} is missing")))?;
    let time = match erased_and_imported::erased(tx, at)? {
        Some((_, by)) => erased_time(tx, by)?,
        None => Some(decode(&entry.signed.text)?.signed),
    };
    Ok(time.ok_or_else(|| damaged(format!("entry {at} is erased, and nothing says when it was signed")))?)
}

/// Copies the newest checkpoint to the second folder, in case that failed at commit.
pub fn keep_checkpoint(app: &App) -> Result<(), Error> {
    if let Some(second) = app.log.second() {
        second.add(&checkpoint(app)?);
    }
    Ok(())
}

/// Returns an `allowed_signers` file (ssh-keygen(1)) of everyone's keys, each valid from its entry in the log until it
/// was retired or compromised. A leaver's keys are included, as their signatures stay valid; so are those of other logs'
/// signers of what was received, as `ID@ORIGIN`.
pub fn signers(app: &App) -> Result<String, Error> {
    app.log.db.read(|tx| {
        let mut lines = String::new();
        for person in people::people(tx, &app.viewer, &Role::ALL)? {
            for (key, at) in people::keys_of(tx, &person.id)? {
                lines.push_str(&signer_line(tx, &person.id, &key, at)?);
                lines.push('\n');
            }
        }
        lines.push_str(&lines_of_others(tx, &app.viewer)?);
        Ok(lines)
    })
}

/// Returns the lines of the signers of what bundles brought, named with their log.
pub(crate) fn lines_of_others(tx: &Tx<'_>, viewer: &Viewer) -> Result<String, Error> {
    let mut lines = String::new();
    for ElsewhereSigner { name, key, since } in elsewhere::signers(tx, viewer)? {
        let valid = since.map_or(String::new(), |at| format!(",valid-after=\"{}\"", signer_time(at)));
        // Writing to a String cannot fail.
        let _ = writeln!(lines, "{name} namespaces=\"{}\"{valid} {key}", namespace_of(&key));
    }
    Ok(lines)
}

/// Returns the newest checkpoint, a signed note.
pub fn checkpoint(app: &App) -> Result<String, Error> {
    let head = app.log.db.read(log::head)?;
    Ok(head.map(|head| head.checkpoint).unwrap_or_default())
}

/// Returns a key's line in `allowed_signers` (ssh-keygen(1)), valid from its entry in the log until it was retired or
/// compromised.
pub(crate) fn signer_line(tx: &Tx<'_>, person: &PersonId, key: &PublicKey, at: u64) -> Result<String, Error> {
    let mut valid = format!("valid-after=\"{}\"", signer_time(statement_at(tx, at)?.signed));
    let registered = people::registered_key(tx, &key.fingerprint())?;
    if let Some(end) = registered.and_then(|registered| registered.compromised.or(registered.retired)) {
        // Writing to a String cannot fail.
        let _ = write!(valid, ",valid-before=\"{}\"", signer_time(time_at(tx, end)?));
    }
    Ok(format!("{person} namespaces=\"{}\",{valid} {key}", namespace_of(key)))
}
