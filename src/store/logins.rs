//! Stores people's SSH login keys: who added and who revoked each.

use rusqlite::{Row, params};

use crate::codec::person_of;
use crate::db::{Tx, WriteTx};
use crate::error::{StoreError, damaged};
use countersign_core::people::login::LoginKey;
use countersign_core::people::person::PersonRef;
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::{Digest, PersonId};
use countersign_core::primitives::key::PublicKey;
use countersign_core::primitives::text::SafeText;

const ADD: &str = "INSERT INTO login (person, fingerprint, line, added, added_by, added_by_name)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
const REVOKE: &str = "UPDATE login SET revoked = ?2, revoked_by = ?3, revoked_by_name = ?4
    WHERE fingerprint = ?1 AND revoked IS NULL";
const ALL: &str = "SELECT person, line, added, added_by, added_by_name, revoked, revoked_by, revoked_by_name
    FROM login ORDER BY login";
const HOLDER: &str = "SELECT person FROM login WHERE fingerprint = ?1 AND revoked IS NULL";
/// Leavers are excluded, even if their keys were not revoked.
const CURRENT: &str = r#"SELECT login.person, line FROM login JOIN person ON person.id = login.person
    WHERE revoked IS NULL AND "left" = 0 ORDER BY login"#;
const EVER: &str = "SELECT EXISTS (SELECT 1 FROM login)";

pub fn add(tx: &WriteTx<'_>, login: &LoginKey) -> Result<(), StoreError> {
    let (by, at) = &login.added;
    let (fingerprint, line) = (login.key.fingerprint(), login.key.to_string());
    let (person, id, name) = (login.person.as_str(), by.id.as_str(), by.name.as_str());
    tx.run(ADD, params![person, fingerprint.0, line, at.seconds(), id, name])
}

/// Revokes a key; returns whether it was active.
pub fn revoke(tx: &WriteTx<'_>, key: &Digest, by: &PersonRef, at: Timestamp) -> Result<bool, StoreError> {
    let done = tx.prepared(REVOKE)?.execute(params![key.0, at.seconds(), by.id.as_str(), by.name.as_str()])?;
    Ok(done == 1)
}

/// Returns every login key ever added, oldest first.
pub fn all(tx: &Tx<'_>) -> Result<Vec<LoginKey>, StoreError> {
    tx.rows(ALL, [], |row| {
        let revoked: Option<i64> = row.get(5)?;
        Ok(LoginKey {
            person: person_of(row, 0)?,
            key: key(row, 1)?,
            added: (named(row, 3)?, Timestamp::from_seconds(row.get(2)?)),
            revoked: match revoked {
                Some(at) => Some((named(row, 6)?, Timestamp::from_seconds(at))),
                None => None,
            },
        })
    })
}

/// Returns the person with this active key, even one who has left.
pub fn holder(tx: &Tx<'_>, key: &Digest) -> Result<Option<PersonId>, StoreError> {
    tx.row(HOLDER, [key.0], |row| person_of(row, 0))
}

pub fn current(tx: &Tx<'_>) -> Result<Vec<(PersonId, PublicKey)>, StoreError> {
    tx.rows(CURRENT, [], |row| Ok((person_of(row, 0)?, key(row, 1)?)))
}

pub fn ever(tx: &Tx<'_>) -> Result<bool, StoreError> {
    Ok(tx.prepared(EVER)?.query_row([], |row| row.get(0))?)
}

fn key(row: &Row<'_>, at: usize) -> Result<PublicKey, StoreError> {
    row.get_ref(at)?.as_str().map_err(damaged)?.parse().map_err(damaged)
}

fn named(row: &Row<'_>, at: usize) -> Result<PersonRef, StoreError> {
    let name = row.get_ref(at + 1)?.as_str().map_err(damaged)?;
    let name = SafeText::as_signed(name).ok_or_else(|| damaged("a text contains what no text may"))?;
    Ok(PersonRef { id: person_of(row, at)?, name })
}
