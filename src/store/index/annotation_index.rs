//! Indexes statements about earlier ones: withdrawals, countersignatures, samples, acknowledgements and disputes.

use rusqlite::Row;

use crate::codec::{place, position};
use crate::db::{Tx, WriteTx};
use crate::error::{StoreError, damaged};
use crate::index::programme_index;
use countersign_core::primitives::ids::PersonId;
use countersign_core::statement::kind::Kind;

const ADD: &str = "INSERT INTO note (place, kind, target, person) VALUES (?1, ?2, ?3, ?4)";
const NOTES_OF: &str = "SELECT note.place, kind, target, id, withdrawn, doubted FROM note JOIN person USING (person)
    WHERE target = ?1 ORDER BY note.place";
const NOTE: &str = "SELECT note.place, kind, target, id, withdrawn, doubted FROM note JOIN person USING (person)
    WHERE note.place = ?1";
const WITHDRAW: &str = "UPDATE note SET withdrawn = ?2 WHERE place = ?1 AND withdrawn IS NULL";
const DOUBT: &str = "UPDATE note SET doubted = ?2 WHERE place = ?1 AND doubted IS NULL";
const REMOVE: &str = "DELETE FROM note WHERE place = ?1";
const UNDER: &str = "SELECT place FROM note WHERE target = ?1 ORDER BY place";
const PRESENT: &str = "SELECT EXISTS (SELECT 1 FROM sign_off WHERE place = ?1)
    OR EXISTS (SELECT 1 FROM note WHERE place = ?1) OR EXISTS (SELECT 1 FROM fact WHERE place = ?1)";

/// The kind of a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoteKind {
    Withdraw,
    Countersign,
    Accepted,
    Rejected,
    Acknowledge,
    Dispute,
}

impl NoteKind {
    /// All kinds, in the order of their numbers.
    pub const ALL: [Self; 6] =
        [Self::Withdraw, Self::Countersign, Self::Accepted, Self::Rejected, Self::Acknowledge, Self::Dispute];

    /// Returns the kind of statement.
    pub fn kind(self) -> Kind {
        match self {
            Self::Withdraw => Kind::Withdraw,
            Self::Countersign => Kind::Countersign,
            Self::Accepted | Self::Rejected => Kind::Sample,
            Self::Acknowledge => Kind::Acknowledge,
            Self::Dispute => Kind::Dispute,
        }
    }

    fn number(self) -> i64 {
        Self::ALL.iter().zip(1..).find(|(kind, _)| **kind == self).map_or(0, |(_, number)| number)
    }

    /// Returns the kind with a number.
    pub(crate) fn of(number: i64) -> Result<Self, StoreError> {
        let at = usize::try_from(number - 1).ok();
        let found = at.and_then(|at| Self::ALL.get(at)).copied();
        found.ok_or_else(|| damaged(format!("{number} is not a kind of note")))
    }
}

/// A note on an earlier statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub position: u64,
    pub kind: NoteKind,
    /// The position of the statement it is about.
    pub target: u64,
    pub by: PersonId,
    /// The position of the withdrawal.
    pub withdrawn: Option<u64>,
    /// The position of the statement that its key was compromised.
    pub doubted: Option<u64>,
}

impl Note {
    /// Returns whether it counts as of a position.
    pub fn counts_before(&self, position: u64) -> bool {
        let past = |by: Option<u64>| by.is_some_and(|by| by < position);
        self.position < position && !past(self.withdrawn) && !past(self.doubted)
    }
}

/// Indexes a note on the statement at `target`.
pub(crate) fn add(tx: &WriteTx<'_>, at: u64, kind: NoteKind, target: u64, by: i64) -> Result<(), StoreError> {
    tx.prepared(ADD)?.execute([place(at), kind.number(), place(target), by])?;
    Ok(())
}

/// Returns the notes on the statement at a position, oldest first.
pub fn notes_of(tx: &Tx<'_>, of: u64) -> Result<Vec<Note>, StoreError> {
    tx.rows(NOTES_OF, [place(of)], note_of)
}

/// Returns the note at a position, if there is one.
pub fn note(tx: &Tx<'_>, at: u64) -> Result<Option<Note>, StoreError> {
    tx.row(NOTE, [place(at)], note_of)
}

fn note_of(row: &Row<'_>) -> Result<Note, StoreError> {
    Ok(Note {
        position: position(row.get(0)?),
        kind: NoteKind::of(row.get(1)?)?,
        target: position(row.get(2)?),
        by: row.get_ref(3)?.as_str().map_err(damaged)?.parse().map_err(damaged)?,
        withdrawn: row.get::<_, Option<i64>>(4)?.map(position),
        doubted: row.get::<_, Option<i64>>(5)?.map(position),
    })
}

/// Marks the note or fact at `of` as withdrawn by the statement at `by`; returns whether there is one.
pub(crate) fn withdraw(tx: &WriteTx<'_>, of: u64, by: u64) -> Result<bool, StoreError> {
    let noted = tx.prepared(WITHDRAW)?.execute([place(of), place(by)])? > 0;
    Ok(programme_index::withdraw(tx, of, by)? || noted)
}

/// Marks the note or fact at `of` as signed with a compromised key, as the statement at `by` says.
pub(crate) fn doubt(tx: &WriteTx<'_>, of: u64, by: u64) -> Result<(), StoreError> {
    tx.prepared(DOUBT)?.execute([place(of), place(by)])?;
    programme_index::doubt(tx, of, by)
}

/// Removes the note or fact at a position, with all notes on it.
pub(crate) fn remove(tx: &WriteTx<'_>, at: u64) -> Result<(), StoreError> {
    let mut left = vec![place(at)];
    while let Some(of) = left.pop() {
        let mut statement = tx.prepared(UNDER)?;
        for under in statement.query_map([of], |row| row.get(0))? {
            left.push(under?);
        }
        tx.prepared(REMOVE)?.execute([of])?;
        programme_index::remove(tx, of)?;
    }
    Ok(())
}

/// Returns whether anything on a record is indexed at a position.
pub fn present(tx: &Tx<'_>, at: u64) -> Result<bool, StoreError> {
    Ok(tx.prepared(PRESENT)?.query_row([place(at)], |row| row.get(0))?)
}
