//! Lists the signing keys of people and what changed about them.

use crate::app::App;
use crate::error::Error;
use crate::keys::keystore;
use crate::keys::status::KeyState;
use crate::log::referenced::statement_at;
use crate::people::person::{self, named};
use countersign_core::people::person::{Person, Role};
use countersign_core::primitives::date::{Timestamp, long_day};
use countersign_core::primitives::ids::{PersonId, StatementId};
use countersign_core::primitives::key::PublicKey;
use countersign_core::primitives::text::SafeText;
use countersign_core::statement::Body;
use countersign_core::statement::kinds::keys::Retire;
use countersign_store::error::damaged;
use countersign_store::index::people;

/// A key as recorded in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownKey {
    pub person: Person,
    pub key: PublicKey,
    /// The position of its grant.
    pub position: u64,
    pub since: Timestamp,
    pub statement: StatementId,
    pub state: KeyState,
}

impl KnownKey {
    pub fn retired(&self, reason: &SafeText) -> Body {
        let (person, key) = (named(&self.person), self.key.fingerprint());
        Body::Retire(Retire { person, key, reason: reason.clone() })
    }
}

/// Returns the keys of everyone, or of one person, oldest first for each.
pub fn known_keys(app: &App, of: Option<&PersonId>) -> Result<Vec<KnownKey>, Error> {
    let all = match of {
        Some(id) => vec![app.person(id)?],
        None => person::people(app, &Role::ALL)?,
    };
    app.log.db.read(|tx| {
        let mut known = Vec::new();
        for person in all {
            for (key, position) in people::keys_of(tx, &person.id)? {
                let given = statement_at(tx, position)?;
                let registered =
                    people::registered_key(tx, &key.fingerprint())?.ok_or_else(|| damaged("a key has no holder"))?;
                let (since, statement, state) = (given.signed, given.id, KeyState::of(&registered));
                known.push(KnownKey { person: person.clone(), key, position, since, statement, state });
            }
        }
        Ok(known)
    })
}

/// Returns the news to show when a person next opens a key: each key added in their name since the last time.
pub fn key_news(app: &App, who: &PersonId) -> Result<Vec<String>, Error> {
    let seen = keystore::seen(&app.folder, who)?;
    let known = known_keys(app, Some(who))?;
    // Someone who never opened a key here knows about their first one.
    let first = known.first().map_or(0, |first| first.position + 1);
    let news = known.iter().filter(|one| one.position >= seen.unwrap_or(first));
    news.map(|one| {
            let by = app.log.db.read(|tx| statement_at(tx, one.position))?.signer.who.name;
            let (day, key) = (long_day(one.since.local_day()), one.key.fingerprint_text());
            Ok(format!(
                "A key was added in your name on {day} by {by}: {key}. If you do not know of it, tell another training officer"
            ))
        })
        .collect()
}
