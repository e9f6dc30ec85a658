//! Opens a data folder as `App`, the entry point of every use case, with its clock, randomness and signing sessions.

use std::sync::Arc;

use crate::clock::{Clock, SystemClock};
use crate::error::Error;
use crate::keys::session::{Session, SessionKey, Sessions};
use crate::keys::touch::{SharedPrompt, Silent};
use crate::log::writer::{AppendResult, LogWriter};
use crate::random::{Random, SystemRandom};
use crate::storage::checkpoint_mirror::CheckpointMirror;
use crate::storage::data_dir::{self, DataDir};
use countersign_core::people::person::{Person, Viewer};
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::{Digest, PersonId};
use countersign_core::primitives::text::SafeText;
use countersign_core::record::ksb_status::StatusContext;
use countersign_core::record::view::{PersonRow, SessionCredential, SessionRow, SignedReceipt, TreeHead};
use countersign_core::rules::log_state::Policy;
use countersign_ledger::batch::signs_batches;
use countersign_store::db::{Access, Db};
use countersign_store::index::people;

/// An open data folder.
pub struct App {
    pub(crate) log: LogWriter,
    pub(crate) folder: DataDir,
    pub(crate) clock: Box<dyn Clock + Send>,
    pub(crate) random: Box<dyn Random + Send>,
    pub(crate) sessions: Sessions,
    pub(crate) viewer: Viewer,
    /// The person who logged in over SSH, if any, and the fingerprint of the login key they used.
    pub(crate) ssh_login: Option<(PersonId, Option<Digest>)>,
    /// When documents are made, if this is the department as it was on an earlier day.
    pub(crate) made_at: Option<Timestamp>,
    /// Where a person is told to touch their security key.
    pub(crate) touch: SharedPrompt,
}

impl App {
    /// Opens a data folder made by `init`.
    pub fn open(
        folder: DataDir,
        access: Access,
        clock: Box<dyn Clock + Send>,
        random: Box<dyn Random + Send>,
    ) -> Result<Self, Error> {
        let doing = || format!("Opening {}", folder.path().display());
        let db = Db::open(&folder.database(), access).map_err(|e| Error::from(e).context(doing()))?;
        let log = LogWriter::new(db);
        log.origin().map_err(|e| e.context(doing()))?;
        let log = log.with_key_in(&folder);
        Ok(Self { clock, random, ..Self::here(log, folder) })
    }

    /// Returns the use cases of an open log, with the system clock and randomness, for the whole department.
    pub(crate) fn here(log: LogWriter, folder: DataDir) -> Self {
        let (clock, random) = (Box::new(SystemClock), Box::new(SystemRandom::default()));
        let (sessions, viewer) = (Sessions::default(), Viewer::Department);
        Self { log, folder, clock, random, sessions, viewer, ssh_login: None, made_at: None, touch: Arc::new(Silent) }
    }

    /// Opens a data folder with the system clock and randomness; read-only if the file cannot be written.
    pub fn open_default(folder: DataDir) -> Result<Self, Error> {
        SystemClock.check().map_err(|e| e.context(format!("Opening {}", folder.path().display())))?;
        Self::open(folder, Access::Write, Box::new(SystemClock), Box::new(SystemRandom::default()))
    }

    /// Opens a data folder read-only, with the system clock and randomness and without the log key.
    pub(crate) fn on_this_machine_to_read(folder: DataDir) -> Result<Self, Error> {
        let doing = format!("Opening {}", folder.path().display());
        SystemClock.check().map_err(|e| e.context(doing.clone()))?;
        let db = Db::open(&folder.database(), Access::Read).map_err(|e| Error::from(e).context(doing))?;
        Ok(Self::here(LogWriter::new(db), folder))
    }

    /// Opens the same data folder again to read, for work on another thread.
    pub fn reader(&self) -> Result<Self, Error> {
        Self::on_this_machine_to_read(self.folder.clone())
    }

    /// Reopens the database for writing, so that a trainee can enter claims and hours. Without the log key, nothing can be
    /// signed.
    pub fn reopen_for_entry(self) -> Result<Self, Error> {
        let doing = format!("Opening {}", self.folder.path().display());
        let db = Db::open(&self.folder.database(), Access::Write).map_err(|e| Error::from(e).context(doing))?;
        Ok(Self { log: LogWriter::new(db), ..self })
    }

    /// Sets where a person is told to touch their security key.
    #[must_use]
    pub fn with_touch_prompt(self, touch: SharedPrompt) -> Self {
        Self { touch, ..self }
    }

    /// Sets the second folder that checkpoints are also copied to.
    #[must_use]
    pub fn with_checkpoint_mirror(self, second: Option<CheckpointMirror>) -> Self {
        Self { log: self.log.with_second(second), ..self }
    }

    /// Returns the receipt of what was signed on a trainee's record, with any warning about the checkpoint mirror.
    pub(crate) fn receipt(&mut self, trainee: SafeText, done: AppendResult, warning: Option<String>) -> SignedReceipt {
        let mirror_warning = self.log.second().and_then(|second| second.take_warning().first());
        SignedReceipt { trainee, ids: done.ids, head: done.head, mirror_warning, warning }
    }

    /// Returns whose records may be seen here.
    pub fn viewer(&self) -> &Viewer {
        &self.viewer
    }

    pub fn folder(&self) -> &DataDir {
        &self.folder
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Returns today's date in local time.
    pub fn today(&self) -> chrono::NaiveDate {
        self.clock.today()
    }

    /// Returns the log's tree head.
    pub fn head(&self) -> Result<TreeHead, Error> {
        self.log.head()
    }

    /// Returns the settings in force.
    pub fn policy(&self) -> Result<Policy, Error> {
        Ok(self.log.db.read(people::policy)?)
    }

    /// Returns what KSB states are computed from: the policy and today's date.
    pub fn measure(&self) -> Result<StatusContext, Error> {
        Ok(StatusContext { policy: self.policy()?, today: self.today() })
    }

    /// Returns a number that changes when another process commits.
    pub fn version(&self) -> Result<i64, Error> {
        Ok(self.log.db.version()?)
    }

    /// Checkpoints the write-ahead log into the database file and returns whether all of it was copied. Costs an fsync, so
    /// call it when idle.
    pub fn checkpoint_wal(&self) -> Result<bool, Error> {
        Ok(self.log.db.checkpoint_wal()?)
    }

    /// Returns a person, or a usage error if the id is unknown or may not be seen.
    pub fn person(&self, id: &PersonId) -> Result<Person, Error> {
        let found = if self.viewer.may_see(id) { self.log.db.read(|tx| people::person(tx, id))? } else { None };
        found.ok_or_else(|| {
            Error::usage(format!("Nobody here has the id {id}")).hint("`countersign person list` shows all")
        })
    }

    /// Deletes the data folder. For demos only.
    pub fn delete_demo(self) {
        let folder = self.folder.path().to_owned();
        drop(self);
        data_dir::remove(&folder);
    }

    /// Ends a session and drops its key from memory.
    pub fn end_session(&mut self, id: &PersonId) {
        self.sessions.end(id);
    }

    /// Returns the open sessions, by name.
    pub fn sessions(&mut self) -> Vec<SessionRow> {
        let now = self.clock.now();
        let mut rows: Vec<SessionRow> = self.sessions.current(now).map(row).collect();
        rows.sort_by(|a, b| a.person.name.cmp(&b.person.name));
        rows
    }

    /// Returns when the first of the open sessions ends.
    pub fn session_ends(&self) -> Option<Timestamp> {
        self.sessions.first_end()
    }

    pub(crate) fn session(&mut self, id: &PersonId) -> Option<SessionRow> {
        let now = self.clock.now();
        self.sessions.of(id, now).map(|session| row(session))
    }
}

/// Returns the error for a text that contains the signer's passphrase.
pub fn holds_passphrase() -> Error {
    Error::usage("Something you typed contains your passphrase. Remove it")
        .hint("If someone may have seen it, change it: `countersign key passphrase`")
}

/// Converts a person to a list row.
pub fn person_row(person: &Person) -> PersonRow {
    PersonRow {
        id: person.id.clone(),
        name: person.name.clone(),
        roles: person.roles.clone(),
        registration: person.registration.clone(),
        left: person.left,
    }
}

fn row(session: &Session) -> SessionRow {
    let credential = match &session.key {
        SessionKey::InAgent(_) if signs_batches(&session.public) => SessionCredential::SecurityKey,
        SessionKey::InAgent(_) => SessionCredential::Agent,
        SessionKey::Here(_) if session.pin.is_some() => SessionCredential::Pin,
        SessionKey::Here(_) => SessionCredential::Passphrase,
    };
    SessionRow { person: person_row(&session.person), credential, ends: session.ends }
}
