//! Signs with a key that is somewhere else and may take its time, without keeping the file locked meanwhile.
//!
//! Invariant: what is written is the very text that was signed, at the place in the log where it was rehearsed.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::app::App;
use crate::claims::answered::changed_claim;
use crate::clock::Clock;
use crate::error::Error;
use crate::keys::agent::{AgentPlace, Purpose, SignedBatches};
use crate::keys::{agent_key, keystore, known_keys};
use crate::log::append::{MessageSigner, SigningIdentity};
use crate::log::writer::AppendResult;
use crate::random::Random;
use countersign_core::people::person::Role;
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::{ClaimId, PersonId, StatementId};
use countersign_core::primitives::presence::Presence;
use countersign_core::statement::Body;
use countersign_ledger::batch::{SignedBatch, signs_batches};
use countersign_ledger::sshsig::{NAMESPACE, SignatureBytes};
use countersign_store::claims;
use countersign_store::db::{Tx, WriteTx};
use countersign_store::error::StoreError;
use countersign_store::hours;

/// How often the signer is asked again because somebody else wrote in the meantime.
const TRIES: usize = 3;

/// Signs and appends groups of bodies with a key in an agent, as `sign_groups` does with one in a session: rehearses the append
/// and takes it back, has the agent sign the texts, then appends them with these signatures.
pub(crate) fn sign_with_agent(
    app: &mut App,
    (signer, role): (&PersonId, Role),
    place: &AgentPlace,
    groups: &[Vec<Body>],
    also_write: &mut dyn FnMut(&WriteTx<'_>) -> Result<(), StoreError>,
) -> Result<AppendResult, Error> {
    let person = app.person(signer)?;
    let (mut agent, public) = agent_key::open(app, &person, place, Purpose::Sign)?;
    if !known_keys::key_news(app, signer)?.is_empty() {
        keystore::see(&app.folder, signer, app.head()?.size)?;
    }
    let (origin, auth, touch) = (app.log.origin()?, place.auth(&public), Arc::clone(&app.touch));
    let unsigned = app.log.db.read(|tx| Unsigned::read(tx, groups))?;
    for again in 0..TRIES {
        // Each touch is signed with its own time: what somebody else signed meanwhile comes before it.
        let moment = Moment::of(&*app.clock);
        let before = app.head()?;
        let App { log, random, .. } = app;
        if log.db.read(|tx| Unsigned::read(tx, groups))? != unsigned {
            return Err(unsigned.changed());
        }
        let mut tape = Tape { source: &mut **random, bytes: Vec::new(), at: 0 };
        let rehearsal = Rehearsal { texts: RefCell::default(), batched: signs_batches(&public) };
        let identity = SigningIdentity { person: &person, key: &rehearsal, public: &public, role, auth };
        let mut passed = false;
        let rehearsed = log.append_with(&identity, groups.to_vec(), &moment, &mut tape, &mut |_| {
            passed = true;
            Err(StoreError::HeadMoved)
        });
        match rehearsed {
            Err(_) if passed => {}
            refused => return refused,
        }
        let texts = rehearsal.texts.into_inner();
        let earlier = if rehearsal.batched {
            SignedBefore::with_touches(agent.sign_batches(&public, (&origin, signer), &texts, again > 0)?)
        } else {
            SignedBefore::one_by_one(agent.sign_all(&public, NAMESPACE, texts)?)
        };
        tape.at = 0;
        let identity = SigningIdentity { person: &person, key: &earlier, public: &public, role, auth };
        let mut stopped = None;
        let done = log.append_with(&identity, groups.to_vec(), &moment, &mut tape, &mut |tx| {
            if touch.is_given_up() {
                stopped = Some(Purpose::Sign.given_up());
            } else if unsigned.hours_are_gone(tx)? {
                stopped = Some(unsigned.changed());
            }
            if stopped.is_some() { Err(StoreError::HeadMoved) } else { also_write(tx) }
        });
        match (done, stopped) {
            (Err(_), Some(why)) => return Err(why),
            // Another text in an unchanged log: what the signer saw has changed.
            (Err(_), None) if earlier.missed.get() && log.head()? == before => return Err(unsigned.changed()),
            (Err(_), None) if earlier.missed.get() => {}
            (done, _) => return done,
        }
    }
    Err(StoreError::HeadMoved.into())
}

/// What nobody signs and the bodies are about: it can change while a key is waited for, without an entry in the log.
#[derive(Debug, PartialEq, Eq)]
struct Unsigned {
    /// For each sign-off, the claim that it answers.
    claims: Vec<Option<ClaimId>>,
    /// Hours that a trainee entered.
    hours: Vec<StatementId>,
}

impl Unsigned {
    fn read(tx: &Tx<'_>, groups: &[Vec<Body>]) -> Result<Self, StoreError> {
        let mut found = Self { claims: Vec::new(), hours: Vec::new() };
        for body in groups.iter().flatten() {
            if let Body::SignOff(of) = body {
                found.claims.push(claims::waiting_for(tx, &of.trainee.id, &of.item.standard, of.item.code)?);
            }
            if let Body::Hours(of) = body {
                for entry in &of.entries {
                    found.hours.extend(hours::is_there(tx, entry.id)?.then_some(entry.id));
                }
            }
        }
        Ok(found)
    }

    /// Whether hours were taken back since.
    fn hours_are_gone(&self, tx: &Tx<'_>) -> Result<bool, StoreError> {
        let still = self.hours.iter().map(|entry| hours::is_there(tx, *entry)).collect::<Result<Vec<_>, _>>()?;
        Ok(still.contains(&false))
    }

    /// The error for what is not as the signer saw it.
    fn changed(&self) -> Error {
        if self.hours.is_empty() {
            return changed_claim();
        }
        Error::refused("Hours were taken back meanwhile. Nothing was signed").hint("Look at them again, then sign")
    }
}

/// Collects the texts to sign.
#[derive(Debug)]
struct Rehearsal {
    texts: RefCell<Vec<Vec<u8>>>,
    /// Whether a security key will sign them.
    batched: bool,
}

impl MessageSigner for Rehearsal {
    fn sign_message(&self, _: &str, message: &[u8]) -> Result<SignatureBytes, Error> {
        self.texts.borrow_mut().push(message.to_vec());
        Ok([0; 64])
    }

    fn presence(&self) -> Presence {
        // What the key will show is not known yet: the rules are checked with it once it has signed.
        if self.batched { Presence::Verified } else { Presence::Unknown }
    }
}

/// Gives the signatures that were made before.
#[derive(Debug)]
struct SignedBefore {
    signatures: HashMap<Vec<u8>, SignatureBytes>,
    batches: Vec<SignedBatch>,
    presence: Presence,
    /// Whether a text was not among them, because the log has grown.
    missed: Cell<bool>,
}

impl SignedBefore {
    fn one_by_one(signatures: HashMap<Vec<u8>, SignatureBytes>) -> Self {
        Self { signatures, batches: Vec::new(), presence: Presence::Unknown, missed: Cell::new(false) }
    }

    fn with_touches(signed: SignedBatches) -> Self {
        let SignedBatches { names, batches, presence } = signed;
        Self { signatures: names, batches, presence, missed: Cell::new(false) }
    }
}

impl MessageSigner for SignedBefore {
    fn sign_message(&self, _: &str, message: &[u8]) -> Result<SignatureBytes, Error> {
        self.signatures.get(message).copied().ok_or_else(|| {
            self.missed.set(true);
            StoreError::HeadMoved.into()
        })
    }

    fn presence(&self) -> Presence {
        self.presence
    }

    fn batches(&self) -> &[SignedBatch] {
        &self.batches
    }
}

/// A clock that stopped, so that a text can be built twice.
#[derive(Debug, Clone, Copy)]
struct Moment {
    now: Timestamp,
    millis: u64,
    today: NaiveDate,
}

impl Moment {
    fn of(clock: &dyn Clock) -> Self {
        Self { now: clock.now(), millis: clock.millis(), today: clock.today() }
    }
}

impl Clock for Moment {
    fn now(&self) -> Timestamp {
        self.now
    }

    fn millis(&self) -> u64 {
        self.millis
    }

    fn today(&self) -> NaiveDate {
        self.today
    }
}

/// Keeps the random bytes that were used, and gives them again from `at` on. Only ids and nonces are made of them.
struct Tape<'a> {
    source: &'a mut dyn Random,
    bytes: Vec<u8>,
    at: usize,
}

impl Random for Tape<'_> {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        let end = self.at + bytes.len();
        if end > self.bytes.len() {
            let before = self.bytes.len();
            self.bytes.resize(end, 0);
            self.source.fill(self.bytes.get_mut(before..).unwrap_or_default())?;
        }
        bytes.copy_from_slice(self.bytes.get(self.at..end).unwrap_or_default());
        self.at = end;
        Ok(())
    }
}
