//! Collects the values of one person's competence record.

use crate::app::App;
use crate::error::Error;
use crate::people::supervision::supervisors_of;
use crate::record::outstanding;
use crate::report::file::{DocumentFormat, SheetFormat};
use crate::report::made::made;
use crate::report::matrix::level_words;
use crate::report::portfolio::registrations;
use crate::standards::standard::attributed;
use countersign_core::people::person::{Person, Role};
use countersign_core::primitives::ids::PersonId;
use countersign_report::pdf::person;
use countersign_report::person::PersonRecord;

/// Makes a person's competence record. `by` is who has it made, if they were named.
pub fn document(app: &App, whose: &PersonId, format: DocumentFormat, by: Option<&Person>) -> Result<Vec<u8>, Error> {
    let of = values(app, whose, by)?;
    match format {
        DocumentFormat::Pdf => person::person(&of).map_err(Error::refused),
        DocumentFormat::Sheet(SheetFormat::Xlsx) => of.xlsx().map_err(Error::refused),
        DocumentFormat::Sheet(SheetFormat::Csv) => Ok(of.csv().into_bytes()),
    }
}

/// Reads what a competence record shows.
pub fn values(app: &App, whose: &PersonId, by: Option<&Person>) -> Result<PersonRecord, Error> {
    let person = app.person(whose)?;
    let (record, records) = outstanding::whole_record(app, whose)?;
    let named = |one: Person| {
        let registered = one.registration.map(|said| format!(" ({said})")).unwrap_or_default();
        format!("{}{registered}", one.name)
    };
    let roles: Vec<&str> = person.roles.iter().copied().map(Role::words).collect();
    Ok(PersonRecord {
        made: made(app, by)?,
        role: roles.join(" and "),
        level: Some(level_words(person.level.as_ref())).filter(|level| !level.is_empty()),
        registration: person.registration.map(|said| said.to_string()),
        department: person.department.map(|said| said.to_string()),
        supervisors: supervisors_of(app, whose)?.into_iter().map(named).collect(),
        registrations: registrations(app, records.iter().flatten())?,
        measure: app.measure()?,
        attribution: attributed(&record.standard),
        record,
        records,
    })
}
