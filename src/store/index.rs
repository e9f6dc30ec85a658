//! What each statement changes in the indexes: the one way from the log to every other table, when it is appended and
//! when all is made anew. Must never be asked about a statement that is not allowed.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::standard::Standard;
use crate::domain::statement::{Body, Statement};
use crate::domain::value::{KsbCode, PersonId, StandardRef};
use crate::domain::when::Timestamp;
use crate::store::competence::{Indexed, add, add_to_summary, withdraw};
use crate::store::db::WriteTx;
use crate::store::error::{StoreError, damaged};
use crate::store::log::{add_key, entry_of};
use crate::store::people::{put_enrolment, put_holder, put_newest, put_person, put_policy};
use crate::store::{people, standards};

/// Every index of the log; the workspace is none.
const CLEAR: &str = "DELETE FROM summary; DELETE FROM state; DELETE FROM newest; DELETE FROM sign_off;
    DELETE FROM policy; DELETE FROM enrolment; DELETE FROM standard; DELETE FROM holder; DELETE FROM person;";

/// Empties every index.
pub fn clear(tx: &WriteTx<'_>) -> Result<(), StoreError> {
    tx.batch(CLEAR)
}

/// Indexes one statement by itself, as [`Indexer`] does.
pub fn add_statement(
    tx: &WriteTx<'_>,
    statement: &Statement,
    at: u64,
    standard: Option<&Arc<Standard>>,
) -> Result<(), StoreError> {
    let mut indexer = Indexer::default();
    indexer.add(tx, statement, at, standard)?;
    indexer.finish(tx)
}

/// Indexes the statements of one transaction: what they have in common is looked up once, and what they add up to is
/// written once, at the end.
#[derive(Debug, Default)]
pub struct Indexer {
    people: HashMap<PersonId, i64>,
    standards: HashMap<StandardRef, i64>,
    gained: HashMap<(i64, i64), Gained>,
    newest: Option<Timestamp>,
}

/// What a trainee's figures gain: in all, and for each duty.
#[derive(Debug, Default)]
struct Gained {
    signed: i64,
    duties: Vec<i64>,
}

impl Indexer {
    /// Indexes the statement at a position. `standard` is the one that a sign-off or withdrawal is about.
    pub fn add(
        &mut self,
        tx: &WriteTx<'_>,
        statement: &Statement,
        at: u64,
        standard: Option<&Arc<Standard>>,
    ) -> Result<(), StoreError> {
        self.newest = self.newest.max(Some(statement.signed));
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
                let entry = Indexed { position: at, code: sign_off.item.code, outcome: sign_off.outcome };
                let trainee = self.person(tx, &sign_off.trainee.id)?;
                let on = self.standard(tx, &sign_off.item.standard)?;
                let signer = self.person(tx, &statement.signer.who.id)?;
                let gained = add(tx, &entry, [trainee, on, signer])?;
                self.gain((trainee, on), entry.code, gained, standard.ok_or_else(unknown)?);
                Ok(())
            }
            Body::Withdraw(withdrawal) => {
                let of = entry_of(tx, withdrawal.of)?.ok_or_else(|| damaged("what is withdrawn is not there"))?;
                let (whose, code, gained) = withdraw(tx, of.position, at)?;
                self.gain(whose, code, gained, standard.ok_or_else(unknown)?);
                Ok(())
            }
            Body::Restore(_) => Ok(()),
            other => Err(damaged(format!("this program has no index for a statement of kind {}", other.kind()))),
        }
    }

    /// Writes what the statements add up to.
    pub fn finish(self, tx: &WriteTx<'_>) -> Result<(), StoreError> {
        if let Some(newest) = self.newest {
            put_newest(tx, newest)?;
        }
        for (whose, gained) in self.gained {
            if gained.signed != 0 || gained.duties.iter().any(|duty| *duty != 0) {
                add_to_summary(tx, whose, gained.signed, &gained.duties)?;
            }
        }
        Ok(())
    }

    fn gain(&mut self, whose: (i64, i64), code: KsbCode, gained: i64, standard: &Standard) {
        let sum = self.gained.entry(whose).or_default();
        sum.signed += gained;
        sum.duties.resize(standard.duties().len(), 0);
        let linked = standard.ksb(code).map(|ksb| ksb.duties.as_slice()).unwrap_or_default();
        for (duty, count) in standard.duties().iter().zip(&mut sum.duties) {
            *count += if linked.contains(&duty.no) { gained } else { 0 };
        }
    }

    fn person(&mut self, tx: &WriteTx<'_>, id: &PersonId) -> Result<i64, StoreError> {
        if let Some(number) = self.people.get(id) {
            return Ok(*number);
        }
        let nobody = || damaged("a sign-off names someone who is not there");
        let number = people::number(tx, id)?.ok_or_else(nobody)?;
        self.people.insert(id.clone(), number);
        Ok(number)
    }

    fn standard(&mut self, tx: &WriteTx<'_>, of: &StandardRef) -> Result<i64, StoreError> {
        if let Some(number) = self.standards.get(of) {
            return Ok(*number);
        }
        let number =
            standards::number(tx, of)?.ok_or_else(|| damaged("a sign-off is on a standard that is not there"))?;
        self.standards.insert(of.clone(), number);
        Ok(number)
    }
}
