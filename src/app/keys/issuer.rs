//! Makes, replaces and retires the department's issuer key, which signs badges.

use crate::app::App;
use crate::error::Error;
use crate::keys::keystore;
use crate::keys::session::Credential;
use crate::log::referenced::statement_at;
use crate::log::sign;
use crate::log::writer::AppendResult;
use crate::report::made::department;
use countersign_core::people::person::Role;
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::{PersonId, StatementId};
use countersign_core::primitives::key::PublicKey;
use countersign_core::primitives::text::SafeText;
use countersign_core::statement::Body;
use countersign_core::statement::kind::Kind;
use countersign_core::statement::kinds::issuer::{IssuerChange, IssuerKey, issuer_proof_text};
use countersign_ledger::sshsig::PROOF_NAMESPACE;
use countersign_store::error::damaged;
use countersign_store::index::issuer as index;
use countersign_store::log;

/// The key that signs badges, as the log names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer {
    /// The issuer's name, as badges show it.
    pub name: SafeText,
    pub key: PublicKey,
    pub since: Timestamp,
    pub statement: StatementId,
    /// The position of its statement.
    pub position: u64,
}

/// Returns the issuer key in force, if there is one.
pub fn issuer(app: &App) -> Result<Option<Issuer>, Error> {
    app.log.db.read(|tx| {
        let Some(position) = index::issuer(tx)? else { return Ok(None) };
        let stated = statement_at(tx, position)?;
        let Body::IssuerKey(IssuerKey { key, change: IssuerChange::InForce { issuer: name, .. } }) = stated.body else {
            return Err(damaged(format!("entry {position} sets no issuer key")).into());
        };
        Ok(Some(Issuer { name, key, since: stated.signed, statement: stated.id, position }))
    })
}

/// An issuer key that signs no badge any more; those that it signed stay valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierIssuer {
    pub issuer: Issuer,
    pub until: Timestamp,
    /// Why it was retired; `None` if another key replaced it.
    pub reason: Option<SafeText>,
}

/// Returns the issuer keys that are no longer in force, the latest first.
pub fn earlier_issuers(app: &App) -> Result<Vec<EarlierIssuer>, Error> {
    app.log.db.read(|tx| {
        let (mut found, mut now): (Vec<EarlierIssuer>, Option<Issuer>) = (Vec::new(), None);
        // They are few and rarely asked for, so that the log has no index of them.
        let mut named = |entry: &log::StoredEntry| entry.signed.text.contains(Kind::IssuerKey.slug());
        let (entries, _) =
            log::entries_before(tx, &app.viewer, log::end(tx)?, usize::MAX, i64::MAX.unsigned_abs(), &mut named)?;
        for entry in entries.iter().rev() {
            let position = entry.position;
            let stated = statement_at(tx, position)?;
            let Body::IssuerKey(IssuerKey { key, change }) = stated.body else { continue };
            let (next, reason) = match change {
                IssuerChange::InForce { issuer: name, .. } => {
                    (Some(Issuer { name, key, since: stated.signed, statement: stated.id, position }), None)
                }
                IssuerChange::Retired { reason } => (None, Some(reason)),
            };
            found.extend(now.take().map(|issuer| EarlierIssuer { issuer, until: stated.signed, reason }));
            now = next;
        }
        found.reverse();
        Ok(found)
    })
}

/// The most letters of an issuer's name: it is in each badge, for ever.
pub const MOST_OF_ISSUER: usize = 120;

/// Returns the issuer key in force, or says that there is none.
pub fn needed_issuer(app: &App) -> Result<Issuer, Error> {
    issuer(app)?.ok_or_else(|| {
        Error::refused("This department has no key for badges")
            .hint("A training officer makes it once: `countersign key issuer make`")
    })
}

/// Makes an issuer key, which replaces the one in force, if any. Without a name, badges show the department's.
pub fn make_issuer_key(
    app: &mut App,
    officer: &PersonId,
    proof: &Credential,
    name: Option<SafeText>,
) -> Result<(PublicKey, AppendResult), Error> {
    let doing = "Making a key for badges";
    let before = issuer(app)?;
    let name = match name {
        Some(name) => name,
        None => department(app)?,
    };
    if name.as_str().chars().count() > MOST_OF_ISSUER {
        return Err(Error::usage(format!("The name has more than {MOST_OF_ISSUER} letters"))
            .context(doing)
            .hint("It is printed on each badge. Give a shorter one with --name"));
    }
    let key = keystore::fresh_key(&mut *app.random)?;
    let public = key.public();
    let text = issuer_proof_text(&app.log.origin()?, &name, &public);
    let consent = key.sign(PROOF_NAMESPACE, text.as_bytes());
    // The file comes first: a key in the log without its file could sign no badge.
    keystore::keep_issuer_key(&app.folder, &key).map_err(|e| e.context(doing))?;
    let change = IssuerChange::InForce { issuer: name, proof: consent };
    let body = Body::IssuerKey(IssuerKey { key: public.clone(), change });
    let signed = sign::sign(app, officer, Role::TrainingOfficer, proof, vec![body]);
    let done = match signed {
        Ok(done) if !done.is_dry_run() => done,
        unsigned => {
            keystore::discard_issuer_key(&app.folder, &public)?;
            return unsigned.map(|done| (public, done)).map_err(|error| error.context(doing));
        }
    };
    if let Some(before) = before {
        keystore::end_issuer_key(&app.folder, &before.key)?;
    }
    Ok((public, done))
}

/// Retires the issuer key: no badge is signed until there is another; those that it signed stay valid.
pub fn retire_issuer_key(
    app: &mut App,
    officer: &PersonId,
    proof: &Credential,
    reason: &SafeText,
) -> Result<(Issuer, AppendResult), Error> {
    let issuer = needed_issuer(app)?;
    let change = IssuerChange::Retired { reason: reason.clone() };
    let body = Body::IssuerKey(IssuerKey { key: issuer.key.clone(), change });
    let done = sign::sign(app, officer, Role::TrainingOfficer, proof, vec![body])
        .map_err(|error| error.context("Retiring the key for badges"))?;
    if !done.is_dry_run() {
        keystore::end_issuer_key(&app.folder, &issuer.key)?;
    }
    Ok((issuer, done))
}
