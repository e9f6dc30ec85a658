//! Opens and resumes signing sessions.

use crate::app::App;
use crate::error::Error;
use crate::keys::session::{Session, no_session};
use crate::keys::status::KeyState;
use crate::keys::{agent_key, keystore, known_keys};
use countersign_core::primitives::ids::{PersonId, Secret};
use countersign_core::record::view::SessionRow;
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
    // With 0 hours, every batch asks for the passphrase: the session only remembers who is signing.
    let hours = i64::from(app.policy()?.session_hours);
    let ends = app.clock.now().plus(if hours == 0 { 12 * 3600 } else { hours * 3600 });
    let pin = if hours == 0 { None } else { opened.pin };
    app.sessions.open(Session { person, key: opened.key, public, pin, ends, wrong: 0 });
    if !known_keys::key_news(app, id)?.is_empty() {
        keystore::see(&app.folder, id, app.head()?.size)?;
    }
    app.session(id).ok_or_else(no_session)
}

/// Resumes an open session with its PIN.
pub fn resume_session(app: &mut App, id: &PersonId, pin: &Secret) -> Result<SessionRow, Error> {
    let now = app.clock.now();
    app.sessions.check_pin(id, pin, now)?;
    app.session(id).ok_or_else(no_session)
}
