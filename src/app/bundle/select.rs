//! Selects the statements of this log that a trainee's bundle needs: their record, and what it takes to check it.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::Error;
use countersign_core::people::person::Viewer;
use countersign_core::primitives::ids::{PersonId, StandardRef, StatementId};
use countersign_core::statement::decode::decode;
use countersign_core::statement::{Body, Statement};
use countersign_store::db::Tx;
use countersign_store::error::damaged;
use countersign_store::index::sign_off_index;
use countersign_store::log;
use countersign_store::queries::department;

/// Returns the statements about a trainee, those about the keys and names of everyone who signed or is named in them, and
/// the settings and standards that they were signed under, by position.
pub(crate) fn statements(tx: &Tx<'_>, trainee: &PersonId) -> Result<BTreeMap<u64, Statement>, Error> {
    let mut chosen = BTreeMap::new();
    for position in sign_off_index::positions(tx, &Viewer::Department, Some(trainee))? {
        let entry = log::entry_at(tx, position)?.ok_or_else(|| damaged("a statement is not there"))?;
        chosen.insert(position, decode(&entry.signed.text)?);
    }
    let mut others = BTreeMap::new();
    for (position, text) in department::statements(tx)? {
        others.insert(position, decode(&text)?);
    }
    Ok(with_what_they_need(chosen, others, trainee))
}

/// Returns the positions of the statements that a newer bundle of a log must have, of those that earlier ones had and that the
/// log has not erased since: a record, and what it takes to check that. People and settings that only erased statements needed
/// are not in it, nor what was said about those.
pub(crate) fn still_needed(known: BTreeMap<u64, Statement>, trainee: &PersonId) -> BTreeSet<u64> {
    let (mut chosen, mut others, mut present) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
    for (position, statement) in known {
        let is_import = statement.body.put_back().is_some();
        if statement.body.trainee().is_none() && !is_import {
            others.insert(position, statement);
            continue;
        }
        // An annotation comes after the statement that it is about.
        if is_import || statement.body.refers_to().is_none_or(|of| present.contains(&of)) {
            present.extend(statement.body.put_back());
            present.insert(statement.id);
            chosen.insert(position, statement);
        }
    }
    with_what_they_need(chosen, others, trainee).into_keys().collect()
}

/// Adds the statements that it takes to check those of a record.
fn with_what_they_need(
    mut chosen: BTreeMap<u64, Statement>,
    mut others: BTreeMap<u64, Statement>,
    trainee: &PersonId,
) -> BTreeMap<u64, Statement> {
    let mut needed = Needed::default();
    needed.signers.insert(trainee.clone());
    for statement in chosen.values() {
        needed.add(statement);
    }
    // Statements about a signer have signers of their own.
    loop {
        let found: Vec<u64> = others
            .iter()
            .filter(|(_, statement)| needed.is_met_by(statement, trainee))
            .map(|(position, _)| *position)
            .collect();
        if found.is_empty() {
            return chosen;
        }
        for position in found {
            let Some(statement) = others.remove(&position) else { continue };
            needed.add(&statement);
            chosen.insert(position, statement);
        }
    }
}

/// What it takes to check the statements chosen so far.
#[derive(Debug, Default)]
struct Needed {
    signers: BTreeSet<PersonId>,
    /// People who are named in a statement, but need not have signed any.
    named: BTreeSet<PersonId>,
    standards: BTreeSet<StandardRef>,
    /// The statements chosen so far that certify a key.
    keys: BTreeSet<StatementId>,
}

impl Needed {
    fn add(&mut self, statement: &Statement) {
        self.signers.insert(statement.signer.who.id.clone());
        let content = statement.body.content();
        self.named.extend(content.people().into_iter().cloned());
        self.named.extend(statement.body.person().cloned());
        self.standards.extend(content.standards().into_iter().cloned());
        if let Body::Key(_) = &statement.body {
            self.keys.insert(statement.id);
        }
        if let Body::Enrolment(named) = &statement.body {
            self.standards.insert(named.enrolment.standard.clone());
        }
        if let Body::Competences(adoption) = &statement.body {
            self.standards.extend(adoption.beside.iter().cloned());
        }
    }

    fn is_met_by(&self, statement: &Statement, trainee: &PersonId) -> bool {
        let signs = |who: &PersonId| self.signers.contains(who);
        if let Body::Person(person) = &statement.body {
            return signs(&person.id) || self.named.contains(&person.id);
        }
        if let Body::Key(grant) = &statement.body {
            return signs(&grant.person.id);
        }
        if let Body::Retire(retire) = &statement.body {
            return signs(&retire.person.id);
        }
        if let Body::Compromise(compromise) = &statement.body {
            return signs(&compromise.person.id);
        }
        if let Body::Countersign(countersign) = &statement.body {
            return self.keys.contains(&countersign.of);
        }
        if let Body::Enrolment(named) = &statement.body {
            return named.enrolment.trainee == *trainee;
        }
        if let Body::Pause(pause) = &statement.body {
            return pause.trainee.id == *trainee;
        }
        if let Body::Standard(_) | Body::Competences(_) = &statement.body {
            return statement.body.content().standard().is_some_and(|of| self.standards.contains(of));
        }
        matches!(&statement.body, Body::Genesis(_) | Body::Policy(_))
    }
}
