//! Collects what was signed between two days: by whom, of whom, how, how late, and what was sampled.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::NaiveDate;

use crate::app::App;
use crate::error::Error;
use crate::log::referenced::{effective_statement_at, index_mismatch};
use crate::report::file::SheetFormat;
use crate::report::made::made;
use crate::report::matrix::by_family_name;
use countersign_core::people::person::{Person, PersonRef};
use countersign_core::primitives::date::day_words;
use countersign_core::primitives::ids::PersonId;
use countersign_core::statement::Body;
use countersign_core::statement::kinds::sample::Sampled;
use countersign_core::statement::kinds::sign_off::Outcome;
use countersign_report::sheet::activity::{Act, Activity, Samples, Someone};
use countersign_store::db::Tx;
use countersign_store::index::people;
use countersign_store::queries::{live_sign_offs, quality_assurance};

/// Returns the name of the file in a folder.
pub fn file_name((from, to): (NaiveDate, NaiveDate), format: SheetFormat) -> String {
    format!("activity-{from}-to-{to}.{}", format.ending())
}

/// Returns the activity between two days, both included, as a document. `by` is who has it made.
pub fn document(
    app: &App,
    between: (NaiveDate, NaiveDate),
    format: SheetFormat,
    by: Option<&Person>,
) -> Result<Vec<u8>, Error> {
    if between.1 < between.0 {
        let (first, last) = (day_words(between.0), day_words(between.1));
        return Err(Error::usage(format!("The last day, {last}, is before the first, {first}"))
            .hint("Give --from before --to, which is today if it is not given"));
    }
    let activity = activity(app, between)?;
    match format {
        SheetFormat::Xlsx => activity.xlsx(&made(app, by)?).map_err(Error::refused),
        SheetFormat::Csv => Ok(activity.csv().into_bytes()),
    }
}

fn activity(app: &App, (from, to): (NaiveDate, NaiveDate)) -> Result<Activity, Error> {
    let late_days = app.policy()?.late_days;
    app.log.db.read(|tx| {
        let mut people = Known::default();
        let mut acts = Vec::new();
        for one in live_sign_offs::every(tx, &app.viewer)? {
            let statement = effective_statement_at(tx, one.position)?;
            let signed = statement.signed.local_day();
            if signed < from || signed > to {
                continue;
            }
            let Body::SignOff(said) = statement.body else { return Err(index_mismatch().into()) };
            acts.push(Act {
                trainee: people.someone(tx, &said.trainee)?,
                on: people.shared(said.item.standard.to_string()),
                code: one.code,
                signer: people.someone(tx, &statement.signer.who)?,
                registration: people
                    .shared(statement.signer.registration.map(|said| said.to_string()).unwrap_or_default()),
                signed,
                seen: one.observed,
                achieved: said.outcome == Outcome::Achieved,
                method: said.method,
                supervision: said.supervision,
                late: said.late.map(|said| said.to_string()).unwrap_or_default().into(),
                id: statement.id.to_string().into(),
            });
        }
        let samples = samples(app, tx, (from, to), &mut people)?;
        Ok(Activity { from, to, late_days, acts, samples })
    })
}

/// Returns what each verifier sampled in the period, and what waits for them now.
fn samples(
    app: &App,
    tx: &Tx<'_>,
    (from, to): (NaiveDate, NaiveDate),
    people: &mut Known,
) -> Result<Vec<Samples>, Error> {
    let mut found: BTreeMap<Someone, (u32, u32, u32)> = BTreeMap::new();
    for sample in quality_assurance::samples(tx, &app.viewer, u32::MAX)? {
        let statement = effective_statement_at(tx, sample.at)?;
        let on = statement.signed.local_day();
        let Body::Sample(said) = statement.body else { return Err(index_mismatch().into()) };
        if on < from || on > to {
            continue;
        }
        let counts = found.entry(people.someone(tx, &statement.signer.who)?).or_default();
        match said.outcome {
            Sampled::Accepted => counts.0 += 1,
            Sampled::Rejected => counts.1 += 1,
        }
    }
    for drawn in quality_assurance::drawn(tx, &app.viewer, None)? {
        if let Some(person) = people::person(tx, &drawn.verifier)? {
            found.entry(people.someone(tx, &PersonRef { id: person.id, name: person.name })?).or_default().2 += 1;
        }
    }
    let sampled = found.into_iter().map(|(who, (accepted, rejected, waiting))| Samples {
        verifier: who.name,
        accepted,
        rejected,
        waiting,
    });
    Ok(sampled.collect())
}

/// The people met so far, and texts that many sign-offs share.
#[derive(Debug, Default)]
struct Known {
    people: HashMap<PersonId, Someone>,
    texts: HashMap<String, Arc<str>>,
}

impl Known {
    /// Returns a person under their present name.
    fn someone(&mut self, tx: &Tx<'_>, who: &PersonRef) -> Result<Someone, Error> {
        if let Some(known) = self.people.get(&who.id) {
            return Ok(known.clone());
        }
        let name = people::person(tx, &who.id)?.map_or_else(|| who.name.clone(), |person| person.name);
        let (family, given) = by_family_name(name.as_str());
        let someone =
            Someone { sorted: (family.into(), given.into()), id: who.id.as_str().into(), name: name.as_str().into() };
        self.people.insert(who.id.clone(), someone.clone());
        Ok(someone)
    }

    fn shared(&mut self, text: String) -> Arc<str> {
        Arc::clone(self.texts.entry(text).or_insert_with_key(|text| text.as_str().into()))
    }
}
