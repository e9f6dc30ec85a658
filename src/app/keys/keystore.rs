//! Wrapped keys on disk: made, opened, wrapped anew; wrong passphrases slow down, for ever never lock. Must never write a
//! secret that is not wrapped, but for the log's own key, which signs checkpoints alone.

use crate::app::clock::Clock;
use crate::app::error::Error;
use crate::app::random::{Random, bytes};
use crate::app::storage::data_dir::DataDir;
use crate::domain::people::person::Person;
use crate::domain::primitives::encoding::{hex, unhex};
use crate::domain::primitives::ids::{LogOrigin, PersonId, Secret};
use crate::domain::primitives::key::PublicKey;
use crate::ledger::note::{LogKey, LogVerifier};
use crate::ledger::passphrase;
use crate::ledger::pin::PinVerifier;
use crate::ledger::sshsig::SigningKey;
use crate::ledger::wrapped_key::{KeyFault, NewKeyMaterial, Unwrapped, header, unwrap, wrap};

const LOG_KEY: &str = "log.key";
/// Wrong passphrases that are free.
const FREE: u32 = 4;
/// The first delay, in seconds; it doubles up to the longest.
const FIRST_DELAY: i64 = 15;
const LONGEST_DELAY: i64 = 15 * 60;

/// A person's key files: `7f3a.key`, and `7f3a.` with the beginning of a fingerprint for each further one.
fn files(folder: &DataDir, person: &PersonId) -> Vec<String> {
    let mut names = folder.key_names();
    names.retain(|name| {
        let rest = name.strip_suffix(".key").and_then(|stem| stem.strip_prefix(person.as_str()));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    });
    names
}

/// The file of this key of theirs, or the name that a new one gets.
fn file(folder: &DataDir, person: &PersonId, key: &PublicKey) -> String {
    let names = files(folder, person);
    for name in &names {
        // What is not a file, or cannot be read, is another one than this key's.
        let text = folder.read_key(name).ok().flatten().unwrap_or_default();
        if header(&text).is_ok_and(|header| header.key == *key) {
            return name.clone();
        }
    }
    let first = format!("{person}.key");
    let further = format!("{person}.{}.key", &key.fingerprint().hex()[..8]);
    if names.contains(&first) { further } else { first }
}

fn tries_file(person: &PersonId) -> String {
    format!("{person}.tries")
}

/// Whether a person has a key on this machine.
pub fn has_key(folder: &DataDir, person: &PersonId) -> bool {
    !files(folder, person).is_empty()
}

/// A new signing key.
pub fn fresh_key(random: &mut dyn Random) -> Result<SigningKey, Error> {
    let seed = zeroize::Zeroizing::new(bytes::<32>(random)?);
    Ok(SigningKey::from_seed(&seed))
}

/// Five words from the list, offered before a passphrase of one's own.
pub fn five_words(random: &mut dyn Random) -> Result<Secret, Error> {
    Ok(passphrase::generate(&bytes(random)?))
}

/// Wraps a key and writes its file. The passphrase must be strong enough for `person`.
pub fn keep(
    folder: &DataDir,
    person: &Person,
    key: &SigningKey,
    pin: Option<&PinVerifier>,
    secret: &Secret,
    random: &mut dyn Random,
) -> Result<(), Error> {
    judge(&[person.name.as_str(), person.id.as_str()], secret)?;
    rewrap(folder, person, key, pin, secret, random)
}

/// Whether a new passphrase is strong enough where others would try these names.
pub fn judge(names: &[&str], secret: &Secret) -> Result<(), Error> {
    Ok(passphrase::check(secret, names)?)
}

/// Wraps a key under a passphrase that was judged already, or that it has, and writes its file.
pub fn rewrap(
    folder: &DataDir,
    person: &Person,
    key: &SigningKey,
    pin: Option<&PinVerifier>,
    secret: &Secret,
    random: &mut dyn Random,
) -> Result<(), Error> {
    let fresh = NewKeyMaterial { salt: bytes(random)?, nonce: bytes(random)? };
    let name = file(folder, &person.id, &key.public());
    folder.write_key(&name, &wrap(&person.id, key, pin, secret, &fresh)?)
}

/// Takes a key file away that came to nothing.
pub fn discard(folder: &DataDir, person: &PersonId, key: &PublicKey) -> Result<(), Error> {
    folder.remove_key(&file(folder, person, key))
}

/// Puts a key file by that signs no more, if it is here; nothing opens it from then on.
pub fn put_by(folder: &DataDir, person: &PersonId, key: &PublicKey) -> Result<(), Error> {
    let name = file(folder, person, key);
    if folder.read_key(&name)?.is_none() {
        return Ok(());
    }
    folder.rename_key(&name, &format!("{name}.retired"))
}

/// How many entries the log had when a person last opened a key here.
pub fn seen(folder: &DataDir, person: &PersonId) -> Result<Option<u64>, Error> {
    // One that cannot be read is as good as none: then more is told.
    Ok(folder.read_key(&format!("{person}.seen")).ok().flatten().and_then(|text| text.trim().parse().ok()))
}

/// Remembers how many entries the log had.
pub fn see(folder: &DataDir, person: &PersonId, size: u64) -> Result<(), Error> {
    folder.write_key(&format!("{person}.seen"), &format!("{size}\n"))
}

/// Opens a person's key. A wrong passphrase is counted before it is tried, so that killing the program gains nothing.
pub fn open(folder: &DataDir, person: &Person, secret: &Secret, clock: &dyn Clock) -> Result<Unwrapped, Error> {
    let name = &person.name;
    let names = files(folder, &person.id);
    if names.is_empty() {
        return Err(Error::refused(format!("{name} has no key on this machine"))
            .hint("A training officer makes one: `countersign key add`"));
    }
    let tries = count_try(folder, &person.id, clock)?;
    match any(folder, &names, secret) {
        Ok(opened) if opened.person == person.id => {
            folder.remove_key(&tries_file(&person.id))?;
            Ok(opened)
        }
        Ok(_) => Err(Error::refused(format!("The key file of {name} holds somebody else's key"))),
        Err(KeyFault::WrongPassphrase) => {
            let error = Error::refused("Wrong passphrase");
            Err(match delay(tries) {
                0 => error
                    .hint("It is case-sensitive; a lost one cannot be recovered, a training officer makes a new key"),
                wait => error.hint(format!("The next try is possible in {}. {DOUBLES}", words(wait))),
            })
        }
        Err(fault) => {
            folder.remove_key(&tries_file(&person.id))?;
            Err(fault.into())
        }
    }
}

/// What the passphrase opens of these files: the first that it opens, else that it is wrong, else what is wrong with them.
fn any(folder: &DataDir, names: &[String], secret: &Secret) -> Result<Unwrapped, KeyFault> {
    let mut fault = KeyFault::NotOurs;
    for name in names {
        match unwrap(&folder.read_key(name).ok().flatten().unwrap_or_default(), secret) {
            Ok(opened) => return Ok(opened),
            Err(KeyFault::WrongPassphrase) => fault = KeyFault::WrongPassphrase,
            Err(other) if fault != KeyFault::WrongPassphrase => fault = other,
            Err(_) => {}
        }
    }
    Err(fault)
}

/// What to know of the wait.
const DOUBLES: &str = "Each further wrong or interrupted try doubles the wait, up to 15 minutes. Nothing is locked for good; marks and drafts are kept";

/// Counts a try before it is made, and gives how many there are with it; refused while the delay of those before runs. Tries
/// at the same moment are counted one after the other.
fn count_try(folder: &DataDir, person: &PersonId, clock: &dyn Clock) -> Result<u32, Error> {
    let _alone = folder.lock_keys()?;
    let tries = file_of_tries(folder, person, clock)?.saturating_add(1);
    folder.write_key(&tries_file(person), &format!("{tries} {}\n", clock.now().seconds()))?;
    Ok(tries)
}

/// Wrong tries so far, refused while their delay runs.
fn file_of_tries(folder: &DataDir, person: &PersonId, clock: &dyn Clock) -> Result<u32, Error> {
    let Some(text) = folder.read_key(&tries_file(person))? else { return Ok(0) };
    let read = text.trim().split_once(' ').and_then(|(n, at)| Some((n.parse::<u32>().ok()?, at.parse::<i64>().ok()?)));
    let Some((tries, at)) = read else { return Ok(FREE) };
    let now = clock.now().seconds();
    if now < at {
        // A clock that was set back makes nobody wait longer than the delay itself: it is waited for from here on.
        folder.write_key(&tries_file(person), &format!("{tries} {now}\n"))?;
    }
    let left = delay(tries) - now.saturating_sub(at).max(0);
    if left > 0 {
        let why = format!(
            "Too many tries in a row were wrong or interrupted ({tries}): the next try is possible in {}",
            words(left)
        );
        return Err(Error::refused(why).hint(DOUBLES));
    }
    Ok(tries)
}

/// Seconds to wait after so many wrong tries in a row.
fn delay(tries: u32) -> i64 {
    match tries.checked_sub(FREE + 1) {
        None => 0,
        Some(over) => (FIRST_DELAY << over.min(10)).min(LONGEST_DELAY),
    }
}

fn words(seconds: i64) -> String {
    if seconds < 120 { format!("{seconds} seconds") } else { format!("{} minutes", (seconds + 59) / 60) }
}

/// Reads the log's own key, which must be the one that `verifier` belongs to.
pub fn log_key(folder: &DataDir, verifier: &LogVerifier) -> Result<LogKey, Error> {
    let torn = |why: &str| {
        Error::refused(format!("The log's own key cannot be read, so nothing can be signed: {why}")).hint(KEY_BACK)
    };
    let text = folder.read_key(LOG_KEY).map_err(|error| torn(&error.why))?;
    let text = text.map(zeroize::Zeroizing::new).ok_or_else(no_log_key)?;
    let seed = text.strip_prefix("countersign-log-key/1\n").and_then(|rest| unhex::<32>(rest.trim_end()));
    let seed = seed.map(zeroize::Zeroizing::new).ok_or_else(|| torn("`keys/log.key` is empty or incomplete"))?;
    let key = LogKey::new(verifier.origin().clone(), SigningKey::from_seed(&seed));
    if key.verifier() == verifier { Ok(key) } else { Err(another_log_key()) }
}

/// What to do where the log's own key is not the one it should be.
const KEY_BACK: &str = "You can still read and check everything. To sign, put `keys/log.key` back from the FILE.keys folder of an earlier `backup --keys`";

/// Says that the log's own key is missing.
pub fn no_log_key() -> Error {
    Error::refused("The log's own key, `keys/log.key`, is missing, so nothing can be signed").hint(KEY_BACK)
}

/// Says that the log's own key is another log's.
pub fn another_log_key() -> Error {
    Error::refused("The key in `keys/log.key` belongs to another log, so nothing can be signed").hint(KEY_BACK)
}

/// Makes and keeps a log's own key.
pub fn make_log_key(folder: &DataDir, origin: &LogOrigin, random: &mut dyn Random) -> Result<LogKey, Error> {
    let key = fresh_key(random)?;
    let text = zeroize::Zeroizing::new(format!("countersign-log-key/1\n{}\n", hex(&*key.seed())));
    folder.write_key(LOG_KEY, &text)?;
    Ok(LogKey::new(origin.clone(), key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_wrong_passphrases_are_free_and_then_the_delay_doubles_up_to_a_quarter_of_an_hour() {
        let delays: Vec<i64> = (0..=14).map(delay).collect();
        assert_eq!(delays, [0, 0, 0, 0, 0, 15, 30, 60, 120, 240, 480, 900, 900, 900, 900]);
    }
}
