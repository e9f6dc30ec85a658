//! Holds the signing sessions of this screen until they expire: unwrapped keys in memory, used with a PIN, and keys in an agent.

use std::collections::HashMap;

use crate::error::Error;
use crate::keys::agent::AgentPlace;
use countersign_core::people::person::Person;
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::{PersonId, Secret};
use countersign_core::primitives::key::PublicKey;
use countersign_core::statement::AuthMethod;
use countersign_ledger::pin::{PinVerifier, has_form};
use countersign_ledger::sshsig::SigningKey;

/// The number of wrong PINs in a row that ends a session.
pub const WRONG_PINS: u8 = 3;

/// How a person authorises a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// The PIN of an open session.
    Pin(Secret),
    Passphrase(Secret),
    /// A session opened with the passphrase by the same command.
    Session,
    /// A key in an SSH agent.
    Agent(AgentPlace),
    /// A dry run: checks the rules and signs nothing.
    DryRun,
}

/// The key of a session.
#[derive(Debug)]
pub enum SessionKey {
    /// Unwrapped, in memory.
    Here(SigningKey),
    /// In an SSH agent, which signs each time.
    InAgent(AgentPlace),
}

/// An open session with its key.
#[derive(Debug)]
pub struct Session {
    pub person: Person,
    pub key: SessionKey,
    pub public: PublicKey,
    /// Verifies the PIN, if the key has one.
    pub pin: Option<PinVerifier>,
    pub ends: Timestamp,
    /// Wrong PINs in a row.
    pub wrong: u8,
}

/// The open sessions on this screen, by person.
#[derive(Debug, Default)]
pub struct Sessions(HashMap<PersonId, Session>);

impl Sessions {
    /// Opens a session, replacing the person's older one.
    pub fn open(&mut self, session: Session) {
        self.0.insert(session.person.id.clone(), session);
    }

    /// Ends a session and drops its key from memory.
    pub fn end(&mut self, person: &PersonId) {
        self.0.remove(person);
    }

    /// Removes expired sessions and returns the others.
    pub fn current(&mut self, now: Timestamp) -> impl Iterator<Item = &Session> {
        self.0.retain(|_, session| now < session.ends);
        self.0.values()
    }

    /// Returns when the first session ends.
    pub fn first_end(&self) -> Option<Timestamp> {
        self.0.values().map(|session| session.ends).min()
    }

    /// Returns a person's session, if it is open.
    pub fn of(&mut self, person: &PersonId, now: Timestamp) -> Option<&mut Session> {
        self.0.retain(|_, session| now < session.ends);
        self.0.get_mut(person)
    }

    /// Returns where the key of the person's open session is, if it is in an agent.
    pub fn agent_of(&mut self, person: &PersonId, now: Timestamp) -> Option<AgentPlace> {
        match &self.of(person, now)?.key {
            SessionKey::InAgent(place) => Some(place.clone()),
            SessionKey::Here(_) => None,
        }
    }

    /// Checks the PIN of the person's open session. The third wrong one in a row ends the session; an input that is not 4
    /// to 8 digits does not count.
    pub fn check_pin(&mut self, person: &PersonId, pin: &Secret, now: Timestamp) -> Result<AuthMethod, Error> {
        let session = self.of(person, now).ok_or_else(no_session)?;
        let verifier = session.pin.as_ref().ok_or_else(|| {
            Error::refused("No PIN is set for this key")
                .hint("Type the passphrase, or set a PIN: `countersign key pin`")
        })?;
        // A line of pasted text is not a guess.
        if !has_form(pin) {
            return Err(
                Error::refused("A PIN is 4 to 8 digits. This did not count as a try").hint("Type your PIN, then Enter")
            );
        }
        if verifier.matches(pin) {
            session.wrong = 0;
            return Ok(AuthMethod::Pin);
        }
        session.wrong += 1;
        let left = WRONG_PINS.saturating_sub(session.wrong);
        if left > 0 {
            let tries = if left == 1 { "1 try" } else { "2 tries" };
            return Err(Error::refused(format!("Wrong PIN. {tries} left")));
        }
        self.end(person);
        let ended = Error::refused("Wrong PIN 3 times: you have been signed out")
            .hint("Sign in again with your passphrase. Your marks and drafts are safe");
        Err(Error { session_ended: Some(person.clone()), ..ended })
    }
}

/// Returns the error for a person without an open session.
pub fn no_session() -> Error {
    Error::refused("Nobody is signed in to sign").hint("Sign in with your passphrase")
}
