//! The index of sign-offs: states, figures, histories. Must never be written but by `index`, nor read without a viewer.

use std::collections::HashMap;

use rusqlite::{OptionalExtension as _, params};

use crate::domain::competence::State;
use crate::domain::person::Viewer;
use crate::domain::statement::Outcome;
use crate::domain::value::{KsbCode, PersonId, StandardRef};
use crate::store::codec::{ksb, ksb_of, outcome, place, position};
use crate::store::db::{Tx, WriteTx};
use crate::store::error::{StoreError, damaged};

const ADD: &str = "INSERT INTO sign_off (place, trainee, standard, ksb, outcome, signer)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
const WITHDRAW: &str = "UPDATE sign_off SET withdrawn = ?2
    WHERE place = ?1 AND withdrawn IS NULL RETURNING trainee, standard, ksb";
const NEWEST_LIVE: &str = "SELECT outcome FROM sign_off
    WHERE trainee = ?1 AND standard = ?2 AND ksb = ?3 AND withdrawn IS NULL ORDER BY place DESC LIMIT 1";
const STATE: &str = "SELECT state FROM state WHERE trainee = ?1 AND standard = ?2 AND ksb = ?3";
const PUT_STATE: &str = "INSERT INTO state (trainee, standard, ksb, state) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (trainee, standard, ksb) DO UPDATE SET state = ?4";
const DROP_STATE: &str = "DELETE FROM state WHERE trainee = ?1 AND standard = ?2 AND ksb = ?3";
const STATES: &str = "SELECT ksb, state FROM state WHERE trainee = (SELECT person FROM person WHERE id = ?1)
    AND standard = (SELECT standard FROM standard WHERE reference = ?2 AND version = ?3)";
const SUMMARY: &str = "SELECT signed, duties FROM summary WHERE trainee = ?1 AND standard = ?2";
const PUT_SUMMARY: &str = "INSERT INTO summary (trainee, standard, signed, duties) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (trainee, standard) DO UPDATE SET signed = ?3, duties = ?4";
const DROP_SUMMARY: &str = "DELETE FROM summary WHERE trainee = ?1 AND standard = ?2";
const HISTORY: &str = "SELECT place, withdrawn FROM sign_off WHERE trainee = (SELECT person FROM person WHERE id = ?1)
    AND standard = (SELECT standard FROM standard WHERE reference = ?2 AND version = ?3) AND ksb = ?4
    ORDER BY place DESC";
const POSITIONS: &str = "SELECT place, withdrawn FROM sign_off
    WHERE ?1 IS NULL OR trainee = (SELECT person FROM person WHERE id = ?1)";
const WITHDRAWN: &str = "SELECT withdrawn FROM sign_off WHERE place = ?1";

/// A sign-off to index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) struct Indexed {
    /// Its position.
    pub position: u64,
    /// Of which KSB.
    pub code: KsbCode,
    /// Whether to the standard.
    pub outcome: Outcome,
}

/// Indexes a sign-off of `[trainee, standard, signer]`, known by number, and the state that follows; gives what the
/// trainee's figures gain. It is the newest, so its outcome decides.
pub(in crate::store) fn add(
    tx: &WriteTx<'_>,
    entry: &Indexed,
    [trainee, on, signer]: [i64; 3],
) -> Result<i64, StoreError> {
    let (at, said) = (place(entry.position), outcome(entry.outcome));
    tx.prepared(ADD)?.execute(params![at, trainee, on, ksb(entry.code), said, signer])?;
    set_state(tx, (trainee, on, entry.code), Some(said))
}

/// Indexes a withdrawal of the sign-off at `of` by the statement at `by`; gives whose figures, on which standard and for
/// which KSB gain how much.
pub(in crate::store) fn withdraw(tx: &WriteTx<'_>, of: u64, by: u64) -> Result<((i64, i64), KsbCode, i64), StoreError> {
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    let found: Option<(i64, i64, i64)> =
        tx.prepared(WITHDRAW)?.query_row(params![place(of), place(by)], read).optional()?;
    let (trainee, on, code) =
        found.ok_or_else(|| damaged("what is withdrawn is not there, or is withdrawn already"))?;
    let newest = tx.prepared(NEWEST_LIVE)?.query_row([trainee, on, code], |row| row.get(0)).optional()?;
    let code = ksb_of(code)?;
    Ok(((trainee, on), code, set_state(tx, (trainee, on, code), newest)?))
}

/// Sets the state of one KSB to what its newest live outcome says; gives what the trainee's figures gain: 1, 0 or -1.
fn set_state(tx: &WriteTx<'_>, item: (i64, i64, KsbCode), newest: Option<i64>) -> Result<i64, StoreError> {
    let (trainee, on, code) = item;
    let key = params![trainee, on, ksb(code)];
    let before: Option<i64> = tx.prepared(STATE)?.query_row(key, |row| row.get(0)).optional()?;
    let after = newest.map(|outcome| if outcome == 1 { 1 } else { 2 });
    if before == after {
        return Ok(0);
    }
    match after {
        Some(state) => tx.prepared(PUT_STATE)?.execute(params![trainee, on, ksb(code), state])?,
        None => tx.prepared(DROP_STATE)?.execute(key)?,
    };
    Ok(i64::from(after == Some(1)) - i64::from(before == Some(1)))
}

/// Adds what was gained to a trainee's figures: in all, and for each duty in the standard's order.
pub(in crate::store) fn add_to_summary(
    tx: &WriteTx<'_>,
    (trainee, on): (i64, i64),
    gained: i64,
    by_duty: &[i64],
) -> Result<(), StoreError> {
    let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?));
    let found = tx.prepared(SUMMARY)?.query_row([trainee, on], read).optional()?;
    let (signed, mut duties) = found.unwrap_or_default();
    duties.resize(by_duty.len() * 2, 0);
    for (gained, bytes) in by_duty.iter().zip(duties.chunks_exact_mut(2)) {
        let count = i64::from(u16::from_be_bytes([bytes[0], bytes[1]])) + gained;
        let count = u16::try_from(count).map_err(|_| damaged("a figure cannot be"))?;
        bytes.copy_from_slice(&count.to_be_bytes());
    }
    if signed + gained == 0 {
        tx.prepared(DROP_SUMMARY)?.execute([trainee, on])?;
    } else {
        tx.prepared(PUT_SUMMARY)?.execute(params![trainee, on, signed + gained, duties])?;
    }
    Ok(())
}

/// A trainee's states on a standard: those that are not open.
pub fn states(
    tx: &Tx<'_>,
    viewer: &Viewer,
    trainee: &PersonId,
    on: &StandardRef,
) -> Result<HashMap<KsbCode, State>, StoreError> {
    let mut states = HashMap::new();
    if !viewer.may_see(trainee) {
        return Ok(states);
    }
    let mut statement = tx.prepared(STATES)?;
    let mut rows = statement.query([trainee.as_str(), on.reference(), on.version()])?;
    while let Some(row) = rows.next()? {
        let state = if row.get::<_, i64>(1)? == 1 { State::Signed } else { State::NotYet };
        states.insert(ksb_of(row.get(0)?)?, state);
    }
    Ok(states)
}

/// The positions of a KSB's sign-offs, newest first, each with that of its withdrawal.
pub fn history(
    tx: &Tx<'_>,
    viewer: &Viewer,
    trainee: &PersonId,
    on: &StandardRef,
    code: KsbCode,
) -> Result<Vec<(u64, Option<u64>)>, StoreError> {
    let mut found = Vec::new();
    if !viewer.may_see(trainee) {
        return Ok(found);
    }
    let mut statement = tx.prepared(HISTORY)?;
    let mut rows = statement.query(params![trainee.as_str(), on.reference(), on.version(), ksb(code)])?;
    while let Some(row) = rows.next()? {
        found.push((position(row.get(0)?), row.get::<_, Option<i64>>(1)?.map(position)));
    }
    Ok(found)
}

/// The positions of the sign-offs and withdrawals on a trainee's record, or on everybody's, in the log's order.
pub fn positions(tx: &Tx<'_>, viewer: &Viewer, trainee: Option<&PersonId>) -> Result<Vec<u64>, StoreError> {
    let trainee = match (viewer, trainee) {
        (Viewer::Own(own), None) => Some(own),
        (_, trainee) => trainee,
    };
    if trainee.is_some_and(|trainee| !viewer.may_see(trainee)) {
        return Ok(Vec::new());
    }
    let mut statement = tx.prepared(POSITIONS)?;
    let mut rows = statement.query([trainee.map(PersonId::as_str)])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(position(row.get(0)?));
        found.extend(row.get::<_, Option<i64>>(1)?.map(position));
    }
    found.sort_unstable();
    Ok(found)
}

/// The position of the statement that withdrew the sign-off at `of`, if it is withdrawn.
pub fn withdrawn(tx: &Tx<'_>, of: u64) -> Result<Option<u64>, StoreError> {
    let found: Option<Option<i64>> = tx.prepared(WITHDRAWN)?.query_row([place(of)], |row| row.get(0)).optional()?;
    Ok(found.flatten().map(position))
}
