//! Defines the JSON shapes of SSH keys and of a portfolio.

use serde::Serialize;

use crate::cli::json::book::Card;
use crate::cli::json::trainee::{KeptRow, KsbState, LocalRow};
use crate::domain::people::login::LoginKey;
use crate::domain::people::person::Person;

/// A list of SSH keys.
#[derive(Debug, Serialize)]
pub struct Logins {
    /// `countersign/logins/1`.
    pub schema: &'static str,
    pub logins: Vec<LoginRow>,
}

/// An SSH key.
#[derive(Debug, Serialize)]
pub struct LoginRow {
    pub id: String,
    pub person: String,
    pub name: String,
    pub line: String,
    pub current: bool,
    pub added: String,
    pub added_by: String,
    pub revoked: Option<String>,
    pub revoked_by: Option<String>,
}

impl LoginRow {
    /// Returns the row of this person's key.
    pub fn new(login: &LoginKey, person: &Person) -> Self {
        Self {
            id: login.key.fingerprint_text(),
            person: person.id.to_string(),
            name: person.name.to_string(),
            line: login.key.to_string(),
            current: login.revoked.is_none() && !person.left,
            added: login.added.1.to_string(),
            added_by: login.added.0.id.to_string(),
            revoked: login.revoked.as_ref().map(|(_, at)| at.to_string()),
            revoked_by: login.revoked.as_ref().map(|(by, _)| by.id.to_string()),
        }
    }
}

/// A trainee's full record.
#[derive(Debug, Serialize)]
pub struct Portfolio {
    /// `countersign/portfolio/1`.
    pub schema: &'static str,
    /// The checkpoint code.
    pub checkpoint: String,
    pub trainee: Card,
    pub ksbs: Vec<KsbState>,
    pub competences: Vec<LocalRow>,
    /// Signed KSBs that they no longer answer for.
    pub no_longer_asked: Vec<KeptRow>,
    /// The attribution that the licence of the texts requires, if any.
    pub attribution: Option<String>,
}
