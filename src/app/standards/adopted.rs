//! Looks up the standards that the department has adopted.

use crate::app::App;
use crate::error::Error;
use chrono::NaiveDate;
use countersign_core::primitives::ids::StandardRef;
use countersign_core::programme::funding_rules;
use countersign_core::standard::Standard;
use countersign_core::standard::versions::{picked, versioned};
use countersign_store::index::standards;

/// Returns the adopted standards in full.
pub fn standards(app: &App) -> Result<Vec<std::sync::Arc<Standard>>, Error> {
    let all = app.log.db.read(standards::all)?;
    let mut found = Vec::with_capacity(all.len());
    for of in all {
        found.extend(app.log.standard(&of)?);
    }
    Ok(found)
}

/// Returns an adopted standard in full.
pub fn standard(app: &App, of: &StandardRef) -> Result<std::sync::Arc<Standard>, Error> {
    let found = app.log.standard(of)?;
    found.ok_or_else(|| Error::refused(format!("{of} is not in the file")))
}

/// Returns warnings about starting a trainee on a standard on a day.
pub fn start_warnings(app: &App, of: &StandardRef, start: NaiveDate) -> Result<Vec<String>, Error> {
    let adopted = standards(app)?;
    funding_rules::start_warnings(standard(app, of)?.as_ref(), &adopted, start)
        .map_err(|fault| Error::refused(fault.to_string()))
}

/// Finds an adopted standard by reference (`ST0413`, if only one version is adopted) or by reference and version.
pub fn find_standard(app: &App, text: &str) -> Result<StandardRef, Error> {
    let all = app.log.db.read(standards::all)?;
    let named =
        |of: &&StandardRef| of.to_string().eq_ignore_ascii_case(text) || of.reference().eq_ignore_ascii_case(text);
    let fits: Vec<&StandardRef> = all.iter().filter(named).collect();
    match fits.as_slice() {
        [one] => Ok((*one).clone()),
        [] => Err(Error::usage(format!("No standard “{text}” is adopted")).hint(listed("Adopted", &all))),
        several => {
            let several: Vec<StandardRef> = several.iter().map(|of| (*of).clone()).collect();
            Err(Error::usage(format!("“{text}” is more than one standard")).hint(listed("Say which", &several)))
        }
    }
}

/// Finds an adopted standard by reference, with or without version. Without one, it prefers the version the trainee is
/// on, then the one for the start day.
pub fn standard_for(
    app: &App,
    text: &str,
    start: NaiveDate,
    before: Option<&StandardRef>,
) -> Result<StandardRef, Error> {
    let adopted = standards(app)?;
    let of = |reference: &str| -> Vec<_> {
        adopted.iter().filter(|one| one.reference().reference().eq_ignore_ascii_case(reference)).collect()
    };
    let fits = of(text);
    if let (Some(before), true) = (before, fits.len() > 1)
        && fits.iter().any(|one| one.reference() == before)
    {
        return Ok(before.clone());
    }
    if let (Some(one), true) = (picked(&fits, &adopted, start), fits.len() > 1) {
        return Ok(one.reference().clone());
    }
    let spoken = text.rsplit_once(' ').map(|(reference, version)| (of(reference.trim_end()), version));
    match spoken.as_ref().and_then(|(fits, version)| versioned(fits, version)) {
        Some((one, _)) => Ok(one.reference().clone()),
        None => find_standard(app, text),
    }
}

pub fn listed(word: &str, standards: &[StandardRef]) -> String {
    let names: Vec<String> = standards.iter().map(ToString::to_string).collect();
    if names.is_empty() { "None is adopted yet".to_owned() } else { format!("{word}: {}", names.join(", ")) }
}

/// Returns whether this version is adopted.
pub fn is_adopted(app: &App, of: &StandardRef) -> Result<bool, Error> {
    Ok(app.log.standard(of)?.is_some())
}
