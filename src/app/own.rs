//! What a trainee takes away: every statement on their own record, and the keys that check them. Reading alone.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::app::error::Error;
use crate::app::records::statement_at;
use crate::app::service::App;
use crate::domain::statement::decode::decode;
use crate::domain::value::PersonId;
use crate::domain::view::FullStatement;
use crate::ledger::sshsig::NAMESPACE;
use crate::store::{log, people};

impl App {
    /// Every statement on a trainee's record, oldest first.
    pub fn own_statements(&self, trainee: &PersonId) -> Result<Vec<FullStatement>, Error> {
        let ids = self.book.db.read(|tx| log::ids_about(tx, &self.viewer, trainee))?;
        ids.into_iter().map(|id| self.statement(id)).collect()
    }

    /// An `allowed_signers` file of those alone who signed on this record.
    pub fn own_signers(&self, trainee: &PersonId) -> Result<String, Error> {
        let mut signers: BTreeSet<PersonId> = BTreeSet::new();
        for full in self.own_statements(trainee)? {
            signers.extend(decode(&full.text).ok().map(|statement| statement.signer.who.id));
        }
        self.book.db.read(|tx| {
            let mut lines = String::new();
            for id in &signers {
                for (key, at) in people::keys_of(tx, id)? {
                    let since: String = statement_at(tx, at)?.signed.to_string();
                    let since: String = since.chars().filter(|c| c.is_ascii_digit() || *c == 'Z').collect();
                    // Writing to a String cannot fail.
                    let _ = writeln!(lines, "{id} namespaces=\"{NAMESPACE}\",valid-after=\"{since}\" {key}");
                }
            }
            Ok(lines)
        })
    }
}
