//! The indexes read in bulk, to hold them against the log: in order, a part at a time, whatever the file's size. Must never
//! write.

use std::collections::HashMap;
use std::ops::Range;

use chrono::NaiveDate;

use crate::domain::competence::{Live, Shown};
use crate::domain::roster::Policy;
use crate::domain::statement::Outcome;
use crate::domain::value::{KsbCode, KsbKind, PersonId, StandardRef};
use crate::store::codec::{day_of, ksb_of, outcome_of, place, position};
use crate::store::competence::shown;
use crate::store::db::Tx;
use crate::store::error::{StoreError, damaged};
use crate::store::standing;

const PERSON_NUMBERS: &str = "SELECT person, id FROM person";
const STANDARD_NUMBERS: &str = "SELECT standard, reference, version FROM standard";
const ROWS: &str = "SELECT place, trainee, standard, ksb, outcome, observed, signer,
    withdrawn, rejected, doubted, countersigned FROM sign_off
    WHERE place >= ?1 AND place < ?2 ORDER BY place";
const ROWS_IN_ALL: &str = "SELECT count(*) FROM sign_off";
const DERIVE: &str = "SELECT trainee, standard, ksb, outcome, observed, countersigned,
    withdrawn IS NULL AND rejected IS NULL AND doubted IS NULL FROM sign_off
    ORDER BY trainee, standard, ksb, place";
const STATES: &str =
    "SELECT trainee, standard, ksb, state, observed, countersigned FROM state ORDER BY trainee, standard, ksb";
const SUMMARIES: &str = "SELECT trainee, standard, signed, duties FROM summary ORDER BY trainee, standard";

/// The numbers that stand for people and standards in the indexes.
#[derive(Debug, Default)]
pub struct Numbers {
    /// People.
    pub people: HashMap<PersonId, i64>,
    /// Standards.
    pub standards: HashMap<StandardRef, i64>,
}

/// A sign-off's index row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Position.
    pub position: u64,
    /// Whose, as a number.
    pub trainee: i64,
    /// On which standard, as a number.
    pub standard: i64,
    /// Of which KSB.
    pub code: KsbCode,
    /// Whether to the standard.
    pub outcome: Outcome,
    /// The day seen.
    pub observed: NaiveDate,
    /// By whom, as a number.
    pub signer: i64,
    /// Whether it is withdrawn, rejected or countersigned.
    pub marked: bool,
    /// Whether its key was in other hands.
    pub doubted: bool,
}

/// For each standard's number and each of its KSBs, the places of the KSB's duties among the standard's.
pub type Links = HashMap<i64, HashMap<KsbCode, Vec<usize>>>;

/// A trainee's KSB and what its live sign-offs come to.
type Derived = ((i64, i64, i64), Option<Shown>);

/// The numbers in use.
pub fn numbers(tx: &Tx<'_>) -> Result<Numbers, StoreError> {
    let mut numbers = Numbers::default();
    let mut statement = tx.prepared(PERSON_NUMBERS)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        numbers.people.insert(row.get::<_, String>(1)?.parse().map_err(damaged)?, row.get(0)?);
    }
    let mut statement = tx.prepared(STANDARD_NUMBERS)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (reference, version): (String, String) = (row.get(1)?, row.get(2)?);
        numbers.standards.insert(StandardRef::new(&reference, &version).map_err(damaged)?, row.get(0)?);
    }
    Ok(numbers)
}

/// The index rows of a range of positions, in order.
pub fn rows(tx: &Tx<'_>, range: Range<u64>) -> Result<Vec<Row>, StoreError> {
    let mut statement = tx.prepared(ROWS)?;
    let mut rows = statement.query([place(range.start), place(range.end)])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(Row {
            position: position(row.get(0)?),
            trainee: row.get(1)?,
            standard: row.get(2)?,
            code: ksb_of(row.get(3)?)?,
            outcome: outcome_of(row.get(4)?)?,
            observed: day_of(row.get(5)?)?,
            signer: row.get(6)?,
            marked: (row.get::<_, Option<i64>>(7)?).or(row.get(8)?).is_some() || row.get::<_, i64>(10)? > 0,
            doubted: row.get::<_, Option<i64>>(9)?.is_some(),
        });
    }
    Ok(found)
}

/// How many index rows there are.
pub fn count(tx: &Tx<'_>) -> Result<u64, StoreError> {
    Ok(tx.prepared(ROWS_IN_ALL)?.query_row([], |row| row.get::<_, i64>(0))?.cast_unsigned())
}

/// Holds every state and figure against the index rows that it is derived from, and calls `fault` for each that differs.
/// The figures are those of a policy.
pub fn check_states(
    tx: &Tx<'_>,
    links: &Links,
    policy: &Policy,
    fault: &mut dyn FnMut(String),
) -> Result<(), StoreError> {
    let (mut states, mut summaries) = (tx.prepared(STATES)?, tx.prepared(SUMMARIES)?);
    let (mut states, mut summaries) = (states.query([])?, summaries.query([])?);
    let mut sum = Sum::default();
    each_derived(tx, &mut |(item, expected)| {
        let (trainee, standard, ksb) = item;
        if sum.of != (trainee, standard) {
            sum.hold_against(&mut summaries, fault)?;
            sum = Sum { of: (trainee, standard), ..Sum::default() };
        }
        let Some(expected) = expected else { return Ok(()) };
        let found = match states.next()? {
            Some(row) => Some(((row.get(0)?, row.get(1)?, row.get(2)?), shown(row, 3)?)),
            None => None,
        };
        if found != Some((item, expected)) {
            fault(format!("the state of {} for trainee number {trainee} is not what its records say", ksb_of(ksb)?));
        }
        // A local competence is in no figure of the standard's.
        let code = ksb_of(ksb)?;
        if expected.counts_from(policy).is_some() && code.kind != KsbKind::Local {
            sum.add(links.get(&standard).and_then(|of| of.get(&code)).map_or(&[], Vec::as_slice));
        }
        Ok(())
    })?;
    sum.hold_against(&mut summaries, fault)?;
    if states.next()?.is_some() || summaries.next()?.is_some() {
        fault("there are states or figures that no record stands behind".to_owned());
    }
    match standing::wrong(tx)? {
        0 => {}
        wrong => fault(format!("for {wrong} trainees what a filter looks at is not what their records say")),
    }
    Ok(())
}

/// The figures of one trainee, being added up.
#[derive(Default)]
struct Sum {
    of: (i64, i64),
    signed: i64,
    duties: Vec<u16>,
}

impl Sum {
    fn add(&mut self, duties: &[usize]) {
        self.signed += 1;
        for duty in duties {
            if self.duties.len() <= *duty {
                self.duties.resize(duty + 1, 0);
            }
            self.duties[*duty] += 1;
        }
    }

    /// Takes the next row of figures, which must be this one. Where nothing is signed there is none.
    fn hold_against(&self, rows: &mut rusqlite::Rows<'_>, fault: &mut dyn FnMut(String)) -> Result<(), StoreError> {
        if self.signed == 0 {
            return Ok(());
        }
        let Some(row) = rows.next()? else {
            fault(format!("the figures of trainee number {} are missing", self.of.0));
            return Ok(());
        };
        let (of, signed, bytes): (_, i64, Vec<u8>) = ((row.get(0)?, row.get(1)?), row.get(2)?, row.get(3)?);
        let duties: Vec<u16> = bytes.chunks_exact(2).map(|b| u16::from_be_bytes([b[0], b[1]])).collect();
        let mut expected = self.duties.clone();
        expected.resize(duties.len().max(expected.len()), 0);
        if (of, signed) != (self.of, self.signed) || duties != expected {
            fault(format!("the figures of trainee number {} are not what their records say", self.of.0));
        }
        Ok(())
    }
}

/// Calls `each` with every trainee's KSB that has a record, in order, and what its live sign-offs come to.
fn each_derived(tx: &Tx<'_>, each: &mut dyn FnMut(Derived) -> Result<(), StoreError>) -> Result<(), StoreError> {
    let mut statement = tx.prepared(DERIVE)?;
    let mut rows = statement.query([])?;
    let mut current: Option<Derived> = None;
    while let Some(row) = rows.next()? {
        let item = (row.get(0)?, row.get(1)?, row.get(2)?);
        if let Some(done) = current.take_if(|(of, _)| *of != item) {
            each(done)?;
        }
        let (_, shown) = current.get_or_insert((item, None));
        if row.get(6)? {
            let (observed, countersigned) = (day_of(row.get(4)?)?, row.get::<_, i64>(5)? > 0);
            let live = Live { outcome: outcome_of(row.get(3)?)?, observed, countersigned };
            *shown = Some(Shown::with(*shown, live));
        }
    }
    current.map_or(Ok(()), each)
}
