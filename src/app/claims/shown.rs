//! Compares the claims that wait with those that a signer was shown.

use crate::app::App;
use crate::error::Error;
use crate::people::person;
use countersign_core::primitives::ids::{ClaimId, KsbCode, PersonId};
use countersign_store::claims;

/// Refuses to sign items of a trainee if other claims wait on them than those that the signer was shown: signing answers
/// them, with what they say.
pub fn as_shown(app: &App, trainee: &PersonId, shown: &[(KsbCode, Option<ClaimId>)]) -> Result<(), Error> {
    let Some(enrolment) = person::enrolment(app, trainee)? else { return Ok(()) };
    let waiting = app.log.db.read(|tx| claims::waiting_on(tx, &app.viewer, trainee, &enrolment.standard))?;
    for (code, before) in shown {
        let now = waiting.get(code).map(|pending| pending.claim);
        if now == *before {
            continue;
        }
        let name = app.person(trainee)?.name;
        let what = match (before, now) {
            (None, _) => format!("{name} has claimed {code} since you looked"),
            (Some(_), None) => format!("The claim of {name} on {code} has gone since you looked"),
            (Some(_), Some(_)) => format!("{name} has replaced the claim on {code} since you looked"),
        };
        return Err(Error::refused(what).hint("Nothing was signed. Go back and look at it, then sign"));
    }
    Ok(())
}
