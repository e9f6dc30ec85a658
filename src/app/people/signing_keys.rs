//! Adds, retires and lists signing keys, records compromised ones, and tells people about new keys in their name.

use crate::app::App;
use crate::error::Error;
use crate::keys::agent::AgentPlace;
use crate::keys::agent_key::AgentKeyChoice;
use crate::keys::known_keys::KnownKey;
use crate::keys::session::Credential;
use crate::keys::{agent_key, keystore};
use crate::log::sign;
use crate::log::writer::AppendResult;
use crate::people::person::named;
use countersign_core::people::person::Role;
use countersign_core::primitives::ids::{PersonId, Secret};
use countersign_core::primitives::key::PublicKey;
use countersign_core::primitives::text::SafeText;
use countersign_core::statement::Body;
use countersign_core::statement::kinds::keys::{Compromise, KeyGrant, KeyProof, proof_text};
use countersign_ledger::sshsig::PROOF_NAMESPACE;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    pub key: PublicKey,
    /// Whether it cannot sign until another training officer countersigns it.
    pub waits: bool,
    pub done: AppendResult,
}

/// Adds a key for a person, wrapped with their passphrase; their other keys stay.
pub fn add_key(
    app: &mut App,
    officer: &PersonId,
    proof: &Credential,
    who: &PersonId,
    passphrase: &Secret,
) -> Result<NewKey, Error> {
    let person = app.person(who)?;
    let doing = format!("Adding a key for {}", person.name);
    if person.left {
        return Err(Error::refused(format!("{} has left", person.name)).context(doing));
    }
    let waits = app.policy()?.two_person_keys > 0;
    let key = keystore::fresh_key(&mut *app.random)?;
    let public = key.public();
    let consent = key.sign(PROOF_NAMESPACE, proof_text(&app.log.origin()?, who, &public).as_bytes());
    // The key file comes first: a key in the log without its file would be useless.
    keystore::keep(&app.folder, &person, &key, None, passphrase, &mut *app.random)
        .map_err(|e| e.context(doing.clone()))?;
    let grant = KeyGrant { person: named(&person), key: public.clone(), proof: consent.into() };
    match sign::sign(app, officer, Role::TrainingOfficer, proof, vec![Body::Key(grant)]) {
        Ok(done) if !done.is_dry_run() => Ok(NewKey { key: public, waits, done }),
        unsigned => {
            keystore::discard(&app.folder, who, &public)?;
            unsigned.map(|done| NewKey { key: public, waits, done }).map_err(|error| error.context(doing))
        }
    }
}

/// Adds a key that an SSH agent holds for a person, or a security key that it reaches. Its private half stays where it is.
pub fn add_agent_key(
    app: &mut App,
    (officer, proof): (&PersonId, &Credential),
    who: &PersonId,
    place: &AgentPlace,
    which: AgentKeyChoice<'_>,
) -> Result<NewKey, Error> {
    let person = app.person(who)?;
    let doing = format!("Adding a key for {}", person.name);
    if person.left {
        return Err(Error::refused(format!("{} has left", person.name)).context(doing));
    }
    let mut add = || {
        let (mut agent, key) = agent_key::choose(app, place, which)?;
        let text = proof_text(&app.log.origin()?, who, &key);
        let consent = agent.sign_once(&key, PROOF_NAMESPACE, text.as_bytes())?.to_bytes();
        let consent = KeyProof::from_bytes(consent).ok_or_else(|| Error::refused("The SSH agent did not sign"))?;
        let waits = app.policy()?.two_person_keys > 0;
        let grant = KeyGrant { person: named(&person), key: key.clone(), proof: consent };
        let done = sign::sign(app, officer, Role::TrainingOfficer, proof, vec![Body::Key(grant)])?;
        Ok(NewKey { key, waits, done })
    };
    add().map_err(|error: Error| error.context(doing))
}

/// Retires a person's keys: they sign nothing more, and their earlier signatures stay valid.
pub fn retire_keys(
    app: &mut App,
    by: &PersonId,
    proof: &Credential,
    known: &[KnownKey],
    reason: &SafeText,
) -> Result<AppendResult, Error> {
    let bodies = known.iter().map(|one| one.retired(reason)).collect();
    end_keys(app, by, proof, known, bodies, "Retiring a key")
}

/// Records that someone else had a key from a position on; its signatures since then are in review.
pub fn compromise_key(
    app: &mut App,
    by: &PersonId,
    proof: &Credential,
    known: &KnownKey,
    from: u64,
    reason: &SafeText,
) -> Result<AppendResult, Error> {
    let (person, key) = (named(&known.person), known.key.fingerprint());
    let body = Body::Compromise(Compromise { person, key, from, reason: reason.clone() });
    end_keys(app, by, proof, std::slice::from_ref(known), vec![body], "Recording that a key was compromised")
}

fn end_keys(
    app: &mut App,
    by: &PersonId,
    proof: &Credential,
    known: &[KnownKey],
    bodies: Vec<Body>,
    doing: &str,
) -> Result<AppendResult, Error> {
    let officer = app.person(by)?.may_act_as(Role::TrainingOfficer);
    let own = app.person(by)?.roles.first().copied();
    let role = if officer { Role::TrainingOfficer } else { own.unwrap_or(Role::Trainee) };
    let done = sign::sign(app, by, role, proof, bodies).map_err(|e| e.context(doing.to_owned()))?;
    for one in known.iter().filter(|_| !done.is_dry_run()) {
        keystore::put_by(&app.folder, &one.person.id, &one.key)?;
    }
    Ok(done)
}
