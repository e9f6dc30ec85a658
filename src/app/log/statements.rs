//! Reads statements that count, by id or by kind.

use crate::app::App;
use crate::error::Error;
use crate::log::referenced::{effective_statement_at, index_mismatch};
use countersign_core::people::person::Viewer;
use countersign_core::primitives::ids::{PersonId, StatementId};
use countersign_core::statement::Statement;
use countersign_core::statement::decode::decode;
use countersign_store::db::Tx;
use countersign_store::from_elsewhere::held;
use countersign_store::index::programme_index::{self, FactKind};
use countersign_store::{erased_and_imported, log};

/// Returns a statement by id, from the log or an import, unless it is erased.
pub fn referenced_statement(app: &App, of: StatementId) -> Result<Statement, Error> {
    let missing = || Error::usage(format!("There is no statement {of}")).hint("`countersign history` lists them");
    app.log.db.read(|tx| {
        let Some(at) = erased_and_imported::position_of(tx, of)? else {
            return Err(signed_elsewhere(tx, &app.viewer, of)?.unwrap_or_else(missing));
        };
        if erased_and_imported::erased(tx, at)?.is_some() {
            return Err(Error::refused("It was erased: only its place in the log is left"));
        }
        let own = log::entry_at(tx, at)?.ok_or_else(index_mismatch)?;
        if own.id == of {
            return Ok(decode(&own.signed.text)?);
        }
        effective_statement_at(tx, at)
    })
}

/// Returns the refusal to change a statement that another department signed, if the id belongs to one.
pub(crate) fn signed_elsewhere(tx: &Tx<'_>, viewer: &Viewer, of: StatementId) -> Result<Option<Error>, Error> {
    let held = held::with_id(tx, viewer, of)?;
    Ok(held.map(|held| {
        let why =
            format!("It was signed at {0}. Only that department can withdraw, countersign or erase it", held.origin);
        Error::refused(why).hint("Ask that department. Its next bundle brings what it changed")
    }))
}

/// Returns the live statements of a kind about a trainee, newest first.
pub fn live_facts(app: &App, trainee: &PersonId, kind: FactKind) -> Result<Vec<Statement>, Error> {
    app.log.db.read(|tx| {
        let rows = programme_index::of(tx, &app.viewer, trainee, kind)?;
        rows.into_iter()
            .filter(programme_index::FactRow::is_live)
            .map(|row| effective_statement_at(tx, row.position))
            .collect()
    })
}
