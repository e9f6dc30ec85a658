//! Collects the values of a record of achievement.

use crate::app::App;
use crate::error::Error;
use crate::record::outstanding;
use crate::report::made::made;
use crate::report::portfolio::registrations;
use crate::standards::standard::attributed;
use countersign_core::people::person::Person;
use countersign_core::primitives::ids::PersonId;
use countersign_report::pdf::certificate::{self, Certificate};

/// Makes a trainee's record of achievement as PDF. `by` is the person who issues it, if they were named.
pub fn certificate(app: &App, trainee: &PersonId, by: Option<&Person>) -> Result<Vec<u8>, Error> {
    let (record, records) = outstanding::whole_record(app, trainee)?;
    let of = Certificate {
        made: made(app, by)?,
        registrations: registrations(app, records.iter().flatten())?,
        attribution: attributed(&record.standard),
        record,
        records,
    };
    if of.is_empty() {
        let name = &of.record.trainee.name;
        return Err(Error::refused(format!("No sign-off of {name} counts, so there is nothing to certify"))
            .hint("A record of achievement can be made after the first sign-off. `countersign report person` shows what is open"));
    }
    certificate::certificate(&of).map_err(Error::refused)
}
