//! Stores which supervisors have which trainees, for convenience and not for access control.

use crate::codec::person_of;
use crate::db::{Tx, WriteTx};
use crate::error::StoreError;
use countersign_core::people::person::Viewer;
use countersign_core::primitives::ids::PersonId;

const ADD: &str = "INSERT INTO supervision (supervisor, trainee) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
const STOP: &str = "DELETE FROM supervision WHERE supervisor = ?1 AND trainee = ?2";
const ALL: &str = "SELECT supervisor, trainee FROM supervision ORDER BY supervisor, trainee";
const TRAINEES: &str = "SELECT trainee FROM supervision WHERE supervisor = ?1 ORDER BY trainee";
const SUPERVISORS: &str = "SELECT supervisor FROM supervision WHERE trainee = ?1 ORDER BY supervisor";

/// Assigns a trainee to a supervisor; returns whether that is new.
pub fn add(tx: &WriteTx<'_>, supervisor: &PersonId, trainee: &PersonId) -> Result<bool, StoreError> {
    Ok(tx.prepared(ADD)?.execute([supervisor.as_str(), trainee.as_str()])? == 1)
}

pub fn stop(tx: &WriteTx<'_>, supervisor: &PersonId, trainee: &PersonId) -> Result<bool, StoreError> {
    Ok(tx.prepared(STOP)?.execute([supervisor.as_str(), trainee.as_str()])? == 1)
}

/// Returns all pairs of supervisor and trainee that the viewer may see.
pub fn all(tx: &Tx<'_>, viewer: &Viewer) -> Result<Vec<(PersonId, PersonId)>, StoreError> {
    tx.some_rows(ALL, [], |row| {
        Ok(Some((person_of(row, 0)?, person_of(row, 1)?)).filter(|(_, trainee)| viewer.may_see(trainee)))
    })
}

pub fn trainees_of(tx: &Tx<'_>, viewer: &Viewer, supervisor: &PersonId) -> Result<Vec<PersonId>, StoreError> {
    let found = ids(tx, TRAINEES, supervisor)?;
    Ok(found.into_iter().filter(|trainee| viewer.may_see(trainee)).collect())
}

pub fn supervisors_of(tx: &Tx<'_>, viewer: &Viewer, trainee: &PersonId) -> Result<Vec<PersonId>, StoreError> {
    if viewer.may_see(trainee) { ids(tx, SUPERVISORS, trainee) } else { Ok(Vec::new()) }
}

fn ids(tx: &Tx<'_>, query: &str, of: &PersonId) -> Result<Vec<PersonId>, StoreError> {
    tx.rows(query, [of.as_str()], |row| person_of(row, 0))
}
