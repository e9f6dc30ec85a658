//! Opens and resumes signing sessions.

use crate::app::App;
use crate::error::Error;
use crate::keys::agent::{AgentPlace, Purpose};
use crate::keys::session::{Credential, Session, SessionKey, no_session};
use crate::keys::status::KeyState;
use crate::keys::{agent_key, keystore, known_keys};
use crate::random::bytes;
use countersign_core::people::person::Person;
use countersign_core::primitives::encoding::hex;
use countersign_core::primitives::ids::{PersonId, Secret};
use countersign_core::primitives::key::PublicKey;
use countersign_core::record::view::SessionRow;
use countersign_ledger::pin::PinVerifier;
use countersign_ledger::sshsig::SESSION_NAMESPACE;
use countersign_store::index::people;

/// Opens a signing session with a passphrase.
pub fn unlock(app: &mut App, id: &PersonId, passphrase: &Secret) -> Result<SessionRow, Error> {
    let person = app.person(id)?;
    let doing = || format!("Opening the key of {}", person.name);
    agent_key::needs_a_file(app, &person)?;
    let opened = keystore::open(&app.folder, &person, passphrase, &*app.clock).map_err(|e| e.context(doing()))?;
    let public = opened.key.public();
    let registered = app.log.db.read(|tx| people::registered_key(tx, &public.fingerprint()))?;
    let theirs = registered.filter(|registered| registered.person == *id);
    match theirs.as_ref().map(KeyState::of) {
        Some(KeyState::Signs) => {}
        Some(KeyState::Waits) => {
            return Err(Error::refused("A second training officer must approve this key before it can sign")
                .hint("A training officer who did not add it runs: `countersign key countersign`")
                .context(doing()));
        }
        Some(KeyState::Retired) => return Err(Error::refused("This key is retired").context(doing())),
        Some(KeyState::Compromised(_)) => {
            return Err(Error::refused("This key was reported as compromised and can no longer sign").context(doing()));
        }
        None => return Err(Error::refused("The log does not list this key for this person").context(doing())),
    }
    let pin = if app.policy()?.session_hours == 0 { None } else { opened.pin };
    start(app, person, (SessionKey::Here(opened.key), public), pin)
}

/// Opens a signing session with a key in an SSH agent. The agent proves that it has the key: it signs a challenge, a security
/// key with a touch.
pub fn unlock_in_agent(
    app: &mut App,
    id: &PersonId,
    place: &AgentPlace,
    purpose: Purpose,
) -> Result<SessionRow, Error> {
    let person = app.person(id)?;
    let mut open = || -> Result<_, Error> {
        let (mut agent, public) = agent_key::open(app, &person, place, purpose)?;
        let nonce = hex(&bytes::<32>(&mut *app.random)?);
        let (log, at) = (app.log.origin()?, app.clock.now());
        let text = format!("countersign-session/1\nlog {log}\nperson {id}\nkey {public}\nat {at}\nnonce {nonce}\n");
        agent.sign_once(&public, SESSION_NAMESPACE, text.as_bytes())?;
        Ok(public)
    };
    let public = open().map_err(|e| e.context(format!("Opening the key of {}", person.name)))?;
    start(app, person, (SessionKey::InAgent(place.clone()), public), None)
}

/// Opens a session with a credential, which proves who the person is. `purpose` is what a key in an agent is asked for.
pub fn prove(app: &mut App, id: &PersonId, credential: &Credential, purpose: Purpose) -> Result<SessionRow, Error> {
    match credential {
        Credential::Passphrase(passphrase) => unlock(app, id, passphrase),
        Credential::Agent(place) => unlock_in_agent(app, id, place, purpose),
        Credential::Pin(pin) => resume_session(app, id, pin),
        Credential::Session => app.session(id).ok_or_else(no_session),
        Credential::DryRun => Err(no_session()),
    }
}

/// Starts a session, and remembers that the person was told of the keys that were added in their name.
fn start(
    app: &mut App,
    person: Person,
    (key, public): (SessionKey, PublicKey),
    pin: Option<PinVerifier>,
) -> Result<SessionRow, Error> {
    let id = person.id.clone();
    // With 0 hours, every batch asks for the passphrase: the session only remembers who is signing.
    let hours = i64::from(app.policy()?.session_hours);
    let ends = app.clock.now().plus(if hours == 0 { 12 * 3600 } else { hours * 3600 });
    app.sessions.open(Session { person, key, public, pin, ends, wrong: 0 });
    if !known_keys::key_news(app, &id)?.is_empty() {
        keystore::see(&app.folder, &id, app.head()?.size)?;
    }
    app.session(&id).ok_or_else(no_session)
}

/// Resumes an open session with its PIN.
pub fn resume_session(app: &mut App, id: &PersonId, pin: &Secret) -> Result<SessionRow, Error> {
    let now = app.clock.now();
    app.sessions.check_pin(id, pin, now)?;
    app.session(id).ok_or_else(no_session)
}
