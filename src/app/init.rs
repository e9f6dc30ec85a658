//! Creates a data folder: the database, the log key, and the first training officer with their key.

use crate::app::App;
use crate::clock::Clock;
use crate::error::Error;
use crate::keys::keystore;
use crate::keys::session::{Session, SessionKey};
use crate::log::append::SigningIdentity;
use crate::log::writer::LogWriter;
use crate::people::roster;
use crate::random::{Random, bytes, person_id};
use crate::storage::data_dir::{DataDir, remove_database};
use countersign_core::people::person::{Person, PersonRef, Role};
use countersign_core::primitives::encoding::hex;
use countersign_core::primitives::ids::{LogOrigin, PersonId, Secret};
use countersign_core::primitives::text::SafeText;
use countersign_core::standard::Standard;
use countersign_core::standard::file::st0413;
use countersign_core::statement::kinds::genesis::Genesis;
use countersign_core::statement::{AuthMethod, Body};
use countersign_ledger::pin::{self, PinVerifier};
use countersign_ledger::sshsig::SigningKey;
use countersign_store::db::Db;

/// The settings of a new log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InitOptions {
    /// The department, such as `Cardiology, Example Hospital`.
    pub department: SafeText,
    /// The log's origin; derived from the department if not given.
    pub origin: Option<LogOrigin>,
    pub officer: SafeText,
    pub registration: Option<SafeText>,
    /// The officer's roles besides training officer.
    pub roles: Vec<Role>,
    pub passphrase: Secret,
    /// Signs within an open session; can be set later.
    pub pin: Option<Secret>,
    /// Adopted at once; others can be adopted later.
    pub standard: Option<Standard>,
}

/// Returns the standards that come with the program.
pub fn shipped_standards() -> Result<Vec<Standard>, Error> {
    let (standard, _) = st0413().map_err(Error::refused)?;
    Ok(vec![standard])
}

/// Refuses a folder that has a sign-off book; `option` names another folder.
pub fn refuse_founded(folder: &DataDir, option: &str) -> Result<(), Error> {
    if !folder.is_founded() {
        return Ok(());
    }
    Err(Error::refused("This folder already has a sign-off book")
        .hint(format!("Nothing was changed. Use that one, or give another folder with {option}"))
        .context(format!("Setting up {}", folder.path().display())))
}

/// Wraps the first officer's key and writes its file.
pub(crate) type KeepKey<'a> =
    dyn Fn(&DataDir, &Person, &SigningKey, &Secret, &mut dyn Random) -> Result<(), Error> + 'a;

/// Creates a data folder with its log, first training officer and first standard, and opens the officer's signing session.
/// If anything fails, what was made of it is removed again.
pub fn found(
    folder: &DataDir,
    beginning: &InitOptions,
    clock: Box<dyn Clock + Send>,
    random: Box<dyn Random + Send>,
) -> Result<(App, PersonId), Error> {
    if let Some(pin) = &beginning.pin {
        pin::check(pin)?;
    }
    found_with(folder, beginning, clock, random, &|folder, person, key, secret, random| {
        let pin = verifier(beginning, random)?;
        keystore::keep(folder, person, key, pin.as_ref(), secret, random)
    })
}

fn verifier(beginning: &InitOptions, random: &mut dyn Random) -> Result<Option<PinVerifier>, Error> {
    let Some(pin) = &beginning.pin else { return Ok(None) };
    Ok(Some(PinVerifier::new(pin, bytes(random)?)?))
}

/// As [`found`], with another way to keep the officer's key.
pub(crate) fn found_with(
    folder: &DataDir,
    beginning: &InitOptions,
    clock: Box<dyn Clock + Send>,
    mut random: Box<dyn Random + Send>,
    keep: &KeepKey<'_>,
) -> Result<(App, PersonId), Error> {
    let doing = format!("Setting up {}", folder.path().display());
    refuse_founded(folder, "--data")?;
    let before = folder.survey();
    let begin = |random: &mut dyn Random| -> Result<(App, PersonId), Error> {
        folder.make()?;
        let part = folder.path().join(format!("countersign.db.{}.part", hex(&bytes::<4>(random)?)));
        let id = person_id(random, 4)?;
        let made = write(folder, &part, &id, beginning, (&*clock, random), keep)
            .and_then(|session| folder.put_database(&part).map(|()| session));
        let session = made.inspect_err(|_| {
            remove_database(&part);
            // Another process may have made a book here meanwhile, with a log key of the same name.
            if !folder.is_founded() {
                keystore::discard_first(folder, &id);
            }
        })?;
        let db = Db::open(&folder.database(), countersign_store::db::Access::Write)?;
        let log = LogWriter::new(db).with_key_in(folder);
        let mut app = App::here(log, folder.clone());
        app.sessions.open(session);
        Ok((app, id))
    };
    let opened = begin(&mut *random).map_err(|e| e.context(doing));
    if opened.is_err() && !folder.is_founded() {
        folder.put_back(&before);
    }
    let (mut app, id) = opened?;
    app.clock = clock;
    app.random = random;
    Ok((app, id))
}

fn write(
    folder: &DataDir,
    part: &std::path::Path,
    id: &PersonId,
    beginning: &InitOptions,
    (clock, random): (&dyn Clock, &mut dyn Random),
    keep: &KeepKey<'_>,
) -> Result<Session, Error> {
    let mut roles = vec![Role::TrainingOfficer];
    roles.extend(&beginning.roles);
    roles.sort_unstable();
    roles.dedup();
    let origin = match &beginning.origin {
        Some(origin) => origin.clone(),
        None => format!("{}/{}", slug(beginning.department.as_str()), hex(&bytes::<4>(random)?)).parse()?,
    };
    let key = keystore::fresh_key(random)?;
    let log_key = keystore::make_log_key(folder, &origin, random)?;
    let genesis = Genesis {
        department: beginning.department.clone(),
        officer: PersonRef { id: id.clone(), name: beginning.officer.clone() },
        roles,
        key: key.public(),
        log_key: SafeText::line(&log_key.verifier().to_string())?,
        policy: Vec::new(),
    };
    let person = genesis.officer_as_person(beginning.registration.clone());
    keep(folder, &person, &key, &beginning.passphrase, random)?;
    let public = key.public();
    let mut log = LogWriter::new(Db::create(part)?).with_log_key(log_key);
    let identity = SigningIdentity {
        person: &person,
        key: &key,
        public: &public,
        role: Role::TrainingOfficer,
        auth: AuthMethod::Passphrase,
    };
    log.append(&identity, vec![Body::Genesis(genesis)], clock, random)?;
    if let Some(standard) = beginning.standard.clone() {
        let adoption = roster::adoption(&standard)?;
        log.store_standard(standard)?;
        log.append(&identity, vec![Body::Standard(adoption)], clock, random)?;
    }
    let pin = verifier(beginning, random)?;
    let ends = clock.now().plus(4 * 3600);
    Ok(Session { person, key: SessionKey::Here(key), public, pin, ends, wrong: 0 })
}

/// Converts a text to lower-case letters, digits and hyphens for use in an origin.
fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text.to_lowercase().chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "department".to_owned() } else { slug.chars().take(60).collect() }
}
