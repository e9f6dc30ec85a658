//! What a trainee takes away: every statement on their own record, and the keys that check them. Reading alone.

use std::collections::BTreeSet;

use crate::app::app::App;
use crate::app::error::Error;
use crate::app::maintenance::export::signer_line;
use crate::domain::primitives::ids::PersonId;
use crate::domain::record::view::FullStatement;
use crate::domain::statement::Body;
use crate::domain::statement::decode::decode;
use crate::store::{log, people};

impl App {
    /// Every statement on a trainee's record, oldest first; what was put back stands after the import that did it.
    pub fn own_statements(&self, trainee: &PersonId) -> Result<Vec<FullStatement>, Error> {
        let ids = self.book.db.read(|tx| log::ids_about(tx, &self.viewer, trainee))?;
        let mut all = Vec::new();
        for id in ids {
            let full = self.statement(id)?;
            // What an import put back is nobody's entry, and follows it.
            let back = decode(&full.text).ok().and_then(|statement| match statement.body {
                Body::Import(import) => Some(import.of),
                _ => None,
            });
            all.push(full);
            if let Some(of) = back {
                all.push(self.statement(of)?);
            }
        }
        Ok(all)
    }

    /// An `allowed_signers` file of those alone who signed on this record, with the time that each key was good for.
    pub fn own_signers(&self, trainee: &PersonId) -> Result<String, Error> {
        let mut signers: BTreeSet<PersonId> = BTreeSet::new();
        for full in self.own_statements(trainee)? {
            signers.extend(decode(&full.text).ok().map(|statement| statement.signer.who.id));
        }
        self.book.db.read(|tx| {
            let mut lines = String::new();
            for id in &signers {
                for (key, at) in people::keys_of(tx, id)? {
                    lines.push_str(&signer_line(tx, id, &key, at)?);
                    lines.push('\n');
                }
            }
            Ok(lines)
        })
    }
}
