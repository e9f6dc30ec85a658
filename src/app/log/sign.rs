//! Signs and appends statements in a person's name, once their credential is checked.

use crate::app::{App, holds_passphrase};
use crate::error::Error;
use crate::keys::session::{Credential, SessionKey, no_session};
use crate::keys::{agent_key, unlock};
use crate::log::append::SigningIdentity;
use crate::log::slow_sign;
use crate::log::writer::{AppendResult, LogWriter};
use crate::record::dry_run;
use countersign_core::people::person::Role;
use countersign_core::primitives::ids::PersonId;
use countersign_core::statement::secrets::shows;
use countersign_core::statement::{AuthMethod, Body};
use countersign_store::db::{Access, Db, WriteTx};
use countersign_store::error::StoreError;

/// Signs and appends `bodies` in a person's name, once their credential is checked. A dry run only checks the rules, and
/// its result has no ids.
pub(crate) fn sign(
    app: &mut App,
    signer: &PersonId,
    role: Role,
    credential: &Credential,
    bodies: Vec<Body>,
) -> Result<AppendResult, Error> {
    sign_groups(app, signer, role, credential, vec![bodies], &mut |_| Ok(()))
}

/// Signs and appends groups of bodies in order, in one transaction, in which `also_write` writes to the workspace.
pub(crate) fn sign_groups(
    app: &mut App,
    signer: &PersonId,
    role: Role,
    credential: &Credential,
    groups: Vec<Vec<Body>>,
    also_write: &mut dyn FnMut(&WriteTx<'_>) -> Result<(), StoreError>,
) -> Result<AppendResult, Error> {
    let done = sign_or_refuse(app, signer, role, credential, groups, also_write);
    match done {
        Err(error) if error.needs_security_key() => Err(error.hint(agent_key::how_to_touch(app, signer)?)),
        done => done,
    }
}

fn sign_or_refuse(
    app: &mut App,
    signer: &PersonId,
    role: Role,
    credential: &Credential,
    groups: Vec<Vec<Body>>,
    also_write: &mut dyn FnMut(&WriteTx<'_>) -> Result<(), StoreError>,
) -> Result<AppendResult, Error> {
    let auth = match credential {
        Credential::DryRun => {
            dry_run::check(app, signer, role, &groups.concat())?;
            return Ok(AppendResult { ids: Vec::new(), head: app.head()? });
        }
        Credential::Pin(pin) => app.sessions.check_pin(signer, pin, app.clock.now())?,
        Credential::Passphrase(passphrase) => {
            if groups.iter().flatten().any(|body| shows(body, passphrase)) {
                return Err(holds_passphrase());
            }
            unlock::unlock(app, signer, passphrase)?;
            AuthMethod::Passphrase
        }
        Credential::Session => match app.sessions.agent_of(signer, app.clock.now()) {
            Some(place) => return slow_sign::sign_with_agent(app, (signer, role), &place, &groups, also_write),
            None => AuthMethod::Passphrase,
        },
        Credential::Agent(place) => {
            return slow_sign::sign_with_agent(app, (signer, role), place, &groups, also_write);
        }
    };
    let App { log, sessions, clock, random, .. } = app;
    let session = sessions.of(signer, clock.now()).ok_or_else(no_session)?;
    let SessionKey::Here(key) = &session.key else { return Err(no_session()) };
    let identity = SigningIdentity { person: &session.person, key, public: &session.public, role, auth };
    log.append_with(&identity, groups, &**clock, &mut **random, also_write)
}

/// Runs `act` with the file open for writing; a trainee's session has it open read-only otherwise.
pub fn writing<T>(app: &mut App, act: impl FnOnce(&mut App) -> Result<T, Error>) -> Result<T, Error> {
    if app.viewer.own().is_none() {
        return act(app);
    }
    let db = Db::open(&app.folder.database(), Access::Write)?;
    let log = LogWriter::new(db).with_key_in(&app.folder).with_second(app.log.second().cloned());
    let reading = std::mem::replace(&mut app.log, log);
    let done = act(app);
    app.log = reading;
    done
}
