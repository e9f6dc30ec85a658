//! The shapes of answers about logging in, and of a portfolio. Must never hold a reader's layout.

use serde::Serialize;

use crate::cli::json::book::Card;
use crate::cli::json::trainee::{KeptRow, KsbState, LocalRow};
use crate::domain::people::login::LoginKey;
use crate::domain::people::person::Person;

/// Keys to log in with.
#[derive(Debug, Serialize)]
pub struct Logins {
    /// `countersign/logins/1`.
    pub schema: &'static str,
    /// The rows.
    pub logins: Vec<LoginRow>,
}

/// A key to log in with.
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
    /// A key of this person.
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

/// A trainee's whole record.
#[derive(Debug, Serialize)]
pub struct Portfolio {
    /// `countersign/portfolio/1`.
    pub schema: &'static str,
    /// Where the log stands.
    pub checkpoint: String,
    /// The trainee.
    pub trainee: Card,
    /// Every KSB.
    pub ksbs: Vec<KsbState>,
    /// Every local competence.
    pub competences: Vec<LocalRow>,
    /// Every KSB that was signed and that they do not answer for now.
    pub no_longer_asked: Vec<KeptRow>,
    /// The line that the licence of the texts asks for, where there is one.
    pub attribution: Option<String>,
}
