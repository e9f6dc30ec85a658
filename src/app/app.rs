//! The program as its faces see it: one file, one clock, the sessions of one screen. Must never be known below.

use crate::app::clock::{Clock, SystemClock};
use crate::app::error::Error;
use crate::app::keys::keystore;
use crate::app::keys::session::{Credential, Session, Sessions, no_session};
use crate::app::keys::status::KeyState;
use crate::app::log::append::SigningIdentity;
use crate::app::log::writer::{AppendResult, LogWriter};
use crate::app::random::{Random, SystemRandom};
use crate::app::storage::checkpoint_mirror::CheckpointMirror;
use crate::app::storage::data_dir::{self, DataDir};
use crate::domain::people::person::{Person, Role, Viewer};
use crate::domain::primitives::date::Timestamp;
use crate::domain::primitives::ids::{Digest, PersonId, Secret};
use crate::domain::record::ksb_status::StatusContext;
use crate::domain::record::view::{PersonRow, SessionRow, TreeHead};
use crate::domain::rules::log_state::Policy;
use crate::domain::statement::secrets::shows;
use crate::domain::statement::{AuthMethod, Body};
use crate::store::db::{Access, Db, WriteTx};
use crate::store::error::StoreError;
use crate::store::people;

/// An open data folder.
pub struct App {
    pub(in crate::app) book: LogWriter,
    pub(in crate::app) folder: DataDir,
    pub(in crate::app) clock: Box<dyn Clock + Send>,
    pub(in crate::app) random: Box<dyn Random + Send>,
    pub(in crate::app) sessions: Sessions,
    pub(in crate::app) viewer: Viewer,
    /// Who came in with a key to log in, where somebody did, and with which.
    pub(in crate::app) came_in: Option<(PersonId, Option<Digest>)>,
}

impl App {
    /// Opens a data folder that was made by `init`.
    pub fn open(
        folder: DataDir,
        access: Access,
        clock: Box<dyn Clock + Send>,
        random: Box<dyn Random + Send>,
    ) -> Result<Self, Error> {
        let doing = || format!("Opening {}", folder.path().display());
        let db = Db::open(&folder.database(), access).map_err(|e| Error::from(e).context(doing()))?;
        let book = LogWriter::new(db);
        book.origin().map_err(|e| e.context(doing()))?;
        let book = book.with_key_in(&folder);
        Ok(Self {
            book,
            folder,
            clock,
            random,
            sessions: Sessions::default(),
            viewer: Viewer::Department,
            came_in: None,
        })
    }

    /// Opens a data folder with this machine's clock and randomness; to read alone where the file cannot be written.
    pub fn open_default(folder: DataDir) -> Result<Self, Error> {
        SystemClock.check().map_err(|e| e.context(format!("Opening {}", folder.path().display())))?;
        Self::open(folder, Access::Write, Box::new(SystemClock), Box::new(SystemRandom::default()))
    }

    /// The same to read alone, without the log's own key.
    pub(in crate::app) fn on_this_machine_to_read(folder: DataDir) -> Result<Self, Error> {
        let doing = format!("Opening {}", folder.path().display());
        SystemClock.check().map_err(|e| e.context(doing.clone()))?;
        let db = Db::open(&folder.database(), Access::Read).map_err(|e| Error::from(e).context(doing))?;
        let (clock, random) = (Box::new(SystemClock), Box::new(SystemRandom::default()));
        let (book, sessions) = (LogWriter::new(db), Sessions::default());
        Ok(Self { book, folder, clock, random, sessions, viewer: Viewer::Department, came_in: None })
    }

    /// The same session with a file that can be written, for what a trainee enters: no record is signed by it, for it has no
    /// key of the log.
    pub fn reopen_for_entry(self) -> Result<Self, Error> {
        let doing = format!("Opening {}", self.folder.path().display());
        let db = Db::open(&self.folder.database(), Access::Write).map_err(|e| Error::from(e).context(doing))?;
        Ok(Self { book: LogWriter::new(db), ..self })
    }

    /// The same, with its checkpoints also kept in a second folder.
    pub fn with_checkpoint_mirror(self, second: Option<CheckpointMirror>) -> Self {
        Self { book: self.book.with_second(second), ..self }
    }

    /// Adds the newest checkpoint to those in the second folder, where it was not done at its commit.
    pub fn keep_checkpoint(&self) -> Result<(), Error> {
        if let Some(second) = self.book.second() {
            second.add(&self.checkpoint()?);
        }
        Ok(())
    }

    /// What went wrong beside what was signed, once.
    pub(in crate::app) fn trouble(&mut self) -> Option<String> {
        self.book.second().and_then(|second| second.take_warning().first())
    }

    /// Whose records may be seen here.
    pub fn viewer(&self) -> &Viewer {
        &self.viewer
    }

    /// Where the data is.
    pub fn folder(&self) -> &DataDir {
        &self.folder
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Today, by this machine's calendar.
    pub fn today(&self) -> chrono::NaiveDate {
        self.clock.today()
    }

    /// Where the log stands.
    pub fn head(&self) -> Result<TreeHead, Error> {
        self.book.head()
    }

    /// What binds everyone.
    pub fn policy(&self) -> Result<Policy, Error> {
        Ok(self.book.db.read(people::policy)?)
    }

    /// By what states are measured now: the policy and the day.
    pub fn measure(&self) -> Result<StatusContext, Error> {
        Ok(StatusContext { policy: self.policy()?, today: self.today() })
    }

    /// A number that changes when another process commits.
    pub fn version(&self) -> Result<i64, Error> {
        Ok(self.book.db.version()?)
    }

    /// Folds all that was signed into the one file, which costs a flush: for when nobody waits. Says whether all of it is.
    pub fn checkpoint_wal(&self) -> Result<bool, Error> {
        Ok(self.book.db.checkpoint_wal()?)
    }

    /// A person who must be there.
    pub fn person(&self, id: &PersonId) -> Result<Person, Error> {
        let found = if self.viewer.may_see(id) { self.book.db.read(|tx| people::person(tx, id))? } else { None };
        found.ok_or_else(|| {
            Error::usage(format!("Nobody here has the id {id}")).hint("`countersign person list` shows all")
        })
    }

    /// Takes the whole data folder away: a demo's, and no other.
    pub fn delete_demo(self) {
        let folder = self.folder.path().to_owned();
        drop(self);
        data_dir::remove(&folder);
    }

    /// Opens a signing session with the passphrase.
    pub fn unlock(&mut self, id: &PersonId, passphrase: &Secret) -> Result<SessionRow, Error> {
        let person = self.person(id)?;
        let doing = || format!("Opening the key of {}", person.name);
        let opened = keystore::open(&self.folder, &person, passphrase, &*self.clock).map_err(|e| e.context(doing()))?;
        let public = opened.key.public();
        let held = self.book.db.read(|tx| people::held(tx, &public.fingerprint()))?;
        let theirs = held.filter(|held| held.person == *id);
        match theirs.as_ref().map(KeyState::of) {
            Some(KeyState::Signs) => {}
            Some(KeyState::Waits) => {
                return Err(Error::refused("This key waits for a second training officer")
                    .hint("Another one than who added it says: `countersign key countersign`")
                    .context(doing()));
            }
            Some(KeyState::Retired) => return Err(Error::refused("This key is retired").context(doing())),
            Some(KeyState::Compromised(_)) => {
                return Err(Error::refused("This key was in other hands and signs no more").context(doing()));
            }
            None => return Err(Error::refused("The log does not know this key as theirs").context(doing())),
        }
        // With 0 hours the passphrase is asked at every batch: the session only remembers whose turn it is.
        let hours = i64::from(self.policy()?.session_hours);
        let ends = self.clock.now().plus(if hours == 0 { 12 * 3600 } else { hours * 3600 });
        let pin = if hours == 0 { None } else { opened.pin };
        self.sessions.open(Session { person, key: opened.key, public, pin, ends, wrong: 0 });
        if !self.key_news(id)?.is_empty() {
            keystore::see(&self.folder, id, self.head()?.size)?;
        }
        self.session(id).ok_or_else(no_session)
    }

    /// Takes up an open session with its PIN.
    pub fn resume_session(&mut self, id: &PersonId, pin: &Secret) -> Result<SessionRow, Error> {
        let now = self.clock.now();
        self.sessions.check_pin(id, pin, now)?;
        self.session(id).ok_or_else(no_session)
    }

    /// Ends a session: its key leaves memory.
    pub fn end_session(&mut self, id: &PersonId) {
        self.sessions.end(id);
    }

    /// The sessions open on this screen, by name.
    pub fn sessions(&mut self) -> Vec<SessionRow> {
        let now = self.clock.now();
        let mut rows: Vec<SessionRow> = self.sessions.current(now).map(row).collect();
        rows.sort_by(|a, b| a.person.name.cmp(&b.person.name));
        rows
    }

    /// When the session that ends first does.
    pub fn session_ends(&self) -> Option<Timestamp> {
        self.sessions.first_end()
    }

    fn session(&mut self, id: &PersonId) -> Option<SessionRow> {
        let now = self.clock.now();
        self.sessions.of(id, now).map(|session| row(session))
    }

    /// States `bodies` in this person's name, once they have shown who they are.
    pub(in crate::app) fn state(
        &mut self,
        who: &PersonId,
        role: Role,
        proof: &Credential,
        bodies: Vec<Body>,
    ) -> Result<AppendResult, Error> {
        self.state_in_turn(who, role, proof, vec![bodies])
    }

    /// States groups of `bodies`, each after the one before, in one transaction.
    pub(in crate::app) fn state_in_turn(
        &mut self,
        who: &PersonId,
        role: Role,
        proof: &Credential,
        groups: Vec<Vec<Body>>,
    ) -> Result<AppendResult, Error> {
        self.state_beside(who, role, proof, groups, &mut |_| Ok(()))
    }

    /// The same, and what `beside` writes to the workspace in the same transaction.
    pub(in crate::app) fn state_beside(
        &mut self,
        who: &PersonId,
        role: Role,
        proof: &Credential,
        groups: Vec<Vec<Body>>,
        beside: &mut dyn FnMut(&WriteTx<'_>) -> Result<(), StoreError>,
    ) -> Result<AppendResult, Error> {
        let auth = match proof {
            Credential::Asked => return Err(self.foretell(who, role, groups.first().map_or(&[], Vec::as_slice))),
            Credential::Pin(pin) => self.sessions.check_pin(who, pin, self.clock.now())?,
            Credential::Passphrase(passphrase) => {
                if groups.iter().flatten().any(|body| shows(body, passphrase)) {
                    return Err(shown());
                }
                self.unlock(who, passphrase)?;
                AuthMethod::Passphrase
            }
            Credential::Session => AuthMethod::Passphrase,
        };
        let Self { book, sessions, clock, random, .. } = self;
        let session = sessions.of(who, clock.now()).ok_or_else(no_session)?;
        let hand = SigningIdentity { person: &session.person, key: &session.key, public: &session.public, role, auth };
        book.append_with(&hand, groups, &**clock, &mut **random, beside)
    }
}

/// A text would show their passphrase to everyone who reads it.
pub fn shown() -> Error {
    Error::usage("A text contains your passphrase: take it out")
        .hint("If somebody may have read it, change it: `countersign key passphrase`")
}

/// A person as a list shows them.
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
    SessionRow { person: person_row(&session.person), pin: session.pin.is_some(), ends: session.ends }
}
