//! Exports a trainee's own record: every statement about them, and the keys to check them with.

use std::collections::BTreeSet;

use crate::app::App;
use crate::bundle::elsewhere;
use crate::error::Error;
use crate::maintenance::export::{lines_of_others, signer_line};
use crate::record::records;
use countersign_core::people::person::Viewer;
use countersign_core::primitives::ids::PersonId;
use countersign_core::record::view::FullStatement;
use countersign_core::statement::decode::decode;
use countersign_store::index::people;
use countersign_store::log;

/// Returns every statement about a trainee, oldest first; an imported one follows its import. Those of other departments' logs
/// are last.
pub fn own_statements(app: &App, trainee: &PersonId) -> Result<Vec<FullStatement>, Error> {
    let ids = app.log.db.read(|tx| log::ids_about(tx, &app.viewer, trainee))?;
    let mut all = Vec::new();
    for id in ids {
        let full = records::statement(app, id)?;
        // An imported statement has no entry of its own.
        let back = decode(&full.text).ok().and_then(|statement| statement.body.put_back());
        all.push(full);
        if let Some(of) = back {
            all.push(records::statement(app, of)?);
        }
    }
    all.extend(elsewhere::full(app, trainee)?);
    Ok(all)
}

/// Returns an `allowed_signers` file of the people who signed on this record, with the validity of each key.
pub fn own_signers(app: &App, trainee: &PersonId) -> Result<String, Error> {
    let mut signers: BTreeSet<PersonId> = BTreeSet::new();
    for full in own_statements(app, trainee)? {
        signers.extend(decode(&full.text).ok().map(|statement| statement.signer.who.id));
    }
    app.log.db.read(|tx| {
        let mut lines = String::new();
        for id in &signers {
            for (key, at) in people::keys_of(tx, id)? {
                lines.push_str(&signer_line(tx, id, &key, at)?);
                lines.push('\n');
            }
        }
        lines.push_str(&lines_of_others(tx, &Viewer::Own(trainee.clone()))?);
        Ok(lines)
    })
}
