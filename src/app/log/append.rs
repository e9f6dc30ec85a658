//! Builds, checks, signs and indexes statements inside the caller's transaction, and updates the tree and the checkpoint.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use crate::claims::answered::name_claim;
use crate::clock::Clock;
use crate::error::Error;
use crate::log::rule_context::{ReferencedContent, apply_side_effects, roster_for, targets};
use crate::log::touched;
use crate::random::{Random, id, nonce};
use countersign_core::people::person::{Person, PersonRef, Role};
use countersign_core::primitives::ids::{Digest, KsbCode, PersonId, StatementId};
use countersign_core::primitives::key::PublicKey;
use countersign_core::primitives::presence::Presence;
use countersign_core::record::view::TreeHead;
use countersign_core::rules::facts::RuleContext;
use countersign_core::rules::log_state::Roster;
use countersign_core::rules::refusal::RuleViolation;
use countersign_core::rules::{check, is_suspect};
use countersign_core::standard::Standard;
use countersign_core::statement::decode::decode;
use countersign_core::statement::encode::encode;
use countersign_core::statement::fields::Tree;
use countersign_core::statement::{AuthMethod, Batch, Body, SignedText, Signer, Statement};
use countersign_ledger::batch::{SignedBatch, signature_digest};
use countersign_ledger::checkpoint_code::code;
use countersign_ledger::merkle::{CompactRange, entry, leaf_hash};
use countersign_ledger::note::{LogKey, LogVerifier};
use countersign_ledger::sshsig::{NAMESPACE, SignatureBytes, SigningKey};
use countersign_store::db::{Tx, WriteTx};
use countersign_store::error::{StoreError, damaged};
use countersign_store::index::indexer::Indexer;
use countersign_store::index::programme_index;
use countersign_store::log::{self, SignedTreeHead};
use countersign_store::workspace;

/// Signs messages: a key in memory, or one that is somewhere else.
pub trait MessageSigner: fmt::Debug {
    /// Signs a message in a namespace of OpenSSH's. A security key gives the name of a batch.
    fn sign_message(&self, namespace: &str, message: &[u8]) -> Result<SignatureBytes, Error>;

    /// Returns what its signatures show about the person at the key.
    fn presence(&self) -> Presence {
        Presence::Unknown
    }

    /// Returns the batches whose names it gives in place of signatures.
    fn batches(&self) -> &[SignedBatch] {
        &[]
    }
}

impl MessageSigner for SigningKey {
    fn sign_message(&self, namespace: &str, message: &[u8]) -> Result<SignatureBytes, Error> {
        Ok(self.sign(namespace, message))
    }
}

/// The identity a batch is signed with.
#[derive(Debug)]
pub struct SigningIdentity<'a> {
    pub person: &'a Person,
    pub key: &'a dyn MessageSigner,
    pub public: &'a PublicKey,
    pub role: Role,
    pub auth: AuthMethod,
}

/// A statement as written to the log.
pub(crate) struct AppendedStatement {
    pub(crate) position: u64,
    pub(crate) id: StatementId,
    pub(crate) key: i64,
    pub(crate) signed: SignedText,
}

/// A statement that passed the rules, with the text to sign.
struct Prepared {
    statement: Statement,
    text: String,
    standard: Option<Arc<Standard>>,
}

/// Builds, checks, signs and writes one signer's statements, inside the caller's transaction.
pub(crate) fn write(
    tx: &WriteTx<'_>,
    identity: &SigningIdentity<'_>,
    bodies: Vec<Body>,
    about: &ReferencedContent,
    log_key: &LogKey,
    clock: &dyn Clock,
    random: &mut dyn Random,
) -> Result<(Vec<AppendedStatement>, SignedTreeHead), Error> {
    let edge = edge_of(tx)?;
    let prepared = prepare(tx, identity, bodies, about, log_key, (clock, random), &edge)?;
    keep(tx, identity, prepared, edge, (log_key, about))
}

/// Builds the statements and checks the rules for each, as if those before it were in the log.
fn prepare(
    tx: &WriteTx<'_>,
    identity: &SigningIdentity<'_>,
    bodies: Vec<Body>,
    about: &ReferencedContent,
    log_key: &LogKey,
    (clock, random): (&dyn Clock, &mut dyn Random),
    edge: &CompactRange,
) -> Result<Vec<Prepared>, Error> {
    let mut roster = roster_for(tx, &identity.person.id, identity.public, &bodies, about)?;
    let (signed, millis) = (clock.now(), clock.millis());
    let seen = Tree { size: edge.size(), root: edge.root() };
    let of = u16::try_from(bodies.len()).map_err(|_| Error::usage("At most 65,535 can be signed in one go"))?;
    let batch = if of > 1 { Some(id(random, millis)?) } else { None };
    // Ids must sort in log order, within a batch as well.
    let mut ids = bodies.iter().map(|_| id(random, millis)).collect::<Result<Vec<_>, Error>>()?;
    ids.sort_unstable();
    let fingerprint = identity.public.fingerprint();
    let mut spoken = HashSet::new();
    let mut prepared = Vec::with_capacity(bodies.len());
    for (((number, position), id), body) in (1..).zip(seen.size..).zip(ids).zip(bodies) {
        let mut body = body;
        name_claim(tx, &mut body)?;
        let clock_suspect = is_suspect(&roster, &body, signed);
        let statement = Statement {
            log: log_key.verifier().origin().clone(),
            id,
            nonce: nonce(random)?,
            seen,
            body,
            signed,
            signer: signer(identity),
            batch: batch.map(|id| Batch { id, number, of }),
            clock_suspect,
        };
        if statement.body.refers_to().is_some_and(|of| !spoken.insert(of)) {
            return Err(Error::usage("The same statement is named twice in one batch").hint("Do one after the other"));
        }
        judge(tx, &mut roster, &statement, about, position, (&fingerprint, identity.key.presence()))??;
        let standard = standard_of(&statement.body, about);
        let text = encode(&statement)?;
        prepared.push(Prepared { standard: standard.cloned(), statement, text });
    }
    Ok(prepared)
}

/// Checks the rules for a statement at a position, and applies it to the roster if they allow it.
pub(crate) fn judge(
    tx: &Tx<'_>,
    roster: &mut Roster,
    statement: &Statement,
    about: &ReferencedContent,
    position: u64,
    (key, presence): (&Digest, Presence),
) -> Result<Result<(), RuleViolation>, Error> {
    let standard = standard_of(&statement.body, about);
    let targets = targets(tx, &statement.body, about, position)?;
    let back = statement.body.put_back().and_then(|of| about.put_back.get(&of));
    let inner = back.map(|back| back.inner(targets.inner.as_ref()));
    let before = programme_index::before(tx, &statement.body, position)?;
    let facts = RuleContext { position, key, presence, target: targets.own.as_ref(), standard, inner, before: &before };
    let judged = check(roster, statement, facts);
    if judged.is_ok() {
        roster.apply(statement, position, standard);
    }
    Ok(judged)
}

fn standard_of<'a>(body: &Body, about: &'a ReferencedContent) -> Option<&'a Arc<Standard>> {
    body.content().standard().and_then(|of| about.standards.get(of))
}

/// Signs and writes the entries, indexes, right edge of the tree and checkpoint.
fn keep(
    tx: &WriteTx<'_>,
    identity: &SigningIdentity<'_>,
    prepared: Vec<Prepared>,
    mut edge: CompactRange,
    (log_key, about): (&LogKey, &ReferencedContent),
) -> Result<(Vec<AppendedStatement>, SignedTreeHead), Error> {
    let mut written = Vec::with_capacity(prepared.len());
    let mut indexer = Indexer::default();
    let mut signed_off: HashMap<PersonId, Vec<KsbCode>> = HashMap::new();
    let fingerprint = identity.public.fingerprint();
    let mut key = log::key_number(tx, &fingerprint)?;
    for Prepared { statement, text, standard } in prepared {
        let signature = identity.key.sign_message(NAMESPACE, text.as_bytes())?;
        let position = edge.size();
        if let Body::Genesis(genesis) = &statement.body {
            log::begin(tx, &statement.log, genesis.log_key.as_str())?;
            key = Some(log::add_key(tx, &genesis.key)?);
        }
        let digests = (Digest::of(text.as_bytes()), signature_digest(identity.public, &signature));
        let leaf = leaf_hash(&entry(statement.id, digests.0, digests.1));
        let signed = SignedText { text, key: fingerprint, signature: signature.to_vec() };
        let key = key.ok_or_else(|| damaged("the key that signs is not in the file"))?;
        log::append(tx, position, statement.id, key, &signed)?;
        if let Some(tile) = edge.push(leaf) {
            log::add_tile(tx, tile.index, &tile.hash)?;
        }
        indexer.add(tx, &statement, position, standard.as_ref())?;
        apply_side_effects(tx, &mut indexer, &statement.body, position, about)?;
        if let Body::SignOff(s) = &statement.body {
            signed_off.entry(s.trainee.id.clone()).or_default().push(s.item.code);
        }
        written.push(AppendedStatement { position, id: statement.id, key, signed });
    }
    identity.key.batches().iter().try_for_each(|batch| touched::keep(tx, batch))?;
    indexer.finish(tx)?;
    // In the same transaction, so it costs no extra fsync.
    for (trainee, codes) in signed_off {
        workspace::forget_signed(tx, &identity.person.id, &trainee, &codes)?;
    }
    let (size, root) = (edge.size(), edge.root());
    let head = SignedTreeHead { size, edge: edge.to_bytes(), checkpoint: log_key.checkpoint(size, root) };
    log::set_head(tx, &head)?;
    Ok((written, head))
}

fn signer(identity: &SigningIdentity<'_>) -> Signer {
    Signer {
        who: PersonRef { id: identity.person.id.clone(), name: identity.person.name.clone() },
        registration: identity.person.registration.clone(),
        role: identity.role,
        auth: identity.auth,
    }
}

/// Returns the right edge of the tree; empty before the log begins.
pub(crate) fn edge_of(tx: &Tx<'_>) -> Result<CompactRange, StoreError> {
    let Some(head) = log::head(tx)? else { return Ok(CompactRange::new()) };
    let edge = CompactRange::from_bytes(&head.edge).map_err(damaged)?;
    if edge.size() == head.size { Ok(edge) } else { Err(damaged("the log's edge is not of its size")) }
}

/// Returns the verifier key of this log's checkpoints, which the first statement and the log's row must agree on.
pub(crate) fn verifier_of(tx: &Tx<'_>) -> Result<LogVerifier, Error> {
    let first = log::entry_at(tx, 0)?.ok_or_else(|| damaged("it contains no log"))?;
    let Body::Genesis(genesis) = decode(&first.signed.text)?.body else {
        return Err(damaged("its first entry does not begin a log").into());
    };
    let row = log::log(tx)?.map(|(_, verifier)| verifier);
    if row.as_deref() != Some(genesis.log_key.as_str()) {
        return Err(damaged("the log's key is not the one that its first entry names").into());
    }
    genesis.log_key.as_str().parse().map_err(|fault| damaged(fault).into())
}

/// Returns whether a checkpoint verifies with this log's key and has this size and root.
pub(crate) fn opens(tx: &Tx<'_>, checkpoint: &str, size: u64, root: Digest) -> bool {
    let opened = verifier_of(tx).ok().and_then(|verifier| verifier.open(checkpoint).ok());
    opened.is_some_and(|opened| (opened.size, opened.root) == (size, root))
}

/// Returns the tree head with its checkpoint code.
pub(crate) fn head_of(tx: &Tx<'_>) -> Result<TreeHead, StoreError> {
    let edge = edge_of(tx)?;
    let (size, root) = (edge.size(), edge.root());
    Ok(TreeHead { size, root, code: code(size, &root) })
}
