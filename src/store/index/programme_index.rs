//! Indexes the statements of a trainee's programme: progress reviews, confirmed hours, plans and gateway records.

use chrono::NaiveDate;
use rusqlite::{OptionalExtension as _, Row, params};

use crate::codec::{StandardNo, day, day_of, place, position};
use crate::db::{Tx, WriteTx};
use crate::error::{StoreError, damaged};
use crate::index::carried_index;
use countersign_core::people::person::Viewer;
use countersign_core::primitives::date::parse_day;
use countersign_core::primitives::ids::{PersonId, StatementId};
use countersign_core::primitives::text::SafeText;
use countersign_core::programme::hours::QuarterHours;
use countersign_core::rules::facts::PriorRecords;
use countersign_core::statement::Body;
use countersign_core::statement::kind::Kind;
use countersign_core::statement::kinds::hours::Hours;
use countersign_core::statement::kinds::review::Party;

const ADD: &str = "INSERT INTO fact (place, kind, trainee, first, last, signer) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
const ADD_HOUR: &str =
    "INSERT INTO hour (place, number, entry, trainee, day, quarters) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
const OF: &str = "SELECT place, first, last, withdrawn, doubted FROM fact
    WHERE trainee = (SELECT person FROM person WHERE id = ?1) AND kind = ?2 ORDER BY first DESC, place DESC";
const FATE: &str = "SELECT withdrawn, doubted FROM fact WHERE place = ?1";
const WITHDRAW: &str = "UPDATE fact SET withdrawn = ?2 WHERE place = ?1 AND withdrawn IS NULL";
const DOUBT: &str = "UPDATE fact SET doubted = ?2 WHERE place = ?1 AND doubted IS NULL";
const REMOVE: &str = "DELETE FROM fact WHERE place = ?1";
const REMOVE_HOURS: &str = "DELETE FROM hour WHERE place = ?1";
const DAY: &str = "SELECT quarters FROM hour JOIN fact USING (place)
    WHERE hour.trainee = (SELECT person FROM person WHERE id = ?1) AND day = ?2 AND place < ?3
    AND coalesce(withdrawn, ?3) >= ?3 AND coalesce(doubted, ?3) >= ?3";
const ENTRY: &str = "SELECT EXISTS (SELECT 1 FROM hour JOIN fact USING (place) WHERE entry = ?1 AND place < ?2
    AND coalesce(withdrawn, ?2) >= ?2 AND coalesce(doubted, ?2) >= ?2)";
const CONFIRMED: &str = "SELECT kind, person.id FROM fact JOIN person ON person = signer
    WHERE trainee = (SELECT person FROM person WHERE id = ?1) AND kind IN (4, 5) AND fact.place < ?2
    AND coalesce(withdrawn, ?2) >= ?2 AND coalesce(doubted, ?2) >= ?2 ORDER BY fact.place";
const DAYS: &str = "SELECT DISTINCT day FROM hour JOIN fact USING (place)
    WHERE hour.trainee = (SELECT person FROM person WHERE id = ?1) AND withdrawn IS NULL AND doubted IS NULL";
const PLANS: &str =
    "SELECT fact.trainee, id, fact.place FROM fact INDEXED BY fact_plan JOIN person ON person = fact.trainee
    WHERE kind = 7 AND withdrawn IS NULL AND doubted IS NULL ORDER BY fact.trainee, first, fact.place";
const SUM: &str = "SELECT coalesce(sum(quarters), 0) FROM hour JOIN fact USING (place)
    WHERE hour.trainee = (SELECT person FROM person WHERE id = ?1) AND withdrawn IS NULL AND doubted IS NULL";
const NEXT: &str = r#"SELECT id, name, start,
    (SELECT first FROM fact INDEXED BY fact_review WHERE trainee = person AND kind = 1 AND withdrawn IS NULL AND doubted IS NULL
    ORDER BY first DESC, place DESC LIMIT 1),
    (SELECT last FROM fact INDEXED BY fact_review WHERE trainee = person AND kind = 1 AND withdrawn IS NULL AND doubted IS NULL
    ORDER BY first DESC, place DESC LIMIT 1),
    enrolment.standard FROM enrolment JOIN person ON person = enrolment.trainee WHERE "left" = 0"#;

/// The kind of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FactKind {
    Review,
    Hours,
    Requirement,
    Employer,
    Provider,
    Recognition,
    TrainingPlan,
    CarryOver,
}

impl FactKind {
    /// All kinds, in the order of their numbers.
    pub const ALL: [Self; 8] = [
        Self::Review,
        Self::Hours,
        Self::Requirement,
        Self::Employer,
        Self::Provider,
        Self::Recognition,
        Self::TrainingPlan,
        Self::CarryOver,
    ];

    fn number(self) -> i64 {
        Self::ALL.iter().zip(1..).find(|(kind, _)| **kind == self).map_or(0, |(_, number)| number)
    }

    /// Returns the kind with a number.
    pub(crate) fn of(number: i64) -> Result<Self, StoreError> {
        let at = usize::try_from(number - 1).ok();
        let found = at.and_then(|at| Self::ALL.get(at)).copied();
        found.ok_or_else(|| damaged(format!("{number} is not a kind of fact")))
    }

    /// Returns the kind of statement.
    pub fn kind(self) -> Kind {
        match self {
            Self::Review => Kind::Review,
            Self::Hours => Kind::Hours,
            Self::Requirement => Kind::Requirement,
            Self::Employer | Self::Provider => Kind::Confirm,
            Self::Recognition => Kind::Recognition,
            Self::TrainingPlan => Kind::TrainingPlan,
            Self::CarryOver => Kind::CarryOver,
        }
    }
}

/// Indexes a fact about `[trainee, signer]`, given by row number, with its first and last day.
pub(crate) fn add(
    tx: &WriteTx<'_>,
    at: u64,
    kind: FactKind,
    [trainee, signer]: [i64; 2],
    (first, last): (NaiveDate, NaiveDate),
) -> Result<(), StoreError> {
    tx.prepared(ADD)?.execute(params![place(at), kind.number(), trainee, day(first), day(last), signer])?;
    Ok(())
}

/// Indexes the entries of confirmed hours.
pub(crate) fn add_hours(tx: &WriteTx<'_>, at: u64, trainee: i64, hours: &Hours) -> Result<(), StoreError> {
    for (number, entry) in (0_i64..).zip(&hours.entries) {
        let (id, on) = (entry.id.0.as_bytes().as_slice(), day(entry.day));
        tx.prepared(ADD_HOUR)?.execute(params![place(at), number, id, trainee, on, entry.hours.0])?;
    }
    Ok(())
}

/// Marks the fact at `of` as withdrawn by the statement at `by`; returns whether there is one.
pub(crate) fn withdraw(tx: &WriteTx<'_>, of: u64, by: u64) -> Result<bool, StoreError> {
    Ok(tx.prepared(WITHDRAW)?.execute([place(of), place(by)])? > 0)
}

/// Marks the fact at `of` as signed with a compromised key.
pub(crate) fn doubt(tx: &WriteTx<'_>, of: u64, by: u64) -> Result<(), StoreError> {
    tx.prepared(DOUBT)?.execute([place(of), place(by)])?;
    Ok(())
}

/// Removes the fact at a place.
pub(crate) fn remove(tx: &WriteTx<'_>, at: i64) -> Result<(), StoreError> {
    tx.prepared(REMOVE)?.execute([at])?;
    tx.prepared(REMOVE_HOURS)?.execute([at])?;
    carried_index::remove(tx, at)
}

/// An indexed fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FactRow {
    pub position: u64,
    /// The first day; for a review, the day it was held.
    pub first: NaiveDate,
    /// The last day; for a review, the day of the next one.
    pub last: NaiveDate,
    /// The position of the withdrawal.
    pub withdrawn: Option<u64>,
    /// The position of the statement that its key was compromised.
    pub doubted: Option<u64>,
}

impl FactRow {
    /// Returns whether it counts.
    pub fn is_live(&self) -> bool {
        self.withdrawn.is_none() && self.doubted.is_none()
    }
}

/// Returns a trainee's facts of a kind, newest day first.
pub fn of(tx: &Tx<'_>, viewer: &Viewer, trainee: &PersonId, kind: FactKind) -> Result<Vec<FactRow>, StoreError> {
    if !viewer.may_see(trainee) {
        return Ok(Vec::new());
    }
    tx.rows(OF, params![trainee.as_str(), kind.number()], |row| {
        Ok(FactRow {
            position: position(row.get(0)?),
            first: day_of(row.get(1)?)?,
            last: day_of(row.get(2)?)?,
            withdrawn: row.get::<_, Option<i64>>(3)?.map(position),
            doubted: row.get::<_, Option<i64>>(4)?.map(position),
        })
    })
}

/// Returns a trainee's confirmed hours that count.
pub fn confirmed_hours(tx: &Tx<'_>, viewer: &Viewer, trainee: &PersonId) -> Result<QuarterHours, StoreError> {
    if !viewer.may_see(trainee) {
        return Ok(QuarterHours::default());
    }
    Ok(QuarterHours(tx.prepared(SUM)?.query_row([trainee.as_str()], |row| row.get(0))?))
}

/// Returns the days of confirmed hours that count.
pub fn days_of_hours(tx: &Tx<'_>, viewer: &Viewer, trainee: &PersonId) -> Result<Vec<NaiveDate>, StoreError> {
    let mut found = Vec::new();
    if viewer.may_see(trainee) {
        let mut statement = tx.prepared(DAYS)?;
        let mut rows = statement.query([trainee.as_str()])?;
        while let Some(row) = rows.next()? {
            found.push(day_of(row.get(0)?)?);
        }
    }
    Ok(found)
}

/// Returns the position of every trainee's newest training plan, by row number.
pub fn plans(tx: &Tx<'_>, viewer: &Viewer) -> Result<Vec<(i64, u64)>, StoreError> {
    let mut statement = tx.prepared(PLANS)?;
    let mut rows = statement.query([])?;
    let mut found: Vec<(i64, u64)> = Vec::new();
    while let Some(row) = rows.next()? {
        let id: PersonId = row.get_ref(1)?.as_str().map_err(damaged)?.parse().map_err(damaged)?;
        let newest = (row.get(0)?, position(row.get(2)?));
        match found.last_mut() {
            Some(last) if last.0 == newest.0 => *last = newest,
            _ if viewer.may_see(&id) => found.push(newest),
            _ => {}
        }
    }
    Ok(found)
}

/// The positions of the statements that withdrew and doubted a fact.
type EntryStatus = (Option<u64>, Option<u64>);

/// Returns the statements that withdrew and doubted the fact at a position, if there is one.
pub fn fate(tx: &Tx<'_>, of: u64) -> Result<Option<EntryStatus>, StoreError> {
    let read = |row: &Row<'_>| Ok((row.get::<_, Option<i64>>(0)?, row.get::<_, Option<i64>>(1)?));
    let found = tx.prepared(FATE)?.query_row([place(of)], read).optional()?;
    Ok(found.map(|(withdrawn, doubted)| (withdrawn.map(position), doubted.map(position))))
}

/// Returns the earlier records that the rules need for a statement at a position.
pub fn before(tx: &Tx<'_>, body: &Body, at: u64) -> Result<PriorRecords, StoreError> {
    let mut before = PriorRecords::default();
    if let Body::Hours(hours) = body {
        let mut days: Vec<NaiveDate> = hours.entries.iter().map(|entry| entry.day).collect();
        days.dedup();
        for on in days {
            let mut statement = tx.prepared(DAY)?;
            let mut rows = statement.query(params![hours.trainee.id.as_str(), day(on), place(at)])?;
            while let Some(row) = rows.next()? {
                before.hours.push((on, QuarterHours(row.get(0)?)));
            }
        }
        for entry in &hours.entries {
            if is_confirmed(tx, entry.id, at)? {
                before.entries.push(entry.id);
            }
        }
    }
    if let Body::Confirm(confirm) = body {
        let mut statement = tx.prepared(CONFIRMED)?;
        let mut rows = statement.query(params![confirm.trainee.id.as_str(), place(at)])?;
        while let Some(row) = rows.next()? {
            let employer = FactKind::of(row.get(0)?)? == FactKind::Employer;
            let party = if employer { Party::Employer } else { Party::Provider };
            before.confirmed.push((party, row.get_ref(1)?.as_str().map_err(damaged)?.parse().map_err(damaged)?));
        }
    }
    Ok(before)
}

fn is_confirmed(tx: &Tx<'_>, entry: StatementId, at: u64) -> Result<bool, StoreError> {
    let id = entry.0.as_bytes().as_slice();
    Ok(tx.prepared(ENTRY)?.query_row(params![id, place(at)], |row| row.get(0))?)
}

/// A trainee's next review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextReview {
    pub id: PersonId,
    pub name: SafeText,
    /// The first day of the programme.
    pub start: NaiveDate,
    /// The day of the last review, if one was held.
    pub last: Option<NaiveDate>,
    /// The day that the last review set for it.
    pub due: Option<NaiveDate>,
    /// The current standard.
    pub standard: StandardNo,
}

/// Returns the next review of every current trainee, in no particular order.
pub fn next_reviews(tx: &Tx<'_>, viewer: &Viewer) -> Result<Vec<NextReview>, StoreError> {
    let mut statement = tx.prepared(NEXT)?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let id: PersonId = row.get_ref(0)?.as_str().map_err(damaged)?.parse().map_err(damaged)?;
        if !viewer.may_see(&id) {
            continue;
        }
        let start = row.get_ref(2)?.as_str().map_err(damaged)?;
        found.push(NextReview {
            id,
            name: SafeText::as_signed(row.get_ref(1)?.as_str().map_err(damaged)?).ok_or_else(|| damaged("a name"))?,
            start: parse_day(start).ok_or_else(|| damaged(format!("{start} is not a day")))?,
            last: row.get::<_, Option<i64>>(3)?.map(day_of).transpose()?,
            due: row.get::<_, Option<i64>>(4)?.map(day_of).transpose()?,
            standard: StandardNo(row.get(5)?),
        });
    }
    Ok(found)
}
