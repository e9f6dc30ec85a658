//! Collects all data held about one person, and lists records kept past their retention period.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};

use crate::app::App;
use crate::bundle::elsewhere;
use crate::error::Error;
use crate::log::touched::full_statement;
use crate::record::records;
use countersign_core::people::person::{Enrolment, Person};
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::{PersonId, StatementId};
use countersign_core::primitives::key::PublicKey;
use countersign_core::primitives::text::SafeText;
use countersign_core::record::evidence::File;
use countersign_core::record::view::FullStatement;
use countersign_store::db::Tx;
use countersign_store::error::damaged;
use countersign_store::index::people;
use countersign_store::{claims, erased_and_imported, evidence, log, workspace};

/// Entries read at a time.
const PART: u64 = 512;
/// The fields of a statement that start with a person's id.
const NAMING: [&str; 9] =
    ["trainee", "signer", "person", "whose", "officer", "holder", "supervisor", "verifier", "employer"];

/// All data held about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectAccessReport {
    /// As of the newest statement.
    pub person: Person,
    pub enrolment: Option<Enrolment>,
    /// Oldest first.
    pub keys: Vec<PublicKey>,
    /// Every statement by or about them, oldest first.
    pub statements: Vec<FullStatement>,
    /// Unsigned work by or about them.
    pub begun: Vec<UnsignedWork>,
}

/// A piece of unsigned work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsignedWork {
    /// `mark`, `draft`, `recent`, `hours`, `claim` or `evidence`.
    pub what: String,
    pub person: String,
    pub trainee: String,
    pub text: String,
}

/// A person whose records are past their retention period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    pub id: PersonId,
    pub name: SafeText,
    pub left: bool,
    pub statements: u64,
    /// When the newest statement about them was signed.
    pub newest: Timestamp,
    /// The day the retention period ended.
    pub since: NaiveDate,
}

/// Returns all data held about a person.
pub fn report(app: &App, id: &PersonId) -> Result<SubjectAccessReport, Error> {
    let person = app.person(id)?;
    let mut ids: Vec<StatementId> = Vec::new();
    each_text(app, &mut |entry, text| {
        if names(text, id) {
            ids.push(entry);
        }
    })?;
    let mut statements = ids.into_iter().map(|id| records::statement(app, id)).collect::<Result<Vec<_>, _>>()?;
    statements.extend(put_back_of(app, id)?);
    statements.extend(elsewhere::full(app, id)?);
    app.log.db.read(|tx| {
        let keys = people::keys_of(tx, id)?.into_iter().map(|(key, _)| key).collect();
        let (enrolment, begun) = (people::enrolment(tx, id)?, workspace::begun(tx, id)?);
        let begun = begun.into_iter().map(|[what, person, trainee, text]| UnsignedWork { what, person, trainee, text });
        let begun = begun.chain(claimed(app, tx, id)?).collect();
        Ok(SubjectAccessReport { person, enrolment, keys, statements, begun })
    })
}

/// Returns the people with no new statement about them for this many years, longest first. It only lists them; deletion
/// is a person's decision.
pub fn retention(app: &App, years: u32, today: NaiveDate) -> Result<Vec<Due>, Error> {
    let mut records: BTreeMap<String, (u64, Option<Timestamp>)> = BTreeMap::new();
    each_text(app, &mut |_, text| {
        if let (Some(id), Some(signed)) = (field(text, "trainee"), field(text, "signed")) {
            let (count, newest) = records.entry(id.to_owned()).or_default();
            *count += 1;
            *newest = (*newest).max(signed.parse().ok());
        }
    })?;
    let mut due = Vec::new();
    for (id, (statements, newest)) in records {
        let (Ok(id), Some(newest)) = (id.parse::<PersonId>(), newest) else { continue };
        let Some(since) = newest.day().checked_add_months(Months::new(years.saturating_mul(12))) else { continue };
        if since <= today {
            let person = app.person(&id)?;
            due.push(Due { id, name: person.name, left: person.left, statements, newest, since });
        }
    }
    due.sort_by(|a, b| a.since.cmp(&b.since).then_with(|| a.id.cmp(&b.id)));
    Ok(due)
}

/// Returns a trainee's claims and evidence as text.
fn claimed(app: &App, tx: &Tx<'_>, id: &PersonId) -> Result<Vec<UnsignedWork>, Error> {
    let own = |what: &str, text: String| UnsignedWork {
        what: what.to_owned(),
        person: id.to_string(),
        trainee: id.to_string(),
        text,
    };
    let mut all = Vec::new();
    for claim in claims::of_trainee(tx, &app.viewer, id)? {
        let codes: Vec<String> = claim.items.iter().map(|item| item.code.to_string()).collect();
        let reflection = claim.reflection.as_ref().map_or("", SafeText::as_str);
        let text = format!("{} {} {} {}\n{reflection}", claim.id, claim.made, claim.state(), codes.join(" "));
        all.push(own("claim", text.trim_end().to_owned()));
    }
    let files = evidence::files(tx, &app.viewer, id)?;
    let line = |file: &File| format!("{} sha256:{} {}", file.added, file.digest.hex(), file.name);
    all.extend(files.iter().map(|file| own("evidence", line(file))));
    Ok(all)
}

/// Returns the imported statements by or about a person.
fn put_back_of(app: &App, id: &PersonId) -> Result<Vec<FullStatement>, Error> {
    app.log.db.read(|tx| {
        let mut found = Vec::new();
        for position in erased_and_imported::imported_at(tx)? {
            let Some(back) = erased_and_imported::imported(tx, position)?.filter(|back| names(&back.signed.text, id))
            else {
                continue;
            };
            let signature: [u8; 64] = back.signed.signature.as_slice().try_into().map_err(damaged)?;
            found.push(full_statement(tx, (position, back.id), back.signed.text, (&back.key, &signature), None)?);
        }
        Ok(found)
    })
}

/// Calls `each` with the text of every statement, oldest first.
fn each_text(app: &App, each: &mut dyn FnMut(StatementId, &str)) -> Result<(), Error> {
    app.log.db.read(|tx| {
        let size = log::head(tx)?.map_or(0, |head| head.size);
        for at in (0..size).step_by(PART as usize) {
            for entry in log::entries(tx, at..(at + PART).min(size))? {
                each(entry.id, &String::from_utf8_lossy(&entry.text));
            }
        }
        Ok(())
    })
}

/// Returns the first word of a field.
fn field<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?;
    line.split(' ').next()
}

/// Returns whether a statement's text names a person by id.
fn names(text: &str, id: &PersonId) -> bool {
    text.lines().any(|line| {
        let mut words = line.split(' ');
        let Some(field) = words.next() else { return false };
        // `attended employer 02c1 NAME` starts with the party.
        if field == "attended" {
            words.next();
        }
        (field == "attended" || NAMING.contains(&field)) && words.next() == Some(id.as_str())
    })
}
