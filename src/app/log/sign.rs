//! Signs and appends statements in a person's name, once their credential is checked.

use crate::app::app::{App, shown};
use crate::app::error::Error;
use crate::app::keys::session::{Credential, no_session};
use crate::app::keys::unlock;
use crate::app::log::append::SigningIdentity;
use crate::app::log::writer::AppendResult;
use crate::app::log::writer::LogWriter;
use crate::app::record::dry_run;
use crate::domain::people::person::Role;
use crate::domain::primitives::ids::PersonId;
use crate::domain::statement::secrets::shows;
use crate::domain::statement::{AuthMethod, Body};
use crate::store::db::Access;
use crate::store::db::Db;
use crate::store::db::WriteTx;
use crate::store::error::StoreError;

/// Signs and appends `bodies` in this person's name, once their credential is checked.
pub(in crate::app) fn state(
    app: &mut App,
    who: &PersonId,
    role: Role,
    proof: &Credential,
    bodies: Vec<Body>,
) -> Result<AppendResult, Error> {
    state_in_turn(app, who, role, proof, vec![bodies])
}

/// Signs and appends groups of `bodies` in order, in one transaction.
pub(in crate::app) fn state_in_turn(
    app: &mut App,
    who: &PersonId,
    role: Role,
    proof: &Credential,
    groups: Vec<Vec<Body>>,
) -> Result<AppendResult, Error> {
    state_beside(app, who, role, proof, groups, &mut |_| Ok(()))
}

/// Signs and appends like [`Self::state_in_turn`]; `beside` writes to the workspace in the same transaction.
pub(in crate::app) fn state_beside(
    app: &mut App,
    who: &PersonId,
    role: Role,
    proof: &Credential,
    groups: Vec<Vec<Body>>,
    beside: &mut dyn FnMut(&WriteTx<'_>) -> Result<(), StoreError>,
) -> Result<AppendResult, Error> {
    let auth = match proof {
        Credential::Asked => return Err(dry_run::foretell(app, who, role, &groups.concat())),
        Credential::Pin(pin) => app.sessions.check_pin(who, pin, app.clock.now())?,
        Credential::Passphrase(passphrase) => {
            if groups.iter().flatten().any(|body| shows(body, passphrase)) {
                return Err(shown());
            }
            unlock::unlock(app, who, passphrase)?;
            AuthMethod::Passphrase
        }
        Credential::Session => AuthMethod::Passphrase,
    };
    let App { book, sessions, clock, random, .. } = app;
    let session = sessions.of(who, clock.now()).ok_or_else(no_session)?;
    let hand = SigningIdentity { person: &session.person, key: &session.key, public: &session.public, role, auth };
    book.append_with(&hand, groups, &**clock, &mut **random, beside)
}

/// Runs `act` with the file open for writing; a trainee's session has it open read-only otherwise.
pub fn writing<T>(app: &mut App, act: impl FnOnce(&mut App) -> Result<T, Error>) -> Result<T, Error> {
    if app.viewer.own().is_none() {
        return act(app);
    }
    let db = Db::open(&app.folder.database(), Access::Write)?;
    let book = LogWriter::new(db).with_key_in(&app.folder).with_second(app.book.second().cloned());
    let reading = std::mem::replace(&mut app.book, book);
    let done = act(app);
    app.book = reading;
    done
}
