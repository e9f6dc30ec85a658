//! Indexes people, keys, enrolments and the policy.

use rusqlite::{OptionalExtension as _, Row, params};

use crate::codec::{self, OWN_LOG, digest_of, place, position, roles, roles_of, scope_of, scope_text};
use crate::db::{Tx, WriteTx};
use crate::error::{StoreError, damaged};
use crate::index::pauses;
use countersign_core::people::paid_hours::PaidHours;
use countersign_core::people::person::{Enrolment, Person, Viewer};
use countersign_core::primitives::date::{Timestamp, parse_day};
use countersign_core::primitives::ids::{Digest, PersonId, StandardRef};
use countersign_core::primitives::key::PublicKey;
use countersign_core::primitives::text::SafeText;
use countersign_core::record::ksb_status::StatusContext;
use countersign_core::record::view::TraineeCard;
use countersign_core::rules::log_state::{Policy, RegisteredKey};
use countersign_core::standard::options::Scope;
use countersign_core::statement::kinds::policy::PolicyName;

const PUT_PERSON: &str = r#"INSERT INTO person (id, name, roles, "left", department, registration, level, place)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (id) DO UPDATE SET
    name = ?2, roles = ?3, "left" = ?4, department = ?5, registration = ?6, level = ?7, place = ?8"#;
const PERSON: &str = r#"SELECT id, name, roles, "left", department, registration, level FROM person WHERE id = ?1"#;
const PEOPLE: &str =
    r#"SELECT id, name, roles, "left", department, registration, level FROM person WHERE roles & ?1 ORDER BY name, id"#;
const NAMED: &str =
    r#"SELECT id, name, roles, "left", department, registration, level FROM person WHERE name = ?1 LIMIT 2"#;
const PERSON_NUMBER: &str = "SELECT person FROM person WHERE id = ?1";
const PUT_HOLDER: &str = "INSERT INTO holder (key, person, place, pending) VALUES (?1, ?2, ?3, ?4)";
const HELD: &str = "SELECT id, line, pending, retired, compromised
    FROM key JOIN holder USING (key) JOIN person USING (person) WHERE fingerprint = ?1";
const GRANTED_AT: &str = "SELECT fingerprint FROM holder JOIN key USING (key) WHERE holder.place = ?1";
const OF_KEY: &str = " WHERE key = (SELECT key FROM key WHERE fingerprint = ?1)";
const HOLDER: &str =
    "SELECT id, line FROM key JOIN holder USING (key) JOIN person USING (person) WHERE fingerprint = ?1";
const KEYS_OF: &str = "SELECT line, holder.place FROM key JOIN holder USING (key) JOIN person USING (person) WHERE id = ?1 ORDER BY holder.place";
const PUT_ENROLMENT: &str =
    "INSERT INTO enrolment (trainee, standard, start, specialism, place, weekly, scope, planned_end, aged_16_to_18)
    SELECT ?1, standard, ?4, ?5, ?6, ?7, ?8, ?9, ?10 FROM standard WHERE reference = ?2 AND version = ?3
    ON CONFLICT (trainee) DO UPDATE SET standard = excluded.standard, start = ?4, specialism = ?5, place = ?6,
    weekly = ?7, scope = ?8, planned_end = ?9, aged_16_to_18 = ?10";
const SCOPE: &str = "SELECT standard, scope FROM enrolment WHERE trainee = ?1";
const ENROLMENT: &str =
    "SELECT reference, version, start, specialism, weekly, scope, planned_end, aged_16_to_18 FROM enrolment
    JOIN standard USING (standard) JOIN person ON person = trainee WHERE id = ?1";
const ENROLMENTS: &str =
    "SELECT reference, version, start, specialism, weekly, scope, id, planned_end, aged_16_to_18 FROM enrolment
    JOIN standard USING (standard) JOIN person ON person = trainee";
const CARDS: &str = r#"SELECT id, name, reference, version, specialism, start, coalesce(signed, 0) -
    CASE WHEN ?1 IS NULL THEN 0 ELSE (SELECT count(*) FROM state AS s WHERE s.trainee = enrolment.trainee
    AND s.standard = enrolment.standard AND CASE ?2 WHEN 0 THEN observed ELSE countersigned END < ?1
    AND (state <> 3 OR ?3)) END, scope, planned_end FROM enrolment
    JOIN person ON person = trainee JOIN standard USING (standard) LEFT JOIN summary USING (trainee, standard)
    WHERE "left" = 0 ORDER BY name, id"#;
const CARD: &str = "SELECT id, name, reference, version, specialism, start, coalesce(signed, 0) -
    CASE WHEN ?2 IS NULL THEN 0 ELSE (SELECT count(*) FROM state AS s WHERE s.trainee = enrolment.trainee
    AND s.standard = enrolment.standard AND CASE ?3 WHEN 0 THEN observed ELSE countersigned END < ?2
    AND (state <> 3 OR ?4)) END, scope, planned_end FROM person
    JOIN enrolment ON person = trainee JOIN standard USING (standard) LEFT JOIN summary USING (trainee, standard)
    WHERE id = ?1";
const NAMES: &str = r#"SELECT id, name FROM person WHERE roles & ?1 AND "left" = 0"#;
const PUT_POLICY: &str = "INSERT INTO policy (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2";
const POLICY: &str = "SELECT name, value FROM policy WHERE name <> 'issuer-key'";
const PUT_NEWEST: &str = "INSERT INTO newest (log, signed) VALUES (?1, ?2)
    ON CONFLICT (log) DO UPDATE SET signed = max(signed, ?2)";
const SET_NEWEST: &str = "INSERT INTO newest (log, signed) VALUES (?1, ?2) ON CONFLICT (log) DO UPDATE SET signed = ?2";
const NEWEST: &str = "SELECT signed FROM newest WHERE log = ?1";

/// Indexes a person's details.
pub(crate) fn put_person(tx: &WriteTx<'_>, person: &Person, at: u64) -> Result<(), StoreError> {
    let text = |value: &Option<SafeText>| value.as_ref().map(ToString::to_string);
    tx.prepared(PUT_PERSON)?.execute(params![
        person.id.as_str(),
        person.name.as_str(),
        roles(&person.roles),
        person.left,
        text(&person.department),
        text(&person.registration),
        text(&person.level),
        place(at),
    ])?;
    Ok(())
}

/// Indexes a key, by number, as a person's.
pub(crate) fn put_holder(
    tx: &WriteTx<'_>,
    key: i64,
    person: &PersonId,
    at: u64,
    pending: bool,
) -> Result<(), StoreError> {
    let number = number(tx, person)?.ok_or_else(|| damaged(format!("a key is held by {person}, who is not there")))?;
    tx.prepared(PUT_HOLDER)?.execute(params![key, number, place(at), pending])?;
    Ok(())
}

/// A change to a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyChange {
    /// Countersigned by a second training officer.
    Countersigned,
    /// Retired from a position on.
    Retired(u64),
    /// Compromised from a position on.
    Compromised(u64),
}

/// Applies a change to a key.
pub(crate) fn change_key(tx: &WriteTx<'_>, key: &Digest, change: KeyChange) -> Result<(), StoreError> {
    let (set, with) = match change {
        KeyChange::Countersigned => ("UPDATE holder SET pending = ?2", 0),
        KeyChange::Retired(at) => ("UPDATE holder SET retired = ?2", place(at)),
        KeyChange::Compromised(from) => ("UPDATE holder SET compromised = ?2", place(from)),
    };
    let changed = tx.prepared(&format!("{set}{OF_KEY}"))?.execute(params![key.0, with])?;
    if changed == 1 { Ok(()) } else { Err(damaged("a key that is not there is changed")) }
}

/// Returns the fingerprint of the key granted by the statement at a position, if there is one.
pub fn granted_at(tx: &Tx<'_>, at: u64) -> Result<Option<Digest>, StoreError> {
    let found: Option<Vec<u8>> = tx.prepared(GRANTED_AT)?.query_row([place(at)], |row| row.get(0)).optional()?;
    found.map(|bytes| digest_of(&bytes)).transpose()
}

/// Returns who has a key, and whether it can sign.
pub fn registered_key(tx: &Tx<'_>, fingerprint: &Digest) -> Result<Option<RegisteredKey>, StoreError> {
    tx.row(HELD, [fingerprint.0], |row| {
        Ok(RegisteredKey {
            person: id(row, 0)?,
            key: row.get_ref(1)?.as_str().map_err(damaged)?.parse().map_err(damaged)?,
            pending: row.get(2)?,
            retired: row.get::<_, Option<i64>>(3)?.map(position),
            compromised: row.get::<_, Option<i64>>(4)?.map(position),
        })
    })
}

/// Indexes a trainee's enrolment.
pub(crate) fn put_enrolment(tx: &WriteTx<'_>, enrolment: &Enrolment, at: u64) -> Result<(), StoreError> {
    let trainee = number(tx, &enrolment.trainee)?.ok_or_else(|| damaged("an enrolment has no trainee"))?;
    let standard = &enrolment.standard;
    let specialism = enrolment.specialism.as_ref().map(ToString::to_string);
    let start = enrolment.start.to_string();
    let put = tx.prepared(PUT_ENROLMENT)?.execute(params![
        trainee,
        standard.reference(),
        standard.version(),
        start,
        specialism,
        place(at),
        enrolment.weekly.map(PaidHours::in_hundredths),
        scope_text(&enrolment.scope),
        enrolment.end.map(codec::day),
        enrolment.aged_16_to_18
    ])?;
    if put == 1 { Ok(()) } else { Err(damaged("an enrolment is on a standard that is not there")) }
}

/// Indexes a policy setting.
pub(crate) fn put_policy(tx: &WriteTx<'_>, name: PolicyName, value: u32) -> Result<(), StoreError> {
    tx.prepared(PUT_POLICY)?.execute(params![name.slug(), value])?;
    Ok(())
}

/// Sets the log's newest time, even to an earlier one.
pub(crate) fn set_newest(tx: &WriteTx<'_>, signed: Timestamp) -> Result<(), StoreError> {
    tx.prepared(SET_NEWEST)?.execute(params![OWN_LOG, signed.seconds()])?;
    Ok(())
}

/// Raises the log's newest time.
pub(crate) fn put_newest(tx: &WriteTx<'_>, signed: Timestamp) -> Result<(), StoreError> {
    tx.prepared(PUT_NEWEST)?.execute(params![OWN_LOG, signed.seconds()])?;
    Ok(())
}

/// Returns the log's newest time.
pub fn newest(tx: &Tx<'_>) -> Result<Option<Timestamp>, StoreError> {
    let seconds: Option<i64> = tx.prepared(NEWEST)?.query_row([OWN_LOG], |row| row.get(0)).optional()?;
    Ok(seconds.map(Timestamp::from_seconds))
}

/// Returns a person's row number.
pub(crate) fn number(tx: &Tx<'_>, id: &PersonId) -> Result<Option<i64>, StoreError> {
    Ok(tx.prepared(PERSON_NUMBER)?.query_row([id.as_str()], |row| row.get(0)).optional()?)
}

/// Returns the person with an id.
pub fn person(tx: &Tx<'_>, id: &PersonId) -> Result<Option<Person>, StoreError> {
    tx.row(PERSON, [id.as_str()], person_of)
}

/// Returns the person with exactly this name, if there is only one.
pub fn named(tx: &Tx<'_>, viewer: &Viewer, name: &str) -> Result<Option<Person>, StoreError> {
    let mut statement = tx.prepared(NAMED)?;
    let mut rows = statement.query([name])?;
    let Some(first) = rows.next()?.map(person_of).transpose()? else { return Ok(None) };
    let only = rows.next()?.is_none();
    Ok(Some(first).filter(|person| only && viewer.may_see(&person.id)))
}

/// Returns people with one of these roles whom the viewer may see, by name, including leavers.
pub fn people(
    tx: &Tx<'_>,
    viewer: &Viewer,
    with: &[countersign_core::people::person::Role],
) -> Result<Vec<Person>, StoreError> {
    let mut statement = tx.prepared(PEOPLE)?;
    let mut rows = statement.query([roles(with)])?;
    let mut people = Vec::new();
    while let Some(row) = rows.next()? {
        people.extend(Some(person_of(row)?).filter(|person| viewer.may_see(&person.id)));
    }
    Ok(people)
}

/// Returns current people who can sign off, by name.
pub fn signers(tx: &Tx<'_>) -> Result<Vec<Person>, StoreError> {
    let all = people(tx, &Viewer::Department, &[countersign_core::people::person::Role::Supervisor])?;
    Ok(all.into_iter().filter(|person| !person.left).collect())
}

/// Calls `each` with the id and name of every current person with one of these roles whom the viewer may see. Fast enough
/// for fuzzy search.
pub fn names(
    tx: &Tx<'_>,
    viewer: &Viewer,
    with: &[countersign_core::people::person::Role],
    each: &mut dyn FnMut(&str, &str),
) -> Result<(), StoreError> {
    let mut statement = tx.prepared(NAMES)?;
    let mut rows = statement.query([roles(with)])?;
    while let Some(row) = rows.next()? {
        let id = row.get_ref(0)?.as_str().map_err(damaged)?;
        if viewer.own().is_none_or(|own| own.as_str() == id) {
            each(id, row.get_ref(1)?.as_str().map_err(damaged)?);
        }
    }
    Ok(())
}

/// Returns the person who has a key, and the key.
pub fn holder(tx: &Tx<'_>, fingerprint: &Digest) -> Result<Option<(PersonId, PublicKey)>, StoreError> {
    let read = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?));
    let found = tx.prepared(HOLDER)?.query_row([fingerprint.0], read).optional()?;
    found.map(|(id, line)| Ok((id.parse().map_err(damaged)?, line.parse().map_err(damaged)?))).transpose()
}

/// Returns a person's keys, oldest first, each with the position of its grant.
pub fn keys_of(tx: &Tx<'_>, id: &PersonId) -> Result<Vec<(PublicKey, u64)>, StoreError> {
    tx.rows(KEYS_OF, [id.as_str()], |row| {
        let key = row.get_ref(0)?.as_str().map_err(damaged)?.parse().map_err(damaged)?;
        Ok((key, position(row.get(1)?)))
    })
}

/// Returns a trainee's enrolment.
pub fn enrolment(tx: &Tx<'_>, id: &PersonId) -> Result<Option<Enrolment>, StoreError> {
    tx.row(ENROLMENT, [id.as_str()], |row| {
        Ok(Enrolment {
            trainee: id.clone(),
            standard: standard_ref(row, 0)?,
            start: day(row, 2)?,
            specialism: clean(row, 3)?,
            weekly: weekly(row)?,
            end: end(row)?,
            scope: scope(row)?,
            aged_16_to_18: row.get("aged_16_to_18")?,
        })
    })
}

/// Reads the weekly paid hours of an enrolment row.
fn weekly(row: &Row<'_>) -> Result<Option<PaidHours>, StoreError> {
    let hundredths: Option<u16> = row.get(4)?;
    let wrong = || damaged("an enrolment has paid hours that no week has");
    hundredths.map(|hundredths| PaidHours::hundredths(hundredths).ok_or_else(wrong)).transpose()
}

/// Reads the column `planned_end` of a row.
fn end(row: &Row<'_>) -> Result<Option<chrono::NaiveDate>, StoreError> {
    row.get::<_, Option<i64>>("planned_end")?.map(codec::day_of).transpose()
}

/// Reads the column `scope` of a row.
fn scope(row: &Row<'_>) -> Result<Scope, StoreError> {
    scope_of(row.get_ref("scope")?.as_str_or_null().map_err(damaged)?)
}

/// Returns the number of a trainee's standard and their scope on it, by row number.
pub(crate) fn scope_of_number(tx: &Tx<'_>, trainee: i64) -> Result<Option<(i64, Scope)>, StoreError> {
    tx.row(SCOPE, [trainee], |row| Ok((row.get(0)?, scope(row)?)))
}

/// Returns every enrolment that the viewer may see.
pub fn enrolments(tx: &Tx<'_>, viewer: &Viewer) -> Result<Vec<Enrolment>, StoreError> {
    let mut statement = tx.prepared(ENROLMENTS)?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let (trainee, standard) = (id(row, 6)?, standard_ref(row, 0)?);
        let (start, specialism, weekly) = (day(row, 2)?, clean(row, 3)?, weekly(row)?);
        let (end, scope, aged_16_to_18) = (end(row)?, scope(row)?, row.get("aged_16_to_18")?);
        let enrolment = Enrolment { trainee, standard, start, specialism, weekly, end, scope, aged_16_to_18 };
        found.extend(Some(enrolment).filter(|enrolment| viewer.may_see(&enrolment.trainee)));
    }
    Ok(found)
}

/// Returns a trainee's summary; `total` stays 0, because it comes from the standard.
pub fn card(
    tx: &Tx<'_>,
    viewer: &Viewer,
    id: &PersonId,
    measure: &StatusContext,
) -> Result<Option<TraineeCard>, StoreError> {
    if !viewer.may_see(id) {
        return Ok(None);
    }
    let mut statement = tx.prepared(CARD)?;
    let lapsed = measure.good_from().map(codec::day);
    let mut rows =
        statement.query(params![id.as_str(), lapsed, measure.policy.countersign, measure.policy.carried_over])?;
    let Some(card) = rows.next()?.map(card_of).transpose()? else { return Ok(None) };
    Ok(Some(TraineeCard { pauses: pauses::of(tx, id)?, ..card }))
}

/// Returns the summaries of all current trainees, by name.
pub fn cards(tx: &Tx<'_>, viewer: &Viewer, measure: &StatusContext) -> Result<Vec<TraineeCard>, StoreError> {
    let mut statement = tx.prepared(CARDS)?;
    let lapsed = measure.good_from().map(codec::day);
    let mut rows = statement.query(params![lapsed, measure.policy.countersign, measure.policy.carried_over])?;
    let mut cards = Vec::new();
    while let Some(row) = rows.next()? {
        let mut card = card_of(row)?;
        card.pauses = pauses::of(tx, &card.id)?;
        if viewer.may_see(&card.id) {
            cards.push(card);
        }
    }
    Ok(cards)
}

/// Returns the policy.
pub fn policy(tx: &Tx<'_>) -> Result<Policy, StoreError> {
    let mut statement = tx.prepared(POLICY)?;
    let mut rows = statement.query([])?;
    let mut settings = Vec::new();
    while let Some(row) = rows.next()? {
        settings.push((row.get_ref(0)?.as_str().map_err(damaged)?.parse().map_err(damaged)?, row.get(1)?));
    }
    Ok(Policy::default().with(&settings))
}

fn person_of(row: &Row<'_>) -> Result<Person, StoreError> {
    Ok(Person {
        id: id(row, 0)?,
        name: clean(row, 1)?.ok_or_else(|| damaged("a person has no name"))?,
        roles: roles_of(row.get(2)?),
        left: row.get(3)?,
        department: clean(row, 4)?,
        registration: clean(row, 5)?,
        level: clean(row, 6)?,
    })
}

pub(crate) fn card_of(row: &Row<'_>) -> Result<TraineeCard, StoreError> {
    Ok(TraineeCard {
        id: id(row, 0)?,
        name: clean(row, 1)?.ok_or_else(|| damaged("a trainee has no name"))?,
        standard: standard_ref(row, 2)?,
        specialism: clean(row, 4)?,
        start: day(row, 5)?,
        end: end(row)?,
        planned: None,
        pauses: Vec::new(),
        signed: row.get(6)?,
        scope: scope(row)?,
        total: 0,
    })
}

pub(crate) fn id(row: &Row<'_>, at: usize) -> Result<PersonId, StoreError> {
    row.get_ref(at)?.as_str().map_err(damaged)?.parse().map_err(damaged)
}

pub(crate) fn clean(row: &Row<'_>, at: usize) -> Result<Option<SafeText>, StoreError> {
    let text = row.get_ref(at)?.as_str_or_null().map_err(damaged)?;
    text.map(|text| SafeText::as_signed(text).ok_or_else(|| damaged("a text contains what no text may"))).transpose()
}

fn day(row: &Row<'_>, at: usize) -> Result<chrono::NaiveDate, StoreError> {
    parse_day(row.get_ref(at)?.as_str().map_err(damaged)?).ok_or_else(|| damaged("a day is none"))
}

pub(crate) fn standard_ref(row: &Row<'_>, at: usize) -> Result<StandardRef, StoreError> {
    let (reference, version) = (row.get_ref(at)?, row.get_ref(at + 1)?);
    StandardRef::new(reference.as_str().map_err(damaged)?, version.as_str().map_err(damaged)?).map_err(damaged)
}
