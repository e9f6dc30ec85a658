//! Records that a trainee has read, or disagrees with, a statement on their own record.

use crate::app::App;
use crate::error::Error;
use crate::keys::session::Credential;
use crate::log::sign;
use crate::log::statements::signed_elsewhere;
use crate::record::annotations;
use countersign_core::primitives::ids::{PersonId, StatementId};
use countersign_core::primitives::text::SafeText;
use countersign_core::record::view::SignedReceipt;
use countersign_core::statement::decode::decode;
use countersign_store::log;

/// Acknowledges a record as its trainee or, with a reason, disputes it.
pub fn answer_record(
    app: &mut App,
    who: &PersonId,
    proof: &Credential,
    of: StatementId,
    reason: Option<&SafeText>,
) -> Result<SignedReceipt, Error> {
    let doing = if reason.is_some() { "Disputing a record" } else { "Acknowledging a record" };
    let answer = |app: &mut App| -> Result<SignedReceipt, Error> {
        let entry = app.log.db.read(|tx| log::seen_entry(tx, &app.viewer, of))?;
        let Some(entry) = entry else {
            let elsewhere = app.log.db.read(|tx| signed_elsewhere(tx, &app.viewer, of))?;
            return Err(elsewhere.unwrap_or_else(|| Error::usage(format!("There is no statement {of}"))));
        };
        let person = app.person(who)?;
        if decode(&entry.signed.text)?.body.person() != Some(who) {
            return Err(Error::refused(format!("It is not on the record of {}", person.name)));
        }
        let stated = sign::writing(app, |app| match reason {
            Some(reason) => annotations::dispute(app, who, proof, of, reason),
            None => annotations::acknowledge(app, who, proof, &[of]),
        });
        if app.viewer.own().is_some() {
            // A trainee signs with the passphrase each time, so no key stays in memory.
            app.end_session(who);
        }
        stated
    };
    answer(app).map_err(|e| e.context(doing))
}
