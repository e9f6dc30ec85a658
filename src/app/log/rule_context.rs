//! Loads from the file what the rules need to check statements, and applies the side effects of signed ones.

use std::collections::BTreeSet;

use std::collections::HashMap;
use std::sync::Arc;

use crate::error::Error;
use crate::log::referenced::{statement_at, target};
use crate::log::touched;
use countersign_core::people::person::Viewer;
use countersign_core::primitives::ids::{Digest, LogOrigin, PersonId, StandardRef, StatementId};
use countersign_core::primitives::key::PublicKey;
use countersign_core::rules::facts::{PriorStatement, ReferencedEntry};
use countersign_core::rules::log_state::Roster;
use countersign_core::standard::Standard;
use countersign_core::standard::local::LocalCompetenceList;
use countersign_core::statement::Body;
use countersign_core::statement::decode::decode;
use countersign_core::statement::kind::Kind;
use countersign_core::statement::kinds::issuer::IssuerKey;
use countersign_core::statement::kinds::received::{Received, kept_line};
use countersign_core::statement::kinds::rotation::Rotation;
use countersign_core::statement::kinds::taken_back::TakenBack;
use countersign_ledger::batch::SignedBatch;
use countersign_ledger::replay::ReceiptStatement;
use countersign_store::db::{Tx, WriteTx};
use countersign_store::error::{StoreError, damaged};
use countersign_store::from_elsewhere::held::Held;
use countersign_store::from_elsewhere::{held, held_leaves, pulled};
use countersign_store::index::elsewhere::RotationRow;
use countersign_store::index::indexer::Indexer;
use countersign_store::index::issuer as issuer_index;
use countersign_store::index::{elsewhere, pauses, people, standards};
use countersign_store::{erased_and_imported, log, touches};

/// Content that statements refer to but do not carry, loaded before the write lock is taken.
#[derive(Debug, Default)]
pub(crate) struct ReferencedContent {
    pub standards: HashMap<StandardRef, Arc<Standard>>,
    pub put_back: HashMap<StatementId, ReceiptStatement>,
    /// What a bundle brings.
    pub received: Option<Arc<StagedBundle>>,
}

/// What a bundle brings, kept in memory until the statement that records it is written.
#[derive(Debug, Default)]
pub(crate) struct StagedBundle {
    /// New statements, and known ones with a newer proof.
    pub held: Vec<Held>,
    /// The texts of standards, by digest.
    pub texts: Vec<(Digest, String)>,
    /// The batches in which security keys signed statements.
    pub batches: Vec<SignedBatch>,
    /// The leaf hashes of each log.
    pub histories: Vec<(LogOrigin, Vec<Digest>)>,
}

/// The earlier statements that a body refers to.
#[derive(Debug, Default)]
pub(crate) struct Targets {
    pub own: Option<ReferencedEntry>,
    /// What the imported statement refers to.
    pub inner: Option<ReferencedEntry>,
}

/// Returns the earlier statements that a body at a position refers to.
pub(crate) fn targets(tx: &Tx<'_>, body: &Body, about_it: &ReferencedContent, at: u64) -> Result<Targets, Error> {
    let find = |of: Option<StatementId>| match of {
        Some(of) => target(tx, of, at),
        None => Ok(None),
    };
    let back = body.put_back().and_then(|of| about_it.put_back.get(&of));
    Ok(Targets { own: find(body.refers_to())?, inner: find(back.and_then(|back| back.statement.body.refers_to()))? })
}

/// Loads the current state of everything that these bodies touch.
pub(crate) fn roster_for(
    tx: &Tx<'_>,
    signer: &PersonId,
    key: &PublicKey,
    bodies: &[Body],
    about_them: &ReferencedContent,
) -> Result<Roster, Error> {
    let head = log::head(tx)?.map_or(0, |head| head.size);
    let mut touched = RuleContextBuilder {
        tx,
        head,
        roster: Roster {
            origin: if head > 0 { log::log(tx)?.map(|(origin, _)| origin) } else { None },
            policy: people::policy(tx)?,
            newest: people::newest(tx)?,
            issuer: issuer(tx)?.map(|content| content.key.fingerprint()),
            other_logs: elsewhere::accepted(tx)?.into_iter().collect(),
            ..Roster::default()
        },
    };
    touched.person(signer)?;
    touched.key(&key.fingerprint())?;
    for body in bodies {
        touched.body(body)?;
        if let Body::Competences(adoption) = body
            && let Some(list) = about_them.standards.get(&adoption.list)
        {
            list.local().into_iter().flat_map(LocalCompetenceList::people).try_for_each(|id| touched.person(id))?;
        }
        if let Some(back) = body.put_back().and_then(|of| about_them.put_back.get(&of)) {
            touched.person(&back.statement.signer.who.id)?;
            touched.key(&back.fingerprint())?;
            touched.body(&back.statement.body)?;
        }
    }
    let mut roster = touched.roster;
    // A standard offered for adoption must not be in the roster yet, or the rules would treat it as adopted.
    let (all, lists) = (standards::all(tx)?, standards::lists(tx)?);
    roster.lists = lists.iter().map(|of| (of.reference().to_owned(), of.clone())).collect();
    let adopted = all.into_iter().chain(lists);
    let adopted = adopted.filter_map(|of| about_them.standards.get(&of).map(|s| (of, Arc::clone(s))));
    roster.standards.extend(adopted);
    Ok(roster)
}

/// Returns the statement of the issuer key in force.
pub(crate) fn issuer(tx: &Tx<'_>) -> Result<Option<IssuerKey>, Error> {
    let Some(at) = issuer_index::issuer(tx)? else { return Ok(None) };
    match statement_at(tx, at)?.body {
        Body::IssuerKey(content) => Ok(Some(content)),
        other => Err(damaged(format!("entry {at} sets no issuer key, but is a {}", other.kind())).into()),
    }
}

/// Collects a roster.
struct RuleContextBuilder<'t> {
    tx: &'t Tx<'t>,
    head: u64,
    roster: Roster,
}

impl RuleContextBuilder<'_> {
    fn person(&mut self, id: &PersonId) -> Result<(), Error> {
        if !self.roster.people.contains_key(id) {
            self.roster.people.extend(people::person(self.tx, id)?.map(|person| (id.clone(), person)));
            self.roster.enrolments.extend(people::enrolment(self.tx, id)?.map(|enrolment| (id.clone(), enrolment)));
            let paused = pauses::of(self.tx, id)?;
            if !paused.is_empty() {
                self.roster.pauses.insert(id.clone(), paused);
            }
        }
        Ok(())
    }

    fn key(&mut self, fingerprint: &Digest) -> Result<(), Error> {
        self.roster
            .keys
            .extend(people::registered_key(self.tx, fingerprint)?.map(|registered| (*fingerprint, registered)));
        Ok(())
    }

    fn body(&mut self, body: &Body) -> Result<(), Error> {
        let content = body.content();
        body.person().into_iter().chain(content.people()).try_for_each(|id| self.person(id))?;
        if let Some(key) = content.key() {
            self.key(&key)?;
        }
        if let Body::TakenBack(content) = body {
            let id = &content.trainee.id;
            for row in elsewhere::received_for(self.tx, &Viewer::Department, id)? {
                self.roster.received.insert((id.clone(), row.origin), row.there);
            }
        }
        if let Body::Rotation(content) = body {
            self.rotations(&content.origin)?;
        }
        let Some(of) = content.refers_to() else { return Ok(()) };
        match target(self.tx, of, self.head)?.and_then(|target| target.prior) {
            Some(PriorStatement { kind: Kind::Key, .. }) => self.waiting(of),
            Some(prior) => self.person(&prior.signer),
            None => Ok(()),
        }
    }

    /// Adds the rotations to a log: one person there is one person here.
    fn rotations(&mut self, origin: &LogOrigin) -> Result<(), Error> {
        let current = elsewhere::rotations(self.tx)?.into_iter();
        for row in current.filter(|row| row.ended.is_none() && row.origin == *origin) {
            self.person(&row.trainee.id)?;
            self.roster.rotations.insert((row.trainee.id, row.origin), row.there);
        }
        Ok(())
    }

    /// Adds the key granted by a statement, which may wait for its second signature.
    fn waiting(&mut self, of: StatementId) -> Result<(), Error> {
        let Some(entry) = log::entry_of(self.tx, of)? else { return Ok(()) };
        let Body::Key(grant) = decode(&entry.signed.text)?.body else { return Ok(()) };
        let fingerprint = grant.key.fingerprint();
        self.key(&fingerprint)?;
        if self.roster.keys.get(&fingerprint).is_some_and(|registered| registered.pending) {
            self.roster.pending.insert(of, fingerprint);
        }
        Ok(())
    }
}

/// Applies a statement's side effects: deletes what is erased, and stores and indexes what is imported.
pub(crate) fn apply_side_effects(
    tx: &WriteTx<'_>,
    indexer: &mut Indexer,
    body: &Body,
    at: u64,
    about_it: &ReferencedContent,
) -> Result<(), StoreError> {
    if let Body::Erase(erase) = body {
        return erased_and_imported::erase(tx, erase, at);
    }
    if let Body::Received(received) = body {
        return keep_received(tx, indexer, received, at, about_it);
    }
    if let Body::TakenBack(content) = body {
        return remove_taken_back(tx, indexer, content, at);
    }
    if let Body::Rotation(content) = body {
        return begin_or_end(tx, indexer, content, at);
    }
    let Body::Import(import) = body else { return Ok(()) };
    let missing = || damaged("the statement of an import is missing");
    let back = about_it.put_back.get(&import.of).ok_or_else(missing)?;
    let key = log::key_number(tx, &back.fingerprint())?.ok_or_else(missing)?;
    if let Some(batch) = back.batch() {
        touched::keep(tx, batch)?;
    }
    erased_and_imported::put_back(tx, at, import.of, key, &back.signed())?;
    let standard = back.statement.body.content().standard().and_then(|of| about_it.standards.get(of));
    indexer.add_put_back(tx, &back.statement, at, standard)
}

/// Stores what a bundle brings, deletes what its logs erased, and indexes both.
fn keep_received(
    tx: &WriteTx<'_>,
    indexer: &mut Indexer,
    received: &Received,
    at: u64,
    about_it: &ReferencedContent,
) -> Result<(), StoreError> {
    let staged = about_it.received.as_ref().ok_or_else(|| damaged("the statements of a bundle are missing"))?;
    for (digest, canonical) in &staged.texts {
        held::add_text(tx, digest, canonical)?;
    }
    staged.histories.iter().try_for_each(|(origin, leaves)| held_leaves::grow(tx, origin, leaves))?;
    staged.batches.iter().try_for_each(|batch| touched::keep(tx, batch))?;
    staged.held.iter().try_for_each(|one| held::put(tx, one, at))?;
    received.erased.iter().try_for_each(|one| held::blank(tx, &received.trainee.id, one, at))?;
    // The bundle may have brought again what was erased here.
    touches::drop_unnamed(tx)?;
    held::erase_evidence(tx, &received.evidence, at)?;
    // Another bundle may have been received since this one was looked at.
    if kept_list(&held::by_bundles(tx, &received.trainee.id)?) != (received.kept, received.list) {
        return Err(StoreError::HeadMoved);
    }
    indexer.add_received(tx, received, at)
}

/// Removes what bundles brought for a trainee from some logs, with the evidence that only it named.
fn remove_taken_back(tx: &WriteTx<'_>, indexer: &mut Indexer, content: &TakenBack, at: u64) -> Result<(), StoreError> {
    let trainee = &content.trainee.id;
    let origins = content.logs.iter().map(|log| log.origin.clone()).collect();
    let unnamed = held::unnamed_without(tx, trainee, &origins)?;
    for origin in &origins {
        elsewhere::forget(tx, trainee, origin)?;
        held::take_back(tx, trainee, origin, at)?;
        held_leaves::trim(tx, origin)?;
    }
    held::drop_unadopted_texts(tx)?;
    held::let_evidence_go(tx, trainee, &unnamed.of_others)?;
    held::erase_evidence(tx, &content.evidence, at)?;
    // Another bundle may have been received since this was looked at.
    let kept = kept_list(&held::by_bundles(tx, trainee)?);
    if kept != (content.kept, content.list) || unnamed.of_nobody != content.evidence {
        return Err(StoreError::HeadMoved);
    }
    indexer.add_taken_back(tx, content, at)
}

/// Indexes a rotation. Removes what the hub brought for it, if it ends because that was somebody else's.
fn begin_or_end(tx: &WriteTx<'_>, indexer: &mut Indexer, content: &Rotation, at: u64) -> Result<(), StoreError> {
    if let Some(end) = &content.ended {
        let trainee = &content.trainee.id;
        let here =
            |row: &RotationRow| row.ended.is_none() && row.trainee.id == *trainee && row.origin == content.origin;
        let row = elsewhere::rotations(tx)?.into_iter().find(here);
        let row = row.ok_or_else(|| damaged("the rotation that ends is not indexed"))?;
        let same = same_rotations(&elsewhere::rotations(tx)?, &row);
        if end.kept == 0 {
            for rotation in &same {
                pulled::remove(tx, trainee, &content.origin, *rotation)?;
            }
            held::drop_unadopted_texts(tx)?;
        }
        // The hub may have brought more since this was looked at.
        if kept_list(&brought(tx, trainee, &same)?) != (end.kept, end.list) {
            return Err(StoreError::HeadMoved);
        }
    }
    indexer.add_rotation(tx, content, at)
}

/// Returns the rotations to the same person there as another one, by the statements that began them.
pub(crate) fn same_rotations(all: &[RotationRow], as_in: &RotationRow) -> BTreeSet<u64> {
    let same = |row: &&RotationRow| {
        row.trainee.id == as_in.trainee.id && row.origin == as_in.origin && row.there.id == as_in.there.id
    };
    all.iter().filter(same).map(|row| row.position).collect()
}

/// Returns what the hub brought for the rotations that these statements began.
pub(crate) fn brought(tx: &Tx<'_>, trainee: &PersonId, rotations: &BTreeSet<u64>) -> Result<Vec<Held>, StoreError> {
    Ok(pulled::of(tx, trainee)?.into_iter().filter(|one| rotations.contains(&one.received)).collect())
}

/// Returns the number and the digest of what this file holds for a trainee, as the statement of a bundle records them.
pub(crate) fn kept_list(all: &[Held]) -> (u32, Digest) {
    let lines: String = all.iter().map(|one| kept_line(&one.origin, one.position, &one.leaf)).collect();
    (u32::try_from(all.len()).unwrap_or(u32::MAX), Digest::of(lines.as_bytes()))
}

/// Returns the statements whose text exchanges deleted, for any of these rotations.
pub(crate) fn erased_by_exchanges<'h>(all: impl Iterator<Item = &'h Held>, rotations: &BTreeSet<u64>) -> Vec<Held> {
    let gone = |one: &&Held| one.erased.is_some_and(|by| rotations.contains(&one.received) || rotations.contains(&by));
    all.filter(gone).cloned().collect()
}
