//! What leaves the file for others to check: signers, statements, the checkpoint.

use crate::app::error::Error;
use crate::app::records::statement_at;
use crate::app::service::App;
use crate::domain::key::PublicKey;
use crate::domain::person::Role;
use crate::domain::value::PersonId;
use crate::ledger::sshsig::NAMESPACE;
use crate::store::db::Tx;
use crate::store::{log, people};

impl App {
    /// An `allowed_signers` file (ssh-keygen(1)) of everyone's keys, each valid from the moment that the log had it. A
    /// leaver's key stays: what they signed stays good.
    pub fn signers(&self) -> Result<String, Error> {
        self.book.db.read(|tx| {
            let mut lines = String::new();
            for person in people::people(tx, &Role::ALL)? {
                for (key, at) in people::keys_of(tx, &person.id)? {
                    lines.push_str(&signer_line(tx, &person.id, &key, at)?);
                    lines.push('\n');
                }
            }
            Ok(lines)
        })
    }

    /// The newest checkpoint: a signed note.
    pub fn checkpoint(&self) -> Result<String, Error> {
        let head = self.book.db.read(log::head)?;
        Ok(head.map(|head| head.checkpoint).unwrap_or_default())
    }
}

/// The line of an `allowed_signers` file (ssh-keygen(1)) for a person's key, valid from the moment that the log had it.
pub(in crate::app) fn signer_line(tx: &Tx<'_>, person: &PersonId, key: &PublicKey, at: u64) -> Result<String, Error> {
    let since: String = statement_at(tx, at)?.signed.to_string();
    let since: String = since.chars().filter(|c| c.is_ascii_digit() || *c == 'Z').collect();
    Ok(format!("{person} namespaces=\"{NAMESPACE}\",valid-after=\"{since}\" {key}"))
}
