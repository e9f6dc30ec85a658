//! Finds the claims that signing items of a trainee answers.

use crate::app::App;
use crate::error::Error;
use countersign_core::primitives::ids::{KsbCode, PersonId};
use countersign_core::record::claim::PendingClaim;
use countersign_store::claims;
use countersign_store::index::people;

/// Returns the claims that wait on these items of a trainee, each once.
pub fn waiting(app: &App, trainee: &PersonId, codes: &[KsbCode]) -> Result<Vec<PendingClaim>, Error> {
    let Some(enrolment) = app.log.db.read(|tx| people::enrolment(tx, trainee))? else { return Ok(Vec::new()) };
    let waiting = app.log.db.read(|tx| claims::waiting_on(tx, &app.viewer, trainee, &enrolment.standard))?;
    let mut found: Vec<PendingClaim> = Vec::new();
    for pending in codes.iter().filter_map(|code| waiting.get(code)) {
        if found.iter().all(|known| known.claim != pending.claim) {
            found.push(pending.clone());
        }
    }
    Ok(found)
}
