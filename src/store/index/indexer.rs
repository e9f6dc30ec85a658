//! Updates the index tables from statements, both when they are appended and when all indexes are rebuilt.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::NaiveDate;

use crate::claims;
use crate::codec::Item;
use crate::db::WriteTx;
use crate::erased_and_imported::{all_erased, erased, position_of};
use crate::error::{StoreError, damaged};
use crate::index::annotation_index::{self, NoteKind};
use crate::index::people::{
    KeyChange, change_key, policy, put_enrolment, put_holder, put_newest, put_person, put_policy, set_newest,
};
use crate::index::programme_index::FactKind;
use crate::index::sign_off_index::{
    Change, Indexed, add, add_to_summary, change, recompute_state, recorded_items, recount,
};
use crate::index::{carried_index, days, elsewhere, issuer, packed_states, pauses, people, programme_index, standards};
use crate::log::{add_key, key_number, signed_by};
use countersign_core::people::person::{Enrolment, PersonRef};
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::{KsbKind, PersonId, StandardRef, StatementId};
use countersign_core::rules::log_state::Policy;
use countersign_core::standard::Standard;
use countersign_core::standard::options::Scope;
use countersign_core::statement::kinds::carry_over::CarryOver;
use countersign_core::statement::kinds::countersign::Countersign;
use countersign_core::statement::kinds::issuer::IssuerChange;
use countersign_core::statement::kinds::keys::Compromise;
use countersign_core::statement::kinds::received::Received;
use countersign_core::statement::kinds::review::Party;
use countersign_core::statement::kinds::rotation::Rotation;
use countersign_core::statement::kinds::sample::Sampled;
use countersign_core::statement::kinds::sign_off::SignOff;
use countersign_core::statement::kinds::taken_back::TakenBack;
use countersign_core::statement::{Body, Statement};

/// The index tables, derived from the log alone, in an order in which they can be emptied.
pub const TABLES: &[&str] = &[
    "summary",
    "standing",
    "state",
    "newest",
    "sign_off",
    "note",
    "carried",
    "fact",
    "hour",
    "policy",
    "pause",
    "enrolment",
    "list",
    "standard",
    "holder",
    "person",
    "other_log",
    "received",
    "rotation",
    "elsewhere",
];
/// The workspace tables with columns that the log determines, such as what answered a claim.
pub const FOLLOWED: &[&str] = &["claim", "claim_item"];

/// Empties every index.
pub fn clear(tx: &WriteTx<'_>) -> Result<(), StoreError> {
    TABLES.iter().try_for_each(|table| tx.batch(&format!("DELETE FROM {table}")))?;
    claims::reset(tx)
}

/// Removes the statement at a position from the indexes, as its erasure does. For a transaction that is rolled back.
pub fn without(tx: &WriteTx<'_>, at: u64) -> Result<(), StoreError> {
    let mut indexer = Indexer::default();
    indexer.remove(tx, at)?;
    indexer.finish(tx)
}

/// Indexes a single statement; see [`Indexer`].
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

/// Indexes the statements of one transaction, caching lookups and writing totals once at the end.
#[derive(Debug, Default)]
pub struct Indexer {
    people: HashMap<PersonId, i64>,
    standards: HashMap<StandardRef, i64>,
    courses: HashMap<i64, Arc<Standard>>,
    /// Trainees' scopes; `None` for the full standard.
    scopes: HashMap<(i64, i64), Option<Scope>>,
    policy: Option<Policy>,
    gained: HashMap<(i64, i64), SummaryChange>,
    moved: HashSet<(i64, i64)>,
    newest: Option<Timestamp>,
    /// The time of the import whose statement comes next.
    importing: Option<Timestamp>,
}

/// The change of a trainee's totals: overall and for each duty.
#[derive(Debug, Default)]
struct SummaryChange {
    signed: i64,
    duties: Vec<i64>,
}

impl Indexer {
    /// Indexes the statement at a position. `standard` is a sign-off's, if it is loaded. An `import` must be followed
    /// by [`Indexer::add_put_back`].
    pub fn add(
        &mut self,
        tx: &WriteTx<'_>,
        statement: &Statement,
        at: u64,
        standard: Option<&Arc<Standard>>,
    ) -> Result<(), StoreError> {
        self.newest = self.newest.max(Some(statement.signed));
        self.importing = None;
        self.body(tx, statement, at, standard)
    }

    /// Indexes a statement on a record at the position of the import that brought it back.
    pub fn add_put_back(
        &mut self,
        tx: &WriteTx<'_>,
        statement: &Statement,
        at: u64,
        standard: Option<&Arc<Standard>>,
    ) -> Result<(), StoreError> {
        if !statement.body.kind().is_erasable() || statement.body.put_back().is_some() {
            return Err(damaged("an imported statement is not on anyone's record"));
        }
        self.body(tx, statement, at, standard)
    }

    /// Indexes what a bundle brought, once it is stored.
    pub fn add_received(&mut self, tx: &WriteTx<'_>, received: &Received, at: u64) -> Result<(), StoreError> {
        let trainee = self.person(tx, &received.trainee.id)?;
        let items = elsewhere::put_received(tx, received, at, (trainee, &received.trainee.id))?;
        self.recompute_elsewhere(tx, items)
    }

    /// Indexes that what bundles brought was taken back, once it is removed.
    pub fn add_taken_back(&mut self, tx: &WriteTx<'_>, content: &TakenBack, at: u64) -> Result<(), StoreError> {
        let trainee = self.person(tx, &content.trainee.id)?;
        let items = elsewhere::put_taken_back(tx, content, at, (trainee, &content.trainee.id))?;
        self.recompute_elsewhere(tx, items)
    }

    /// Indexes that a rotation begins or ends.
    pub fn add_rotation(&mut self, tx: &WriteTx<'_>, content: &Rotation, at: u64) -> Result<(), StoreError> {
        let trainee = self.person(tx, &content.trainee.id)?;
        let items = elsewhere::put_rotation(tx, content, at, (trainee, &content.trainee.id))?;
        self.recompute_elsewhere(tx, items)
    }

    /// Indexes what the hub brought for a trainee, once it is stored.
    pub fn add_pulled(&mut self, tx: &WriteTx<'_>, id: &PersonId) -> Result<(), StoreError> {
        let trainee = self.person(tx, id)?;
        let items = elsewhere::put_pulled(tx, (trainee, id))?;
        self.recompute_elsewhere(tx, items)
    }

    /// Recomputes the states of items whose sign-offs elsewhere changed, if those count.
    fn recompute_elsewhere(&mut self, tx: &WriteTx<'_>, items: Vec<Item>) -> Result<(), StoreError> {
        if self.policy(tx)?.imported > 0 { self.recompute(tx, items) } else { Ok(()) }
    }

    fn body(
        &mut self,
        tx: &WriteTx<'_>,
        statement: &Statement,
        at: u64,
        standard: Option<&Arc<Standard>>,
    ) -> Result<(), StoreError> {
        let by = &statement.signer.who;
        let signed = (statement.signed.day(), statement.signed.day());
        match &statement.body {
            Body::Genesis(genesis) => {
                put_person(tx, &genesis.officer_as_person(statement.signer.registration.clone()), at)?;
                put_holder(tx, add_key(tx, &genesis.key)?, &genesis.officer.id, at, false)?;
                genesis.policy.iter().try_for_each(|(name, value)| put_policy(tx, *name, *value))
            }
            Body::Person(person) => {
                put_person(tx, person, at)?;
                if person.left { claims::leave(tx, &person.id, at) } else { Ok(()) }
            }
            Body::Key(grant) => {
                let pending = self.policy(tx)?.two_person_keys > 0;
                put_holder(tx, add_key(tx, &grant.key)?, &grant.person.id, at, pending)
            }
            Body::Standard(adoption) => {
                standards::put(tx, &adoption.standard, &adoption.content, at)?;
                let items = elsewhere::adopted(tx, &adoption.standard)?;
                self.recompute_elsewhere(tx, items)
            }
            Body::Competences(adoption) => standards::put_list(tx, &adoption.list, &adoption.content, at),
            Body::Enrolment(named) => self.enrolment(tx, &named.enrolment, at),
            Body::Pause(pause) => pauses::put(tx, pause, at),
            Body::Policy(settings) => {
                let before = self.policy(tx)?;
                settings.iter().try_for_each(|(name, value)| put_policy(tx, *name, *value))?;
                let after = before.with(settings);
                self.policy = Some(after);
                if before.imported != after.imported {
                    let items = elsewhere::items(tx, None)?;
                    self.recompute(tx, items)?;
                }
                let decides = |policy: &Policy| (policy.countersign, policy.carried_over, policy.imported);
                if decides(&before) == decides(&after) { Ok(()) } else { self.recount(tx, &after) }
            }
            Body::Retire(retire) => change_key(tx, &retire.key, KeyChange::Retired(at)),
            Body::Compromise(compromise) => self.compromise(tx, compromise, at),
            Body::Erase(erase) => self.remove(tx, erase.position),
            Body::Clock(_) => {
                self.newest = Some(statement.signed);
                set_newest(tx, statement.signed)?;
                let (ahead, carried) = days::put_right(tx, at, statement.signed)?;
                self.recompute(tx, carried)?;
                // No countersignature is added; this only updates the state, which depends on the day.
                ahead.into_iter().try_for_each(|of| self.must(tx, of, Change::Countersigned(0)))
            }
            Body::IssuerKey(content) => {
                issuer::put_issuer(tx, matches!(content.change, IssuerChange::InForce { .. }).then_some(at))
            }
            Body::Import(_) => {
                self.importing = Some(statement.signed);
                Ok(())
            }
            Body::OtherLog(content) => elsewhere::put_log(tx, content, at),
            Body::Restore(_) | Body::Received(_) | Body::TakenBack(_) | Body::Rotation(_) => Ok(()),
            Body::SignOff(sign_off) => {
                self.sign_off(tx, sign_off, by, at, standard)?;
                claims::answer(tx, &sign_off.trainee.id, &sign_off.item.standard, sign_off.item.code, at)
            }
            Body::Review(review) => self.fact(tx, statement, at, FactKind::Review, (review.held, review.next)),
            Body::Hours(hours) => {
                self.fact(tx, statement, at, FactKind::Hours, hours.days())?;
                programme_index::add_hours(tx, at, self.person(tx, &hours.trainee.id)?, hours)
            }
            Body::Recognition(_) => self.fact(tx, statement, at, FactKind::Recognition, signed),
            Body::TrainingPlan(_) => self.fact(tx, statement, at, FactKind::TrainingPlan, signed),
            Body::CarryOver(content) => self.carry_over(tx, statement, content, at),
            Body::Requirement(_) => self.fact(tx, statement, at, FactKind::Requirement, signed),
            Body::Confirm(confirm) => {
                let employer = confirm.party == Party::Employer;
                let kind = if employer { FactKind::Employer } else { FactKind::Provider };
                self.fact(tx, statement, at, kind, signed)
            }
            Body::Withdraw(withdraw) => {
                let Some(of) = self.note(tx, withdraw.of, NoteKind::Withdraw, by, at)? else { return Ok(()) };
                if self.change(tx, of, Change::Withdrawn(at))? {
                    return claims::reopen(tx, of, at);
                }
                self.withdraw_note(tx, of, at)
            }
            Body::Countersign(countersign) => self.countersign(tx, countersign, by, at),
            Body::Sample(sample) => {
                let kind = match sample.outcome {
                    Sampled::Accepted => NoteKind::Accepted,
                    Sampled::Rejected => NoteKind::Rejected,
                };
                match self.note(tx, sample.of, kind, by, at)? {
                    Some(of) if kind == NoteKind::Rejected => self.must(tx, of, Change::Rejected(at)),
                    _ => Ok(()),
                }
            }
            Body::Acknowledge(response) => self.note(tx, response.of, NoteKind::Acknowledge, by, at).map(|_| ()),
            Body::Dispute(response) => self.note(tx, response.of, NoteKind::Dispute, by, at).map(|_| ()),
        }
    }

    /// Takes the time of an erased statement into account.
    pub fn saw(&mut self, signed: Timestamp) {
        self.newest = self.newest.max(Some(signed));
    }

    /// Writes the totals.
    pub fn finish(mut self, tx: &WriteTx<'_>) -> Result<(), StoreError> {
        if let Some(newest) = self.newest {
            put_newest(tx, newest)?;
        }
        self.moved.iter().try_for_each(|whose| packed_states::put(tx, *whose))?;
        self.write_figures(tx)
    }

    fn write_figures(&mut self, tx: &WriteTx<'_>) -> Result<(), StoreError> {
        for (whose, gained) in self.gained.drain() {
            if gained.signed != 0 || gained.duties.iter().any(|duty| *duty != 0) {
                add_to_summary(tx, whose, gained.signed, &gained.duties)?;
            }
        }
        Ok(())
    }

    fn sign_off(
        &mut self,
        tx: &WriteTx<'_>,
        s: &SignOff,
        by: &PersonRef,
        at: u64,
        standard: Option<&Arc<Standard>>,
    ) -> Result<(), StoreError> {
        let observed = self.importing.map_or(s.observed, |imported| days::put_back(s.observed, imported));
        let entry = Indexed { position: at, code: s.item.code, outcome: s.outcome, observed };
        let trainee = self.person(tx, &s.trainee.id)?;
        let on = self.standard(tx, &s.item.standard)?;
        let signer = self.person(tx, &by.id)?;
        if let Some(standard) = standard {
            self.courses.entry(on).or_insert_with(|| Arc::clone(standard));
        }
        let policy = self.policy(tx)?;
        let asked = self.asks(tx, (trainee, on, entry.code))?;
        let gained = add(tx, &entry, [trainee, on, signer], asked, &policy)?;
        self.moved.insert((trainee, on));
        self.gain(tx, (trainee, on, entry.code), gained)
    }

    /// Indexes an enrolment. If the scope changes, existing sign-offs are counted again; all of them stay.
    fn enrolment(&mut self, tx: &WriteTx<'_>, enrolment: &Enrolment, at: u64) -> Result<(), StoreError> {
        let trainee = self.person(tx, &enrolment.trainee)?;
        let on = self.standard(tx, &enrolment.standard)?;
        let before = people::scope_of_number(tx, trainee)?;
        put_enrolment(tx, enrolment, at)?;
        self.scopes.retain(|(whose, _), _| *whose != trainee);
        let part = |(on, scope): &(i64, Scope)| (!scope.is_whole()).then_some(*on);
        let after = (on, enrolment.scope.clone());
        if before.as_ref() == Some(&after) {
            return Ok(());
        }
        let mut touched: Vec<i64> = before.iter().chain([&after]).filter_map(part).collect();
        touched.dedup();
        let recorded = touched.iter().map(|on| recorded_items(tx, (trainee, *on))).collect::<Result<Vec<_>, _>>()?;
        let mut items = recorded.concat();
        if self.policy(tx)?.imported > 0 {
            let elsewhere = elsewhere::items(tx, Some(trainee))?;
            items.extend(elsewhere.into_iter().filter(|item| touched.contains(&item.1)));
        }
        self.recompute(tx, items)
    }

    /// Indexes an earlier record: the statement, and each item that it carries over.
    fn carry_over(
        &mut self,
        tx: &WriteTx<'_>,
        statement: &Statement,
        content: &CarryOver,
        at: u64,
    ) -> Result<(), StoreError> {
        self.fact(tx, statement, at, FactKind::CarryOver, content.days())?;
        let trainee = self.person(tx, &content.trainee.id)?;
        for (of, item) in content.items() {
            carried_index::add(tx, at, (trainee, self.standard(tx, of)?, item.code), item.on)?;
        }
        self.recompute(tx, carried_index::items_at(tx, at)?)
    }

    /// Recomputes the states of items after a change to what is recorded of them.
    fn recompute(&mut self, tx: &WriteTx<'_>, items: Vec<Item>) -> Result<(), StoreError> {
        let policy = self.policy(tx)?;
        for item in items {
            let asked = self.asks(tx, item)?;
            let gained = recompute_state(tx, item, asked, &policy)?;
            self.moved.insert((item.0, item.1));
            self.gain(tx, item, gained)?;
        }
        Ok(())
    }

    /// Returns whether a KSB is in a trainee's scope. On a former standard, everything signed still counts.
    fn asks(&mut self, tx: &WriteTx<'_>, (trainee, on, code): Item) -> Result<bool, StoreError> {
        if code.kind == KsbKind::Local {
            return Ok(true);
        }
        let scope = match self.scopes.entry((trainee, on)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let found = people::scope_of_number(tx, trainee)?.filter(|(of, scope)| *of == on && !scope.is_whole());
                place.insert(found.map(|(_, scope)| scope))
            }
        };
        let Some(scope) = scope.clone() else { return Ok(true) };
        Ok(self.course(tx, on)?.asks(&scope, code))
    }

    fn fact(
        &mut self,
        tx: &WriteTx<'_>,
        statement: &Statement,
        at: u64,
        kind: FactKind,
        days: (NaiveDate, NaiveDate),
    ) -> Result<(), StoreError> {
        let trainee = statement.body.trainee().ok_or_else(missing)?;
        let people = [self.person(tx, &trainee.id)?, self.person(tx, &statement.signer.who.id)?];
        programme_index::add(tx, at, kind, people, days)
    }

    fn countersign(
        &mut self,
        tx: &WriteTx<'_>,
        countersign: &Countersign,
        by: &PersonRef,
        at: u64,
    ) -> Result<(), StoreError> {
        let target = position_of(tx, countersign.of)?.ok_or_else(missing)?;
        // A key's countersignature has no note; it is recorded on the key.
        if !annotation_index::present(tx, target)?
            && let Some(key) = people::granted_at(tx, target)?
        {
            return change_key(tx, &key, KeyChange::Countersigned);
        }
        match self.note(tx, countersign.of, NoteKind::Countersign, by, at)? {
            Some(of) => self.must(tx, of, Change::Countersigned(1)),
            None => Ok(()),
        }
    }

    /// Indexes a note and returns its target's position; `None` if the target, or what that was about, is erased.
    fn note(
        &mut self,
        tx: &WriteTx<'_>,
        of: StatementId,
        kind: NoteKind,
        by: &PersonRef,
        at: u64,
    ) -> Result<Option<u64>, StoreError> {
        let target = position_of(tx, of)?.ok_or_else(missing)?;
        if !annotation_index::present(tx, target)? {
            let gone = erased(tx, target)?.is_some() || !all_erased(tx)?.is_empty();
            return if gone { Ok(None) } else { Err(missing()) };
        }
        annotation_index::add(tx, at, kind, target, self.person(tx, &by.id)?)?;
        Ok(Some(target))
    }

    /// Marks a note or fact as withdrawn; a withdrawn countersignature no longer counts.
    fn withdraw_note(&mut self, tx: &WriteTx<'_>, of: u64, at: u64) -> Result<(), StoreError> {
        let note = annotation_index::note(tx, of)?;
        if !annotation_index::withdraw(tx, of, at)? {
            return Err(missing());
        }
        match note {
            Some(note) if note.kind == NoteKind::Countersign && note.doubted.is_none() => {
                self.must(tx, note.target, Change::Countersigned(-1))
            }
            Some(_) => Ok(()),
            None => self.recompute(tx, carried_index::items_at(tx, of)?),
        }
    }

    /// Marks a key as compromised; its statements from that position on no longer count.
    fn compromise(&mut self, tx: &WriteTx<'_>, compromise: &Compromise, at: u64) -> Result<(), StoreError> {
        change_key(tx, &compromise.key, KeyChange::Compromised(compromise.from))?;
        let key = key_number(tx, &compromise.key)?.ok_or_else(missing)?;
        for of in signed_by(tx, key, compromise.from..at)? {
            self.change(tx, of, Change::Doubted(at))?;
            let note = annotation_index::note(tx, of)?;
            annotation_index::doubt(tx, of, at)?;
            self.recompute(tx, carried_index::items_at(tx, of)?)?;
            if let Some(note) = note
                && note.kind == NoteKind::Countersign
                && note.withdrawn.is_none()
                && note.doubted.is_none()
            {
                self.must(tx, note.target, Change::Countersigned(-1))?;
            }
        }
        Ok(())
    }

    /// Removes an erased statement from the indexes, with all notes on it.
    fn remove(&mut self, tx: &WriteTx<'_>, at: u64) -> Result<(), StoreError> {
        self.change(tx, at, Change::Removed)?;
        let carried = carried_index::items_at(tx, at)?;
        annotation_index::remove(tx, at)?;
        self.recompute(tx, carried)
    }

    fn change(&mut self, tx: &WriteTx<'_>, of: u64, what: Change) -> Result<bool, StoreError> {
        let policy = self.policy(tx)?;
        let mut asked = |item| self.asks(tx, item);
        let Some((item, gained)) = change(tx, of, what, &policy, &mut asked)? else { return Ok(false) };
        self.moved.insert((item.0, item.1));
        self.gain(tx, item, gained)?;
        Ok(true)
    }

    fn must(&mut self, tx: &WriteTx<'_>, of: u64, what: Change) -> Result<(), StoreError> {
        if self.change(tx, of, what)? { Ok(()) } else { Err(missing()) }
    }

    /// Recomputes all totals for another policy.
    fn recount(&mut self, tx: &WriteTx<'_>, policy: &Policy) -> Result<(), StoreError> {
        self.gained.clear();
        self.courses = standards::by_number(tx)?;
        let mut items = Vec::new();
        recount(tx, policy, &mut |item| items.push(item))?;
        items.into_iter().try_for_each(|item| self.gain(tx, item, 1))?;
        self.write_figures(tx)
    }

    fn gain(&mut self, tx: &WriteTx<'_>, (trainee, on, code): Item, gained: i64) -> Result<(), StoreError> {
        // Local competences are not part of a standard's totals.
        if gained == 0 || code.kind == KsbKind::Local {
            return Ok(());
        }
        let standard = self.course(tx, on)?;
        let sum = self.gained.entry((trainee, on)).or_default();
        sum.signed += gained;
        sum.duties.resize(standard.duties().len(), 0);
        let linked = standard.ksb(code).map(|ksb| ksb.duties.as_slice()).unwrap_or_default();
        for (duty, count) in standard.duties().iter().zip(&mut sum.duties) {
            *count += if linked.contains(&duty.no) { gained } else { 0 };
        }
        Ok(())
    }

    fn course(&mut self, tx: &WriteTx<'_>, on: i64) -> Result<Arc<Standard>, StoreError> {
        if !self.courses.contains_key(&on) {
            self.courses.extend(standards::by_number(tx)?);
        }
        let standard = self.courses.get(&on).map(Arc::clone);
        standard.ok_or_else(|| damaged("a statement is about a standard that is not there"))
    }

    fn policy(&mut self, tx: &WriteTx<'_>) -> Result<Policy, StoreError> {
        match self.policy {
            Some(policy) => Ok(policy),
            None => Ok(*self.policy.insert(policy(tx)?)),
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

fn missing() -> StoreError {
    damaged("what a statement is about is not there, or that befell it already")
}
