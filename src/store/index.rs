//! What each statement changes in the indexes: the one way from the log to every other table, when it is appended and
//! when all is made anew. Must never be asked about a statement that is not allowed.

use std::sync::Arc;

use crate::domain::standard::Standard;
use crate::domain::statement::{Body, Statement};
use crate::store::competence::{Indexed, add, withdraw};
use crate::store::db::WriteTx;
use crate::store::error::{StoreError, damaged};
use crate::store::log::{add_key, entry_of};
use crate::store::people::{put_enrolment, put_holder, put_newest, put_person, put_policy};
use crate::store::standards;

/// Every index of the log; the workspace is none.
const CLEAR: &str = "DELETE FROM summary; DELETE FROM state; DELETE FROM newest; DELETE FROM sign_off;
    DELETE FROM policy; DELETE FROM enrolment; DELETE FROM standard; DELETE FROM holder; DELETE FROM person;";

/// Empties every index.
pub fn clear(tx: &WriteTx<'_>) -> Result<(), StoreError> {
    tx.batch(CLEAR)
}

/// Indexes the statement at a position. `standard` is the one that a sign-off or withdrawal is about.
pub fn add_statement(
    tx: &WriteTx<'_>,
    statement: &Statement,
    at: u64,
    standard: Option<&Arc<Standard>>,
) -> Result<(), StoreError> {
    put_newest(tx, statement.signed)?;
    let unknown = || damaged("a statement is about a standard that is not there");
    match &statement.body {
        Body::Genesis(genesis) => {
            put_person(tx, &genesis.officer_as_person(statement.signer.registration.clone()), at)?;
            put_holder(tx, add_key(tx, &genesis.key)?, &genesis.officer.id, at)?;
            genesis.policy.iter().try_for_each(|(name, value)| put_policy(tx, *name, *value))
        }
        Body::Person(person) => put_person(tx, person, at),
        Body::Key(grant) => put_holder(tx, add_key(tx, &grant.key)?, &grant.person.id, at),
        Body::Standard(adoption) => standards::put(tx, &adoption.standard, &adoption.content, at),
        Body::Enrolment(named) => put_enrolment(tx, &named.enrolment, at),
        Body::Policy(settings) => settings.iter().try_for_each(|(name, value)| put_policy(tx, *name, *value)),
        Body::SignOff(sign_off) => {
            let entry = Indexed {
                position: at,
                trainee: sign_off.trainee.id.clone(),
                standard: sign_off.item.standard.clone(),
                code: sign_off.item.code,
                outcome: sign_off.outcome,
                signer: statement.signer.who.id.clone(),
            };
            add(tx, &entry, standard.ok_or_else(unknown)?)
        }
        Body::Withdraw(withdrawal) => {
            let of = entry_of(tx, withdrawal.of)?.ok_or_else(|| damaged("what is withdrawn is not there"))?;
            withdraw(tx, of.position, at, standard.ok_or_else(unknown)?)
        }
    }
}
