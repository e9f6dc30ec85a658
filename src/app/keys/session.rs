//! Who may sign on this screen now: keys in memory, opened by a passphrase, used with a PIN. Must never outlive its end.

use std::collections::HashMap;

use crate::app::error::Error;
use crate::domain::people::person::Person;
use crate::domain::primitives::date::Timestamp;
use crate::domain::primitives::ids::{PersonId, Secret};
use crate::domain::primitives::key::PublicKey;
use crate::domain::statement::AuthMethod;
use crate::ledger::pin::{PinVerifier, has_form};
use crate::ledger::sshsig::SigningKey;

/// Wrong PINs that end a session.
pub const WRONG_PINS: u8 = 3;

/// How a person shows who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// The PIN of an open session.
    Pin(Secret),
    Passphrase(Secret),
    /// The session itself, opened by the passphrase in this very command.
    Session,
    /// Nothing is to be signed: what the rules would say is asked.
    Asked,
}

/// A key in memory.
#[derive(Debug)]
pub struct Session {
    pub person: Person,
    pub key: SigningKey,
    pub public: PublicKey,
    /// The PIN that uses it.
    pub pin: Option<PinVerifier>,
    /// When it ends by itself.
    pub ends: Timestamp,
    /// Wrong PINs in a row.
    pub wrong: u8,
}

/// The sessions that are open on this screen.
#[derive(Debug, Default)]
pub struct Sessions(HashMap<PersonId, Session>);

impl Sessions {
    /// Opens a session, in place of an older one of the same person.
    pub fn open(&mut self, session: Session) {
        self.0.insert(session.person.id.clone(), session);
    }

    /// Ends a session: its key leaves memory.
    pub fn end(&mut self, person: &PersonId) {
        self.0.remove(person);
    }

    /// Ends those whose time is over, and gives all that are left.
    pub fn current(&mut self, now: Timestamp) -> impl Iterator<Item = &Session> {
        self.0.retain(|_, session| now < session.ends);
        self.0.values()
    }

    /// When the session that ends first does.
    pub fn first_end(&self) -> Option<Timestamp> {
        self.0.values().map(|session| session.ends).min()
    }

    /// A person's session, if it is open.
    pub fn of(&mut self, person: &PersonId, now: Timestamp) -> Option<&mut Session> {
        self.0.retain(|_, session| now < session.ends);
        self.0.get_mut(person)
    }

    /// Whether this PIN is that of the person's open session. The third wrong one in a row ends it; what is not 4 to 8
    /// digits is not counted.
    pub fn check_pin(&mut self, person: &PersonId, pin: &Secret, now: Timestamp) -> Result<AuthMethod, Error> {
        let session = self.of(person, now).ok_or_else(no_session)?;
        let verifier = session.pin.as_ref().ok_or_else(|| {
            Error::refused("There is no PIN for this key")
                .hint("Give the passphrase, or set one: `countersign key pin`")
        })?;
        // A line of a text that was pasted is no guess.
        if !has_form(pin) {
            return Err(Error::refused("A PIN is 4 to 8 digits; this used up no try").hint("Type your PIN, then Enter"));
        }
        if verifier.matches(pin) {
            session.wrong = 0;
            return Ok(AuthMethod::Pin);
        }
        session.wrong += 1;
        let left = WRONG_PINS.saturating_sub(session.wrong);
        if left > 0 {
            let tries = if left == 1 { "one try is" } else { "two tries are" };
            return Err(Error::refused(format!("Wrong PIN; {tries} left")));
        }
        self.end(person);
        let ended = Error::refused("Wrong PIN three times: the signing session is ended")
            .hint("The passphrase opens a new one; marks and drafts are kept");
        Err(Error { session_ended: Some(person.clone()), ..ended })
    }
}

/// There is no open session of theirs.
pub fn no_session() -> Error {
    Error::refused("No signing session is open").hint("The passphrase opens one")
}
