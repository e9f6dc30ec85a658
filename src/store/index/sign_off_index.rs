//! Indexes sign-offs: KSB states, totals and histories.
//!
//! Invariant: queries take a viewer, except those that signing and replay use.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use rusqlite::{OptionalExtension as _, params};

use crate::codec::{Item, day, day_of, ksb, ksb_of, outcome, outcome_of, place, position};
use crate::db::{Tx, WriteTx};
use crate::error::{StoreError, damaged};
use crate::index::carried_index;
use crate::index::elsewhere;
use crate::index::people::clean;
use countersign_core::people::person::Viewer;
use countersign_core::primitives::ids::{KsbCode, PersonId, StandardRef};
use countersign_core::programme::cohort::ReassessmentDue;
use countersign_core::record::ksb_status::{self, CountedRun, CountedSignOff, KsbOutcome, State, StatusContext};
use countersign_core::record::view::LastObservation;
use countersign_core::rules::log_state::Policy;
use countersign_core::standard::local_state::LocalTally;
use countersign_core::statement::kinds::sign_off::Outcome;

const ADD: &str = "INSERT INTO sign_off (place, trainee, standard, ksb, outcome, observed, signer, countersigned)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0)";
const WITHDRAW: &str = "UPDATE sign_off SET withdrawn = ?2
    WHERE place = ?1 AND withdrawn IS NULL RETURNING trainee, standard, ksb";
const REJECT: &str = "UPDATE sign_off SET rejected = ?2
    WHERE place = ?1 AND rejected IS NULL RETURNING trainee, standard, ksb";
const DOUBT: &str = "UPDATE sign_off SET doubted = ?2
    WHERE place = ?1 AND doubted IS NULL RETURNING trainee, standard, ksb";
const COUNTERSIGN: &str = "UPDATE sign_off SET countersigned = countersigned + ?2
    WHERE place = ?1 RETURNING trainee, standard, ksb";
const REMOVE: &str = "DELETE FROM sign_off WHERE place = ?1 RETURNING trainee, standard, ksb";
const LIVE: &str =
    "SELECT outcome, observed, countersigned FROM sign_off WHERE trainee = ?1 AND standard = ?2 AND ksb = ?3
    AND withdrawn IS NULL AND rejected IS NULL AND doubted IS NULL ORDER BY observed, place";
/// Of this log and others. Of one day, those that were signed later come later: ids sort by time.
const LIVE_ANYWHERE: &str = "SELECT outcome, observed, countersigned, id FROM sign_off JOIN entry USING (place)
    WHERE trainee = ?1 AND standard = ?2 AND ksb = ?3
    AND withdrawn IS NULL AND rejected IS NULL AND doubted IS NULL
    UNION ALL SELECT outcome, observed, countersigned, id FROM elsewhere
    WHERE trainee = ?1 AND standard = ?2 AND ksb = ?3
    AND withdrawn IS NULL AND rejected IS NULL AND doubted IS NULL ORDER BY observed, id";
const LEFT: &str = "SELECT outcome, observed, countersigned, place FROM sign_off
    WHERE trainee = (SELECT person FROM person WHERE id = ?1)
    AND standard = (SELECT standard FROM standard WHERE reference = ?2 AND version = ?3) AND ksb = ?4
    AND withdrawn IS NULL AND rejected IS NULL AND doubted IS NULL ORDER BY observed, place";
const LEFT_ANYWHERE: &str = "SELECT outcome, observed, countersigned, place, id FROM sign_off JOIN entry USING (place)
    WHERE trainee = (SELECT person FROM person WHERE id = ?1)
    AND standard = (SELECT standard FROM standard WHERE reference = ?2 AND version = ?3) AND ksb = ?4
    AND withdrawn IS NULL AND rejected IS NULL AND doubted IS NULL
    UNION ALL SELECT outcome, observed, countersigned, NULL, id FROM elsewhere
    WHERE trainee = (SELECT person FROM person WHERE id = ?1)
    AND standard = (SELECT standard FROM standard WHERE reference = ?2 AND version = ?3) AND ksb = ?4
    AND withdrawn IS NULL AND rejected IS NULL AND doubted IS NULL ORDER BY observed, id";
const ITEMS: &str = "SELECT DISTINCT ksb FROM sign_off WHERE trainee = ?1 AND standard = ?2 ORDER BY ksb";
const STATE: &str =
    "SELECT state, observed, countersigned FROM state WHERE trainee = ?1 AND standard = ?2 AND ksb = ?3";
const PUT_STATE: &str = "INSERT INTO state (trainee, standard, ksb, state, observed, countersigned)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (trainee, standard, ksb)
    DO UPDATE SET state = ?4, observed = ?5, countersigned = ?6";
const DROP_STATE: &str = "DELETE FROM state WHERE trainee = ?1 AND standard = ?2 AND ksb = ?3";
const STATES: &str = "SELECT ksb, state, observed, countersigned FROM state
    WHERE trainee = (SELECT person FROM person WHERE id = ?1)
    AND standard = (SELECT standard FROM standard WHERE reference = ?2 AND version = ?3)";
const SEEN: &str = "SELECT ksb, outcome, observed, countersigned, name FROM sign_off JOIN person ON person = signer
    WHERE trainee = (SELECT person FROM person WHERE id = ?1)
    AND standard = (SELECT standard FROM standard WHERE reference = ?2 AND version = ?3)
    AND withdrawn IS NULL AND rejected IS NULL AND doubted IS NULL ORDER BY ksb, observed, sign_off.place";
const TALLIES: &str = "SELECT ksb, outcome, observed, countersigned FROM sign_off
    WHERE trainee = (SELECT person FROM person WHERE id = ?1)
    AND standard = (SELECT standard FROM standard WHERE reference = ?2 AND version = ?3)
    AND withdrawn IS NULL AND rejected IS NULL AND doubted IS NULL ORDER BY ksb, observed, place";
const EVERY_STATE: &str = "SELECT trainee, standard, ksb, state, observed, countersigned FROM state";
const SUMMARY: &str = "SELECT signed, duties FROM summary WHERE trainee = ?1 AND standard = ?2";
const PUT_SUMMARY: &str = "INSERT INTO summary (trainee, standard, signed, duties) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (trainee, standard) DO UPDATE SET signed = ?3, duties = ?4";
const DROP_SUMMARY: &str = "DELETE FROM summary WHERE trainee = ?1 AND standard = ?2";
const NO_SUMMARIES: &str = "DELETE FROM summary";
const HISTORY: &str = "SELECT place, withdrawn, rejected, doubted FROM sign_off
    WHERE trainee = (SELECT person FROM person WHERE id = ?1)
    AND standard = (SELECT standard FROM standard WHERE reference = ?2 AND version = ?3) AND ksb = ?4
    ORDER BY place DESC";
const FATE: &str = "SELECT withdrawn, rejected, doubted FROM sign_off WHERE place = ?1";
const POSITIONS: &str = "WITH RECURSIVE on_record (place) AS (
    SELECT place FROM sign_off WHERE ?1 IS NULL OR trainee = (SELECT person FROM person WHERE id = ?1)
    UNION SELECT place FROM fact WHERE ?1 IS NULL OR trainee = (SELECT person FROM person WHERE id = ?1)
    UNION SELECT note.place FROM on_record JOIN note ON target = on_record.place)
    SELECT place FROM on_record ORDER BY place";

const SEEN_SINCE: &str = "SELECT count(*) FROM state WHERE trainee = (SELECT person FROM person WHERE id = ?1)
    AND standard = (SELECT standard FROM standard WHERE reference = ?2 AND version = ?3) AND state = 1 AND observed >= ?4";
/// A sign-off to index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Indexed {
    pub position: u64,
    pub code: KsbCode,
    pub outcome: Outcome,
    /// The day of the observation.
    pub observed: NaiveDate,
}

/// A change to a sign-off; a position is that of the statement that causes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    Withdrawn(u64),
    Rejected(u64),
    /// Its key was compromised.
    Doubted(u64),
    /// The change in the number of countersignatures that count.
    Countersigned(i64),
    Removed,
}

/// The positions of the statements that ended a sign-off, if any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SignOffStatus {
    pub withdrawn: Option<u64>,
    pub rejected: Option<u64>,
    /// The statement that its key was compromised.
    pub doubted: Option<u64>,
}

/// Indexes a sign-off of `[trainee, standard, signer]`, given by row number, and updates the state. It must be the newest.
/// One out of scope (`asked` is false) has no state. Returns the change in the trainee's total.
pub(crate) fn add(
    tx: &WriteTx<'_>,
    entry: &Indexed,
    [trainee, on, signer]: [i64; 3],
    asked: bool,
    policy: &Policy,
) -> Result<i64, StoreError> {
    let (at, result) = (place(entry.position), outcome(entry.outcome));
    tx.prepared(ADD)?.execute(params![at, trainee, on, ksb(entry.code), result, day(entry.observed), signer])?;
    if !asked {
        return Ok(0);
    }
    let item = (trainee, on, entry.code);
    let before = state_of(tx, item)?;
    // If it was not seen last of all, or others were signed elsewhere, all of them are folded again.
    match CountedRun::before(before, entry.observed) {
        Some(run) if policy.imported == 0 || !elsewhere::has(tx, item)? => {
            let live = CountedSignOff { outcome: entry.outcome, observed: entry.observed, countersigned: false };
            put_state(tx, item, before, run.with(live).result(), policy)
        }
        _ => recompute_state(tx, item, asked, policy),
    }
}

/// Applies a change to the sign-off at `of`; returns its item and the change in the trainee's total. `None` if there is no
/// such sign-off or the change was applied before.
pub(crate) fn change(
    tx: &WriteTx<'_>,
    of: u64,
    change: Change,
    policy: &Policy,
    asked: &mut dyn FnMut(Item) -> Result<bool, StoreError>,
) -> Result<Option<(Item, i64)>, StoreError> {
    let (sql, with) = match change {
        Change::Withdrawn(by) => (WITHDRAW, place(by)),
        Change::Rejected(by) => (REJECT, place(by)),
        Change::Doubted(by) => (DOUBT, place(by)),
        Change::Countersigned(more) => (COUNTERSIGN, more),
        Change::Removed => (REMOVE, 0),
    };
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    let mut statement = tx.prepared(sql)?;
    let found: Option<(i64, i64, i64)> = if change == Change::Removed {
        statement.query_row([place(of)], read).optional()?
    } else {
        statement.query_row([place(of), with], read).optional()?
    };
    let Some((trainee, on, code)) = found else { return Ok(None) };
    let item = (trainee, on, ksb_of(code)?);
    let asked = asked(item)?;
    Ok(Some((item, recompute_state(tx, item, asked, policy)?)))
}

/// Recomputes one state from the live sign-offs, or else from earlier records; a KSB out of scope has none. Returns the change in the trainee's total.
pub(crate) fn recompute_state(tx: &WriteTx<'_>, item: Item, asked: bool, policy: &Policy) -> Result<i64, StoreError> {
    let (trainee, on, code) = item;
    let mut run = CountedRun::default();
    if asked {
        let sql = if policy.imported > 0 { LIVE_ANYWHERE } else { LIVE };
        let mut statement = tx.prepared(sql)?;
        let mut rows = statement.query([trainee, on, ksb(code)])?;
        while let Some(row) = rows.next()? {
            run = run.with(live_of(row)?);
        }
        if run.result().is_none() {
            run = run.or_carried(carried_index::latest(tx, item)?);
        }
    }
    put_state(tx, item, state_of(tx, item)?, run.result(), policy)
}

/// Reads a row that starts with outcome, observation day and number of countersignatures.
fn live_of(row: &rusqlite::Row<'_>) -> Result<CountedSignOff, StoreError> {
    let (observed, countersigned) = (day_of(row.get(1)?)?, row.get::<_, i64>(2)? > 0);
    Ok(CountedSignOff { outcome: outcome_of(row.get(0)?)?, observed, countersigned })
}

/// Returns the KSBs that a trainee has a sign-off or an earlier record for on a standard, live or not.
pub(crate) fn recorded_items(tx: &Tx<'_>, (trainee, on): (i64, i64)) -> Result<Vec<Item>, StoreError> {
    let mut items: Vec<Item> = tx.rows(ITEMS, [trainee, on], |row| Ok((trainee, on, ksb_of(row.get(0)?)?)))?;
    items.extend(carried_index::items(tx, (trainee, on))?);
    items.sort_unstable();
    items.dedup();
    Ok(items)
}

fn state_of(tx: &Tx<'_>, (trainee, on, code): Item) -> Result<Option<KsbOutcome>, StoreError> {
    tx.row(STATE, [trainee, on, ksb(code)], |row| shown(row, 0))
}

/// Reads a KSB's outcome from a row, with state and days from column `at` on.
pub(crate) fn shown(row: &rusqlite::Row<'_>, at: usize) -> Result<KsbOutcome, StoreError> {
    let days: (Option<i64>, Option<i64>) = (row.get(at + 1)?, row.get(at + 2)?);
    match (row.get::<_, i64>(at)?, days) {
        (1, (Some(observed), countersigned)) => Ok(KsbOutcome::Achieved {
            observed: day_of(observed)?,
            countersigned: countersigned.map(day_of).transpose()?,
        }),
        (2, (None, None)) => Ok(KsbOutcome::NotAchieved),
        // The day is in both columns, so that a query by either finds it.
        (3, (Some(seen), Some(_))) => Ok(KsbOutcome::CarriedOver { seen: day_of(seen)? }),
        _ => Err(damaged("a state is none")),
    }
}

/// Writes the state of one KSB; returns the change in the trainee's total against `before`: 1, 0 or -1.
fn put_state(
    tx: &WriteTx<'_>,
    (trainee, on, code): Item,
    before: Option<KsbOutcome>,
    after: Option<KsbOutcome>,
    policy: &Policy,
) -> Result<i64, StoreError> {
    if before == after {
        return Ok(0);
    }
    let code = ksb(code);
    match after {
        None => tx.prepared(DROP_STATE)?.execute([trainee, on, code])?,
        Some(KsbOutcome::NotAchieved) => {
            tx.prepared(PUT_STATE)?.execute(params![trainee, on, code, 2, None::<i64>, None::<i64>])?
        }
        Some(KsbOutcome::Achieved { observed, countersigned }) => {
            let countersigned = countersigned.map(day);
            tx.prepared(PUT_STATE)?.execute(params![trainee, on, code, 1, day(observed), countersigned])?
        }
        Some(KsbOutcome::CarriedOver { seen }) => {
            tx.prepared(PUT_STATE)?.execute(params![trainee, on, code, 3, day(seen), day(seen)])?
        }
    };
    let counts = |shown: Option<KsbOutcome>| i64::from(shown.is_some_and(|shown| shown.counts_from(policy).is_some()));
    Ok(counts(after) - counts(before))
}

/// Deletes all totals, and calls `each` with every KSB that counts under a policy.
pub(crate) fn recount(tx: &WriteTx<'_>, policy: &Policy, each: &mut dyn FnMut(Item)) -> Result<(), StoreError> {
    tx.prepared(NO_SUMMARIES)?.execute([])?;
    let mut statement = tx.prepared(EVERY_STATE)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if shown(row, 3)?.counts_from(policy).is_some() {
            each((row.get(0)?, row.get(1)?, ksb_of(row.get(2)?)?));
        }
    }
    Ok(())
}

/// Adds to a trainee's totals: overall and for each duty, in the standard's order.
pub(crate) fn add_to_summary(
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

/// Returns a trainee's states on a standard, except open ones.
pub fn states(
    tx: &Tx<'_>,
    viewer: &Viewer,
    trainee: &PersonId,
    on: &StandardRef,
    measure: &StatusContext,
) -> Result<HashMap<KsbCode, State>, StoreError> {
    if !viewer.may_see(trainee) {
        return Ok(HashMap::new());
    }
    tx.rows(STATES, [trainee.as_str(), on.reference(), on.version()], |row| {
        Ok((ksb_of(row.get(0)?)?, shown(row, 1)?.state(measure)))
    })
}

/// Returns the outcomes of a trainee's live sign-offs on a list of local competences, or else of earlier records.
pub fn tallies(
    tx: &Tx<'_>,
    viewer: &Viewer,
    trainee: &PersonId,
    list: &StandardRef,
) -> Result<HashMap<KsbCode, LocalTally>, StoreError> {
    let mut tallies: HashMap<KsbCode, LocalTally> = HashMap::new();
    if !viewer.may_see(trainee) {
        return Ok(tallies);
    }
    let mut statement = tx.prepared(TALLIES)?;
    let mut rows = statement.query([trainee.as_str(), list.reference(), list.version()])?;
    while let Some(row) = rows.next()? {
        let (observed, countersigned) = (day_of(row.get(2)?)?, row.get::<_, i64>(3)? > 0);
        let live = CountedSignOff { outcome: outcome_of(row.get(1)?)?, observed, countersigned };
        let tally = tallies.entry(ksb_of(row.get(0)?)?).or_default();
        *tally = tally.with(live);
    }
    for (code, seen) in carried_index::latest_of(tx, viewer, trainee, list)? {
        let tally = tallies.entry(code).or_default();
        *tally = tally.or_carried(Some(seen));
    }
    Ok(tallies)
}

/// Returns a trainee's KSBs to renew or lapsed, earliest first.
pub fn again(
    tx: &Tx<'_>,
    viewer: &Viewer,
    trainee: &PersonId,
    on: &StandardRef,
    measure: &StatusContext,
) -> Result<Vec<ReassessmentDue>, StoreError> {
    let mut found = Vec::new();
    if !viewer.may_see(trainee) {
        return Ok(found);
    }
    let mut statement = tx.prepared(STATES)?;
    let mut rows = statement.query([trainee.as_str(), on.reference(), on.version()])?;
    while let Some(row) = rows.next()? {
        let shown = shown(row, 1)?;
        let due = shown.counts_from(&measure.policy).and_then(|seen| measure.due(seen));
        if let (state @ (State::Renew | State::Lapsed), Some(due)) = (shown.state(measure), due) {
            found.push(ReassessmentDue { code: ksb_of(row.get(0)?)?, state, due });
        }
    }
    found.sort_unstable_by_key(|again| (again.due, again.code));
    Ok(found)
}

/// Returns who signed the sign-off of this log that decides each KSB, and when it was seen.
pub fn deciding(
    tx: &Tx<'_>,
    viewer: &Viewer,
    trainee: &PersonId,
    on: &StandardRef,
    policy: &Policy,
) -> Result<BTreeMap<KsbCode, LastObservation>, StoreError> {
    let mut found = BTreeMap::new();
    if !viewer.may_see(trainee) {
        return Ok(found);
    }
    let rows: Vec<(KsbCode, CountedSignOff, LastObservation)> =
        tx.rows(SEEN, [trainee.as_str(), on.reference(), on.version()], |row| {
            let (on, countersigned) = (day_of(row.get(2)?)?, row.get::<_, i64>(3)? > 0);
            let live = CountedSignOff { outcome: outcome_of(row.get(1)?)?, observed: on, countersigned };
            let by = clean(row, 4)?.ok_or_else(|| damaged("a signer has no name"))?;
            Ok((ksb_of(row.get(0)?)?, live, LastObservation { by, on }))
        })?;
    for of in rows.chunk_by(|one, next| one.0 == next.0) {
        let live: Vec<CountedSignOff> = of.iter().map(|(_, live, _)| *live).collect();
        let decides = ksb_status::deciding(&live, policy).and_then(|at| of.get(at));
        found.extend(decides.map(|(code, _, last)| (*code, last.clone())));
    }
    Ok(found)
}

/// Returns the positions of a KSB's sign-offs, newest first, each with what ended it.
pub fn history(
    tx: &Tx<'_>,
    viewer: &Viewer,
    trainee: &PersonId,
    on: &StandardRef,
    code: KsbCode,
) -> Result<Vec<(u64, SignOffStatus)>, StoreError> {
    if !viewer.may_see(trainee) {
        return Ok(Vec::new());
    }
    tx.rows(HISTORY, params![trainee.as_str(), on.reference(), on.version(), ksb(code)], |row| {
        Ok((position(row.get(0)?), fate_of(row, 1)?))
    })
}

/// Returns the day on which a KSB was last seen and not achieved, if nothing has answered that.
pub fn not_achieved_on(
    tx: &Tx<'_>,
    viewer: &Viewer,
    item: (&PersonId, &StandardRef, KsbCode),
    policy: &Policy,
) -> Result<Option<NaiveDate>, StoreError> {
    Ok(run_without(tx, viewer, item, &[], policy)?.unanswered())
}

/// Returns the outcome that a KSB would have without the sign-offs of this log at these positions.
pub fn shown_without(
    tx: &Tx<'_>,
    viewer: &Viewer,
    item: (&PersonId, &StandardRef, KsbCode),
    without: &[u64],
    policy: &Policy,
) -> Result<Option<KsbOutcome>, StoreError> {
    let left = run_without(tx, viewer, item, without, policy)?;
    if left.result().is_some() {
        return Ok(left.result());
    }
    let (trainee, on, code) = item;
    Ok(left.or_carried(carried_index::latest_of(tx, viewer, trainee, on)?.get(&code).copied()).result())
}

/// Folds the live sign-offs of a KSB, except those of this log at these positions.
fn run_without(
    tx: &Tx<'_>,
    viewer: &Viewer,
    (trainee, on, code): (&PersonId, &StandardRef, KsbCode),
    without: &[u64],
    policy: &Policy,
) -> Result<CountedRun, StoreError> {
    let mut run = CountedRun::default();
    if !viewer.may_see(trainee) {
        return Ok(run);
    }
    let mut statement = tx.prepared(if policy.imported > 0 { LEFT_ANYWHERE } else { LEFT })?;
    let mut rows = statement.query(params![trainee.as_str(), on.reference(), on.version(), ksb(code)])?;
    while let Some(row) = rows.next()? {
        let here: Option<i64> = row.get(3)?;
        if here.is_none_or(|here| !without.contains(&position(here))) {
            run = run.with(live_of(row)?);
        }
    }
    Ok(run)
}

/// Returns the positions of everything on a trainee's record, or on everyone's, in log order.
pub fn positions(tx: &Tx<'_>, viewer: &Viewer, trainee: Option<&PersonId>) -> Result<Vec<u64>, StoreError> {
    let trainee = match (viewer, trainee) {
        (Viewer::Own(own), None) => Some(own),
        (_, trainee) => trainee,
    };
    if trainee.is_some_and(|trainee| !viewer.may_see(trainee)) {
        return Ok(Vec::new());
    }
    tx.rows(POSITIONS, [trainee.map(PersonId::as_str)], |row| Ok(position(row.get(0)?)))
}

/// Returns what ended the sign-off at a position, if there is one.
pub fn fate(tx: &Tx<'_>, of: u64) -> Result<Option<SignOffStatus>, StoreError> {
    tx.row(FATE, [place(of)], |row| fate_of(row, 0))
}

fn fate_of(row: &rusqlite::Row<'_>, at: usize) -> Result<SignOffStatus, StoreError> {
    let by = |at| Ok::<_, StoreError>(row.get::<_, Option<i64>>(at)?.map(position));
    Ok(SignOffStatus { withdrawn: by(at)?, rejected: by(at + 1)?, doubted: by(at + 2)? })
}

/// Returns how many achieved KSBs of a trainee were last observed on or after a day.
pub fn seen_since(
    tx: &Tx<'_>,
    viewer: &Viewer,
    trainee: &PersonId,
    standard: &StandardRef,
    since: NaiveDate,
) -> Result<u16, StoreError> {
    if !viewer.may_see(trainee) {
        return Ok(0);
    }
    let of = params![trainee.as_str(), standard.reference(), standard.version(), day(since)];
    Ok(tx.prepared(SEEN_SINCE)?.query_row(of, |row| row.get(0))?)
}
