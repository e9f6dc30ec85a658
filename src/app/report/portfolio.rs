//! Collects the values of a portfolio.

use std::collections::BTreeMap;

use crate::app::App;
use crate::claims::claim;
use crate::error::Error;
use crate::programme::{hours, reviews};
use crate::record::{outstanding, records};
use crate::report::made::made;
use crate::standards::standard::attributed;
use countersign_core::people::person::Person;
use countersign_core::primitives::ids::{PersonId, StatementId};
use countersign_core::record::view::Record;
use countersign_report::pdf::portfolio::{self, Portfolio};

/// Makes a trainee's portfolio as PDF. `by` is the person who has it made, if they were named.
pub fn portfolio(app: &App, trainee: &PersonId, by: Option<&Person>) -> Result<Vec<u8>, Error> {
    portfolio::portfolio(&values(app, trainee, by)?).map_err(Error::refused)
}

/// Reads what a portfolio shows.
pub fn values(app: &App, trainee: &PersonId, by: Option<&Person>) -> Result<Portfolio, Error> {
    let (record, records) = outstanding::whole_record(app, trainee)?;
    let kept = outstanding::no_longer_asked(app, trainee)?;
    let signed = records.iter().chain(kept.iter().map(|kept| &kept.records)).flatten();
    Ok(Portfolio {
        made: made(app, by)?,
        registrations: registrations(app, signed)?,
        reviews: reviews::reviews(app, trainee)?,
        hours: hours::hours_plan(app, trainee)?,
        files: claim::files_of(app, trainee)?,
        attribution: attributed(&record.standard),
        record,
        records,
        kept,
    })
}

/// Returns the registration that each signer signed with.
pub(crate) fn registrations<'a>(
    app: &App,
    signed: impl Iterator<Item = &'a Record>,
) -> Result<BTreeMap<StatementId, String>, Error> {
    let mut found = BTreeMap::new();
    for record in signed {
        if let Some(registration) = records::check(app, record.id)?.registration {
            found.insert(record.id, registration.to_string());
        }
    }
    Ok(found)
}
