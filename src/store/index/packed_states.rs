//! Packs each trainee's KSB states into four bytes per KSB, so that a filter reads everyone's in one pass.
//!
//! Invariant: queries about records take a viewer.

use rusqlite::params;

use crate::codec::{StandardNo, ksb};
use crate::db::{Tx, WriteTx};
use crate::error::{StoreError, damaged};
use crate::queries::cohort::{TraineeNo, own};
use countersign_core::people::person::Viewer;
use countersign_core::primitives::ids::KsbCode;

/// The four bytes of one KSB, as a number.
const FOUR: &str =
    "ksb << 8 | CASE WHEN state = 2 THEN 2 WHEN state = 3 THEN 4 WHEN countersigned IS NULL THEN 1 ELSE 3 END";
const PUT: &str = "INSERT INTO standing (trainee, standard, ksbs) VALUES (?1, ?2, ?3)
    ON CONFLICT (trainee, standard) DO UPDATE SET ksbs = excluded.ksbs";
const DROP: &str = "DELETE FROM standing WHERE trainee = ?1 AND standard = ?2";
const ALL: &str = "SELECT trainee, standard, ksbs FROM standing
    WHERE ?1 IS NULL OR trainee = (SELECT person FROM person WHERE id = ?1) ORDER BY trainee, standard";

fn fours_sql() -> String {
    format!("SELECT {FOUR} FROM state WHERE trainee = ?1 AND standard = ?2 ORDER BY ksb")
}

/// The outcome of a KSB's sign-offs, regardless of policy and day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PackedState {
    /// It was *not achieved* when it was seen last.
    NotAchieved,
    Achieved,
    Countersigned,
    /// Only an earlier record has it.
    CarriedOver,
}

/// A KSB's sort key, in code order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct KsbOrdinal(i64);

impl KsbOrdinal {
    /// Returns the sort key of a code.
    pub fn of(code: KsbCode) -> Self {
        Self(ksb(code))
    }
}

/// A trainee's KSBs that are not open, in code order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PackedStates<'a>(&'a [u8]);

impl<'a> PackedStates<'a> {
    /// Wraps the bytes of a row.
    pub(crate) fn read(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Returns each KSB with its state.
    pub fn each(self) -> impl Iterator<Item = (KsbOrdinal, PackedState)> + use<'a> {
        self.0.chunks_exact(4).map(|four| {
            let mark = match four[3] {
                2 => PackedState::NotAchieved,
                3 => PackedState::Countersigned,
                4 => PackedState::CarriedOver,
                _ => PackedState::Achieved,
            };
            (KsbOrdinal(u32::from_be_bytes([0, four[0], four[1], four[2]]).into()), mark)
        })
    }
}

/// Packs a trainee's states on a standard from the `state` table.
pub(crate) fn put(tx: &WriteTx<'_>, (trainee, on): (i64, i64)) -> Result<(), StoreError> {
    let mut bytes = Vec::new();
    let mut statement = tx.prepared(&fours_sql())?;
    let mut rows = statement.query([trainee, on])?;
    while let Some(row) = rows.next()? {
        bytes.extend(row.get::<_, u32>(0)?.to_be_bytes());
    }
    if bytes.is_empty() {
        tx.prepared(DROP)?.execute([trainee, on])?;
    } else {
        tx.prepared(PUT)?.execute(params![trainee, on, bytes])?;
    }
    Ok(())
}

/// Calls `each` with everyone's packed states, by the row numbers of trainee and standard.
pub fn each(
    tx: &Tx<'_>,
    viewer: &Viewer,
    each: &mut dyn FnMut((TraineeNo, StandardNo), PackedStates<'_>),
) -> Result<(), StoreError> {
    let mut statement = tx.prepared(ALL)?;
    let mut rows = statement.query([own(viewer)])?;
    while let Some(row) = rows.next()? {
        let of = (TraineeNo(row.get(0)?), StandardNo(row.get(1)?));
        each(of, PackedStates(row.get_ref(2)?.as_blob().map_err(damaged)?));
    }
    Ok(())
}
