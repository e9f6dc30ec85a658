//! Adds and revokes SSH login keys, which control access only and are not recorded in the log.

use crate::app::App;
use crate::error::Error;
use crate::keys::agent::Purpose;
use crate::keys::session::Credential;
use crate::keys::unlock;
use crate::people::login_map::{self, stale};
use crate::storage::data_dir::{self, DataDir};
use countersign_core::people::login::LoginKey;
use countersign_core::people::person::{Person, PersonRef, Role, Viewer};
use countersign_core::primitives::ids::{Digest, PersonId};
use countersign_core::primitives::key::PublicKey;
use countersign_ledger::openssh_key::login_key;
use countersign_store::index::people;
use countersign_store::logins;

/// Adds a login key from a public key file.
pub fn add_login(
    app: &mut App,
    officer: &PersonId,
    proof: &Credential,
    whose: &PersonId,
    (name, text): (&str, &str),
) -> Result<LoginKey, Error> {
    let person = app.person(whose)?;
    let doing = format!("Adding an SSH key for {}", person.name);
    let add = |app: &mut App| -> Result<LoginKey, Error> {
        let key = login_key(text).map_err(|e| {
            Error::usage(format!("{name}: {e}")).hint("Give the .pub file of a key: `ssh-keygen -t ed25519` makes one")
        })?;
        if person.left {
            return Err(Error::refused(format!("{} has left", person.name)));
        }
        if let Some(holder) = app.log.db.read(|tx| logins::holder(tx, &key.fingerprint()))? {
            let whose = app.person(&holder)?.name;
            let error = Error::refused(format!("The key {} already belongs to {whose}", key.fingerprint_text()));
            return Err(if holder == person.id { error } else { error.hint("Each person needs their own key") });
        }
        login_map::map_can_be_written(app)?;
        let by = checked_officer(app, officer, proof)?;
        let login = LoginKey { person: person.id.clone(), key, added: (by, app.now()), revoked: None };
        app.log.db.write(|tx| logins::add(tx, &login))?;
        login_map::sync_login_map(app, false).map_err(|error| stale(&error))?;
        Ok(login)
    };
    add(app).map_err(|e| e.context(doing))
}

/// Revokes a person's login keys, or the one with this fingerprint; returns the revoked keys.
pub fn revoke_login(
    app: &mut App,
    officer: &PersonId,
    proof: &Credential,
    whose: &PersonId,
    fingerprint: Option<&str>,
) -> Result<Vec<PublicKey>, Error> {
    let person = app.person(whose)?;
    let doing = format!("Removing the SSH key of {}", person.name);
    let revoke = |app: &mut App| -> Result<Vec<PublicKey>, Error> {
        let fits = |login: &LoginKey| {
            let named = fingerprint.is_none_or(|text| login.key.fingerprint_text() == text);
            login.person == person.id && login.revoked.is_none() && named
        };
        let keys: Vec<PublicKey> = logins(app)?.into_iter().filter(fits).map(|login| login.key).collect();
        if keys.is_empty() {
            let which = fingerprint.map_or_else(String::new, |text| format!(" with the fingerprint {text}"));
            return Err(Error::usage(format!("{} has no key to log in with{which}", person.name))
                .hint("`countersign ssh list` shows all"));
        }
        let by = checked_officer(app, officer, proof)?;
        let now = app.now();
        app.log
            .db
            .write(|tx| keys.iter().try_for_each(|key| logins::revoke(tx, &key.fingerprint(), &by, now).map(drop)))?;
        login_map::follow_login_map(app)?;
        Ok(keys)
    };
    revoke(app).map_err(|e| e.context(doing))
}

/// Returns every login key ever added, oldest first.
pub fn logins(app: &App) -> Result<Vec<LoginKey>, Error> {
    Ok(app.log.db.read(logins::all)?)
}

/// Checks that this person is a training officer and that the credential is theirs.
fn checked_officer(app: &mut App, who: &PersonId, proof: &Credential) -> Result<PersonRef, Error> {
    let person = app.person(who)?;
    if !person.may_act_as(Role::TrainingOfficer) {
        return Err(Error::refused(format!("{} is not a training officer", person.name)));
    }
    unlock::prove(app, who, proof, Purpose::Act)?;
    Ok(PersonRef { id: person.id, name: person.name })
}

/// Returns whether the logged-in person is still here and their key still valid. If sshd did not say which key was
/// used, any of theirs will do.
pub fn login_still_valid(app: &App) -> Result<bool, Error> {
    let Some((who, key)) = &app.ssh_login else { return Ok(true) };
    let here = app.log.db.read(|tx| people::person(tx, who))?.is_some_and(|person| !person.left);
    Ok(here
        && match key {
            Some(key) => app.log.db.read(|tx| logins::holder(tx, key))?.as_ref() == Some(who),
            None => app.log.db.read(logins::current)?.iter().any(|(id, _)| id == who),
        })
}

/// Opens the data folder for a person who logged in with this key. A trainee sees only their own record, read-only.
pub fn logged_in(folder: DataDir, who: &PersonId, key: Option<Digest>) -> Result<(App, Person), Error> {
    if !data_dir::is_ours(folder.path())? {
        return Err(Error::refused("A session can only run as the owner of the data folder")
            .hint("sshd starts it: `countersign ssh install --dry-run` prints its lines"));
    }
    let mut app = App::on_this_machine_to_read(folder.clone())?;
    let person = app.log.db.read(|tx| people::person(tx, who))?.ok_or_else(login_revoked)?;
    app.ssh_login = Some((person.id.clone(), key));
    if !login_still_valid(&app)? {
        return Err(login_revoked());
    }
    if person.roles.iter().any(|role| *role != Role::Trainee) {
        return Ok((App { ssh_login: app.ssh_login, ..App::open_default(folder)? }, person));
    }
    app.viewer = Viewer::Own(person.id.clone());
    Ok((app, person))
}

/// Returns the error for a person whose login key was revoked.
pub fn login_revoked() -> Error {
    Error::refused("This SSH key is no longer accepted").hint("Ask a training officer")
}
