//! Finds the key of a person in an SSH agent, which takes the place of the passphrase.

use std::sync::Arc;
use std::time::Duration;

use crate::app::App;
use crate::error::Error;
use crate::keys::agent::{Agent, AgentPlace, Purpose};
use crate::keys::keystore;
use crate::keys::known_keys::known_keys;
use crate::keys::session::Credential;
use crate::keys::status::KeyState;
use crate::storage::data_dir::current_user;
use countersign_core::people::person::Person;
use countersign_core::primitives::ids::PersonId;
use countersign_core::primitives::key::PublicKey;
use countersign_core::primitives::text::SafeText;
use countersign_core::record::view::SessionCredential;
use countersign_ledger::agent::AgentKey;
use countersign_ledger::batch::signs_batches;
use countersign_ledger::security_key;
use countersign_ledger::sshsig::ALGORITHM;

/// Which key of an agent is meant: the only one of its kind that fits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AgentKeyChoice<'a> {
    /// Whether it is on a security key.
    pub security_key: bool,
    pub comment: Option<&'a str>,
    pub fingerprint: Option<&'a str>,
}

/// How long the agent has to list its keys where a screen waits for it.
const SOON: Duration = Duration::from_secs(1);
/// Maximum keys in a hint.
const MOST_LISTED: usize = 12;

/// Returns the credential of a person whose key the agent holds. `None` where they sign with a passphrase: no key of theirs is
/// outside this machine, or they have one here and the agent cannot be used.
pub fn credential(app: &App, person: &Person, place: Option<AgentPlace>) -> Result<Option<Credential>, Error> {
    let Some(place) = place else { return Ok(None) };
    // The agent is asked only for those who may have a key there.
    if elsewhere(app, &person.id)?.is_empty() {
        return Ok(None);
    }
    match open(app, person, &place, Purpose::Sign) {
        Ok(_) => Ok(Some(Credential::Agent(place))),
        Err(_) if keystore::has_key(&app.folder, &person.id) => Ok(None),
        Err(error) => Err(error.context(format!("Opening the key of {}", person.name))),
    }
}

/// Refuses a person who has no key file here, though the log lists keys of theirs: they may be in an agent.
pub fn needs_a_file(app: &App, person: &Person) -> Result<(), Error> {
    if keystore::has_key(&app.folder, &person.id) || elsewhere(app, &person.id)?.is_empty() {
        return Ok(());
    }
    Err(Error::refused(format!("{} has no key on this machine", person.name)).hint(
        "If it is in an SSH agent or on a security key, SSH_AUTH_SOCK must name that agent. For a PIN or a passphrase, a training officer adds a key that is kept here: `countersign key add`",
    ))
}

/// Connects to the agent, and returns the first key of the person that it holds and that may sign.
pub(crate) fn open(
    app: &App,
    person: &Person,
    place: &AgentPlace,
    purpose: Purpose,
) -> Result<(Agent, PublicKey), Error> {
    may_be_used(app, place, purpose)?;
    let mut agent = connect(app, place)?.with_purpose(purpose);
    let held = agent.keys()?;
    let found = usable(app, &person.id, &held)?.ok_or_else(|| not_held(person, purpose))?;
    Ok((agent, found))
}

fn not_held(person: &Person, purpose: Purpose) -> Error {
    purpose
        .refused(&format!("The SSH agent has no key of {} that may sign", person.name))
        .hint("`ssh-add -l` lists what it has, `countersign key list` what may sign. `ssh-add` adds a key to the agent")
}

/// The keys that an agent holds.
#[derive(Debug, Default)]
pub struct HeldKeys(Vec<AgentKey>);

/// Returns the keys that the agent holds, if it may be used and answers soon.
pub fn held(app: &App, place: &AgentPlace) -> Result<HeldKeys, Error> {
    may_be_used(app, place, Purpose::SignIn)?;
    connect(app, place)?.with_purpose(Purpose::SignIn).with_patience(SOON).keys().map(HeldKeys)
}

/// Returns what a person signs with from an agent that holds these keys; `None` if none of them is theirs.
pub fn signs_with(app: &App, person: &PersonId, held: &HeldKeys) -> Result<Option<SessionCredential>, Error> {
    let of = |key| if signs_batches(&key) { SessionCredential::SecurityKey } else { SessionCredential::Agent };
    Ok(usable(app, person, &held.0)?.map(of))
}

/// Refuses with the reason why the agent signs nothing for a person.
pub fn check(app: &App, person: &PersonId, place: &AgentPlace) -> Result<(), Error> {
    let found = usable(app, person, &held(app, place)?.0)?;
    if found.is_some() { Ok(()) } else { Err(not_held(&app.person(person)?, Purpose::SignIn)) }
}

/// Refuses a key that would sign in a backup, but no longer signs in the present file: a restore must not bring back a key that
/// was stolen. A passphrase does not open the file of such a key either.
pub(crate) fn check_present(present: &App, backup: &App, person: &PersonId, place: &AgentPlace) -> Result<(), Error> {
    let person = backup.person(person)?;
    let (_, key) = open(backup, &person, place, Purpose::Sign)?;
    let ended = |state| matches!(state, KeyState::Retired | KeyState::Compromised(_));
    if known_keys(present, None)?.iter().any(|one| one.key == key && ended(one.state)) {
        return Err(Error::refused(format!("The key that the SSH agent has of {} no longer signs", person.name)).hint(
            "Nothing was changed. Another training officer restores the backup, or the same one with another key",
        ));
    }
    Ok(())
}

/// Whether the agent has a key of the person that signs in the present file, and none that signs in a backup: theirs was added
/// after the backup was made.
pub(crate) fn is_newer_than(present: &App, backup: &App, person: &PersonId, place: &AgentPlace) -> Result<bool, Error> {
    // Why an agent cannot be used is said when it is asked to sign.
    let Ok(held) = held(present, place) else { return Ok(false) };
    Ok(signs_with(backup, person, &held)?.is_none() && signs_with(present, person, &held)?.is_some())
}

/// Whether a key file of the person is here whose key may sign in this log.
pub(crate) fn has_file_that_signs(app: &App, person: &PersonId) -> Result<bool, Error> {
    let known = known_keys(app, Some(person))?.into_iter().filter(|one| one.state == KeyState::Signs);
    Ok(known.into_iter().any(|one| keystore::has_file(&app.folder, person, &one.key)))
}

/// Returns the first key of the person that an agent with these keys signs with.
fn usable(app: &App, person: &PersonId, held: &[AgentKey]) -> Result<Option<PublicKey>, Error> {
    let theirs = elsewhere(app, person)?;
    let mut usable: Vec<PublicKey> = theirs.into_iter().filter(|key| held.iter().any(|one| one.key == *key)).collect();
    // A security key only where it is needed: without it, nobody has to touch anything.
    let first = app.policy()?.security_key > 0;
    usable.sort_by_key(|key| signs_batches(key) != first);
    Ok(usable.into_iter().next())
}

/// Whether a person may have a key in an agent: the log has one of theirs that is not on this machine.
pub fn may_be_in_an_agent(app: &App, person: &PersonId) -> Result<bool, Error> {
    Ok(!elsewhere(app, person)?.is_empty())
}

/// Returns what somebody does whose signature needs a security key: whether they have one decides it.
pub fn how_to_touch(app: &App, person: &PersonId) -> Result<String, Error> {
    let has = elsewhere(app, person)?.iter().any(signs_batches);
    Ok(if has {
        "Sign in where your SSH agent has it: there, `ssh-add -l` lists it".to_owned()
    } else {
        let name = app.person(person)?.name;
        format!("You have none: a training officer adds one with `countersign key add \"{name}\" --security-key`")
    })
}

/// Returns the keys of a person that may sign and whose private half is not on this machine.
fn elsewhere(app: &App, person: &PersonId) -> Result<Vec<PublicKey>, Error> {
    let known = known_keys(app, Some(person))?;
    let keys = known.into_iter().filter(|one| one.state == KeyState::Signs).map(|one| one.key);
    Ok(keys.filter(|key| !keystore::has_file(&app.folder, person, key)).collect())
}

fn connect(app: &App, place: &AgentPlace) -> Result<Agent, Error> {
    Ok(Agent::connect(place, current_user())?.with_prompt(Arc::clone(&app.touch)))
}

/// Refuses a forwarded agent unless the policy allows it.
fn may_be_used(app: &App, place: &AgentPlace, purpose: Purpose) -> Result<(), Error> {
    if place.forwarded && app.policy()?.forwarded_agent == 0 {
        let why = format!(
            "This SSH agent counts as forwarded, because {}. Forwarded agents may not sign here",
            place.why_forwarded()
        );
        return Err(purpose.refused(&why).hint(
            "Sign at this machine, or have a training officer allow it: `countersign policy set forwarded-agent=1`",
        ));
    }
    Ok(())
}

/// Connects to the agent and returns the one key that a comment or fingerprint chooses.
pub(crate) fn choose(app: &App, place: &AgentPlace, which: AgentKeyChoice<'_>) -> Result<(Agent, PublicKey), Error> {
    may_be_used(app, place, Purpose::AddKey)?;
    let mut agent = connect(app, place)?.with_purpose(Purpose::AddKey);
    let held = agent.keys()?;
    let key = one_of(&held, which)?.clone();
    Ok((agent, key))
}

fn one_of<'a>(held: &'a [AgentKey], which: AgentKeyChoice<'_>) -> Result<&'a PublicKey, Error> {
    let AgentKeyChoice { security_key, comment, fingerprint } = which;
    let algorithm = if security_key { security_key::ALGORITHM } else { ALGORITHM };
    let wanted = |one: &&AgentKey| {
        one.key.algorithm() == algorithm
            && comment.is_none_or(|comment| one.comment == comment)
            && fingerprint.is_none_or(|fingerprint| one.key.fingerprint_text() == fingerprint)
    };
    let found: Vec<&AgentKey> = held.iter().filter(wanted).collect();
    match found.as_slice() {
        [one] => Ok(&one.key),
        [] => {
            let kind = if security_key { "ed25519-sk" } else { "ed25519" };
            Err(Error::usage(format!("The SSH agent has no such key of the kind {algorithm}")).hint(format!(
                "`ssh-add -l` lists what it has, `ssh-add FILE` adds a key, `ssh-keygen -t {kind}` makes one"
            )))
        }
        several => {
            let mut names: Vec<String> = several.iter().take(MOST_LISTED).map(|one| named(one)).collect();
            if several.len() > MOST_LISTED {
                names.push(format!("and {} more", several.len() - MOST_LISTED));
            }
            Err(Error::usage(format!("The SSH agent has {} keys that it could be", several.len()))
                .hint(format!("Choose one with --fingerprint: {}", names.join(", "))))
        }
    }
}

/// Names a key by its fingerprint and its comment, if the comment can be shown.
fn named(one: &AgentKey) -> String {
    let comment = SafeText::line(&one.comment).map(|comment| format!(" ({comment})")).unwrap_or_default();
    format!("{}{comment}", one.key.fingerprint_text())
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_ledger::sshsig::SigningKey;

    fn held(seed: u8, comment: &str) -> AgentKey {
        AgentKey { key: SigningKey::from_seed(&[seed; 32]).public(), comment: comment.into() }
    }

    fn plain<'a>(comment: Option<&'a str>, fingerprint: Option<&'a str>) -> AgentKeyChoice<'a> {
        AgentKeyChoice { security_key: false, comment, fingerprint }
    }

    #[test]
    fn one_key_is_chosen_by_comment_or_fingerprint_and_never_at_random() {
        let rsa = AgentKey { key: PublicKey::from_strings("ssh-rsa", &[b"e", b"n"]), comment: "old".into() };
        let keys = [held(1, "ward"), held(2, "home"), held(3, "home"), held(4, "\u{1b}[2J"), rsa];
        let print = |at: usize| keys[at].key.fingerprint_text();
        assert_eq!(one_of(&keys, plain(Some("ward"), None)), Ok(&keys[0].key));
        assert_eq!(one_of(&keys, plain(None, Some(&print(2)))), Ok(&keys[2].key));
        assert_eq!(one_of(&keys, plain(Some("home"), Some(&print(1)))), Ok(&keys[1].key));
        assert_eq!(one_of(&keys[..1], plain(None, None)), Ok(&keys[0].key));
        for (comment, fingerprint) in [(Some("war"), None), (Some("old"), None), (Some("ward"), Some(print(1)))] {
            let refused = one_of(&keys, plain(comment, fingerprint.as_deref())).unwrap_err();
            assert_eq!(refused.why, "The SSH agent has no such key of the kind ssh-ed25519", "{comment:?}");
        }
        let several = one_of(&keys, plain(None, None)).unwrap_err();
        assert_eq!(several.why, "The SSH agent has 4 keys that it could be");
        let hint = several.hint.unwrap();
        assert!(hint.contains(&format!("{} (ward)", print(0))) && hint.ends_with(&print(3)), "{hint}");
    }
}
