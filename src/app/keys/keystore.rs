//! Stores and unwraps the signing keys on disk, and delays further attempts after wrong passphrases.

use crate::clock::Clock;
use crate::error::Error;
use crate::random::{Random, bytes};
use crate::storage::data_dir::DataDir;
use countersign_core::people::person::Person;
use countersign_core::primitives::encoding::{hex, unhex};
use countersign_core::primitives::ids::{LogOrigin, PersonId, Secret};
use countersign_core::primitives::key::PublicKey;
use countersign_ledger::cosignature::WitnessKey;
use countersign_ledger::note::{LogKey, LogVerifier};
use countersign_ledger::passphrase;
use countersign_ledger::pin::{self, PinVerifier};
use countersign_ledger::sshsig::SigningKey;
use countersign_ledger::wrapped_key::{KeyFault, NewKeyMaterial, Unwrapped, header, unwrap, wrap};

const LOG_KEY: &str = "log.key";
/// Wrong passphrases without a delay.
const FREE: u32 = 4;
/// The first delay, in seconds; it doubles up to `LONGEST_DELAY`.
const FIRST_DELAY: i64 = 15;
const LONGEST_DELAY: i64 = 15 * 60;

/// Returns a person's key files: `7f3a.key`, and `7f3a.<start of fingerprint>.key` for each further key.
fn files(folder: &DataDir, person: &PersonId) -> Vec<String> {
    let mut names = folder.key_names();
    names.retain(|name| {
        let rest = name.strip_suffix(".key").and_then(|stem| stem.strip_prefix(person.as_str()));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    });
    names
}

/// Returns the file of one key of a person, or the name for a new one.
fn file(folder: &DataDir, person: &PersonId, key: &PublicKey) -> String {
    let names = files(folder, person);
    for name in &names {
        // A file that cannot be read belongs to another key.
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

/// Returns whether the file of one key of a person is on this machine.
pub fn has_file(folder: &DataDir, person: &PersonId, key: &PublicKey) -> bool {
    let name = file(folder, person, key);
    let text = folder.read_key(&name).ok().flatten().unwrap_or_default();
    header(&text).is_ok_and(|header| header.key == *key)
}

/// Returns whether a person has a key on this machine.
pub fn has_key(folder: &DataDir, person: &PersonId) -> bool {
    !files(folder, person).is_empty()
}

/// Generates a signing key.
pub fn fresh_key(random: &mut dyn Random) -> Result<SigningKey, Error> {
    let seed = zeroize::Zeroizing::new(bytes::<32>(random)?);
    Ok(SigningKey::from_seed(&seed))
}

/// Generates a passphrase of five words.
pub fn five_words(random: &mut dyn Random) -> Result<Secret, Error> {
    Ok(passphrase::generate(&bytes(random)?))
}

/// Wraps a key and writes its file, if the passphrase is strong enough for `person`.
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

/// Checks that a new passphrase is strong enough, given names that an attacker would try.
pub fn judge(names: &[&str], secret: &Secret) -> Result<(), Error> {
    Ok(passphrase::check(secret, names)?)
}

/// Checks that a new PIN has the right form and is not easy to guess.
pub fn judge_pin(pin: &Secret) -> Result<(), Error> {
    Ok(pin::check(pin)?)
}

/// Wraps a key under a passphrase that was checked before or is already in use, and writes its file.
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

/// Has a key wrapped when its file is first read, with everything that it is wrapped with at hand. For a demo, whose
/// passphrase everyone knows: the key stays in memory until then.
pub(crate) fn wrap_later(
    folder: &DataDir,
    person: &Person,
    key: &SigningKey,
    pin: PinVerifier,
    secret: &Secret,
    random: &mut dyn Random,
) -> Result<(), Error> {
    let fresh = NewKeyMaterial { salt: bytes(random)?, nonce: bytes(random)? };
    let name = file(folder, &person.id, &key.public());
    let (id, key, secret) = (person.id.clone(), SigningKey::from_seed(&key.seed()), secret.clone());
    folder.write_key_later(name, Box::new(move || Ok(wrap(&id, &key, Some(&pin), &secret, &fresh)?)));
    Ok(())
}

/// Deletes the file of a key that did not get into the log.
pub fn discard(folder: &DataDir, person: &PersonId, key: &PublicKey) -> Result<(), Error> {
    folder.remove_key(&file(folder, person, key))
}

/// Renames the file of a key that no longer signs, if it is here, so that nothing opens it again.
pub fn put_by(folder: &DataDir, person: &PersonId, key: &PublicKey) -> Result<(), Error> {
    let name = file(folder, person, key);
    if folder.read_key(&name)?.is_none() {
        return Ok(());
    }
    folder.rename_key(&name, &format!("{name}.retired"))
}

/// Returns the size of the log when a person last opened a key here.
pub fn seen(folder: &DataDir, person: &PersonId) -> Result<Option<u64>, Error> {
    // A file that cannot be read counts as missing: the person then sees more news than needed.
    Ok(folder.read_key(&format!("{person}.seen")).ok().flatten().and_then(|text| text.trim().parse().ok()))
}

/// Saves the size of the log that a person has seen.
pub fn see(folder: &DataDir, person: &PersonId, size: u64) -> Result<(), Error> {
    folder.write_key(&format!("{person}.seen"), &format!("{size}\n"))
}

/// Unwraps a person's key. The attempt is counted before the passphrase is tried, so that killing the program gains
/// nothing.
pub fn open(folder: &DataDir, person: &Person, secret: &Secret, clock: &dyn Clock) -> Result<Unwrapped, Error> {
    let name = &person.name;
    let names = files(folder, &person.id);
    if names.is_empty() {
        return Err(Error::refused(format!("{name} has no key on this machine"))
            .hint("A training officer can make one: `countersign key add`"));
    }
    let tries = count_try(folder, &person.id, clock)?;
    match any(folder, &names, secret) {
        Ok(opened) if opened.person == person.id => {
            folder.remove_key(&tries_file(&person.id))?;
            Ok(opened)
        }
        Ok(_) => Err(Error::refused(format!("The key file of {name} contains somebody else's key"))),
        Err(KeyFault::WrongPassphrase) => {
            let error = Error::refused("Wrong passphrase");
            Err(match delay(tries) {
                0 => error
                    .hint("Passphrases are case-sensitive. A lost one cannot be recovered, but a training officer can make a new key"),
                wait => error.hint(format!("You can try again in {}. {DOUBLES}", words(wait))),
            })
        }
        Err(fault) => {
            folder.remove_key(&tries_file(&person.id))?;
            Err(fault.into())
        }
    }
}

/// Unwraps the first file that the passphrase opens. Fails with `WrongPassphrase` if any file is intact, else with the last
/// fault.
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

/// Explains the delay.
const DOUBLES: &str = "Each further wrong or interrupted try doubles the wait, up to 15 minutes. Nothing is locked for good. Marks and drafts are kept";

/// Counts an attempt before it is made and returns the new count; fails while a delay runs. Locks `keys/`, so that
/// concurrent attempts are counted one by one.
fn count_try(folder: &DataDir, person: &PersonId, clock: &dyn Clock) -> Result<u32, Error> {
    let _alone = folder.lock_keys()?;
    let tries = file_of_tries(folder, person, clock)?.saturating_add(1);
    folder.write_key(&tries_file(person), &format!("{tries} {}\n", clock.now().seconds()))?;
    Ok(tries)
}

/// Returns the number of wrong attempts so far; fails while their delay runs.
fn file_of_tries(folder: &DataDir, person: &PersonId, clock: &dyn Clock) -> Result<u32, Error> {
    let Some(text) = folder.read_key(&tries_file(person))? else { return Ok(0) };
    let read = text.trim().split_once(' ').and_then(|(n, at)| Some((n.parse::<u32>().ok()?, at.parse::<i64>().ok()?)));
    let Some((tries, at)) = read else { return Ok(FREE) };
    let now = clock.now().seconds();
    if now < at {
        // If the clock was set back, the delay restarts from now instead of lasting longer.
        folder.write_key(&tries_file(person), &format!("{tries} {now}\n"))?;
    }
    let left = delay(tries) - now.saturating_sub(at).max(0);
    if left > 0 {
        let why = format!("{tries} tries in a row were wrong or interrupted. You can try again in {}", words(left));
        return Err(Error::refused(why).hint(DOUBLES));
    }
    Ok(tries)
}

/// Returns the delay in seconds after so many wrong attempts in a row.
fn delay(tries: u32) -> i64 {
    match tries.checked_sub(FREE + 1) {
        None => 0,
        Some(over) => (FIRST_DELAY << over.min(10)).min(LONGEST_DELAY),
    }
}

fn words(seconds: i64) -> String {
    if seconds < 120 { format!("{seconds} seconds") } else { format!("{} minutes", (seconds + 59) / 60) }
}

/// Reads the log key and checks that it matches `verifier`.
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

/// What to do if the log key is missing or wrong.
const KEY_BACK: &str = "You can still read and check everything. To sign, put `keys/log.key` back from the FILE.keys folder of an earlier `backup --keys`";

/// Returns the error for a missing log key.
pub fn no_log_key() -> Error {
    Error::refused("The log's own key, `keys/log.key`, is missing, so nothing can be signed").hint(KEY_BACK)
}

pub fn another_log_key() -> Error {
    Error::refused("The key in `keys/log.key` belongs to another log, so nothing can be signed").hint(KEY_BACK)
}

/// Generates a log key and writes its file.
pub fn make_log_key(folder: &DataDir, origin: &LogOrigin, random: &mut dyn Random) -> Result<LogKey, Error> {
    let key = fresh_key(random)?;
    let text = zeroize::Zeroizing::new(format!("countersign-log-key/1\n{}\n", hex(&*key.seed())));
    folder.write_key(LOG_KEY, &text)?;
    Ok(LogKey::new(origin.clone(), key))
}

/// The key of the department's witness; like the log's key, it has no passphrase, as an exchange with the hub has nobody to ask.
const WITNESS_KEY: &str = "witness.key";
const WITNESS_HEAD: &str = "countersign-witness-key/1\n";

/// Reads the key of the department's witness, or makes one: its log names the key, so that a lost one is replaced.
pub fn witness_key(folder: &DataDir, origin: &LogOrigin, random: &mut dyn Random) -> Result<WitnessKey, Error> {
    let text = folder.read_key(WITNESS_KEY)?.map(zeroize::Zeroizing::new);
    let seed = if let Some(text) = text {
        let seed = text.strip_prefix(WITNESS_HEAD).and_then(|rest| unhex::<32>(rest.trim_end()));
        seed.map(zeroize::Zeroizing::new).ok_or_else(|| {
            Error::refused("The key that cosigns other logs, `keys/witness.key`, is empty or incomplete").hint(
                "Put it back from the FILE.keys folder of an earlier `backup --keys`, or remove it: another is made",
            )
        })?
    } else {
        let key = fresh_key(random)?;
        let text = zeroize::Zeroizing::new(format!("{WITNESS_HEAD}{}\n", hex(&*key.seed())));
        folder.write_key(WITNESS_KEY, &text)?;
        key.seed()
    };
    Ok(WitnessKey::new(origin, SigningKey::from_seed(&seed)))
}

/// Returns the file of an issuer key. A person's id has no hyphen.
fn issuer_file(key: &PublicKey) -> String {
    format!("issuer-{}.key", &key.fingerprint().hex()[..16])
}

const ISSUER_HEAD: &str = "countersign-issuer-key/1\n";

/// The first lines of the department's own keys, the log's excepted, by how the names of their files begin.
const OWN_KEYS: [(&str, &str); 2] = [("witness.", WITNESS_HEAD), ("issuer-", ISSUER_HEAD)];

/// Returns whether a file in `keys/` that is one of the department's own keys is whole; `None` if it is a person's.
pub fn is_whole_own_key(name: &str, text: &str) -> Option<bool> {
    let (_, head) = OWN_KEYS.iter().find(|(begins, _)| name.starts_with(begins))?;
    Some(text.strip_prefix(head).and_then(|rest| unhex::<32>(rest.trim_end())).is_some())
}

/// Writes the file of an issuer key. Like the log's key, it has no passphrase: a trainee who asks for a badge has none of it.
pub fn keep_issuer_key(folder: &DataDir, key: &SigningKey) -> Result<(), Error> {
    let text = zeroize::Zeroizing::new(format!("{ISSUER_HEAD}{}\n", hex(&*key.seed())));
    folder.write_key(&issuer_file(&key.public()), &text)
}

/// Reads an issuer key and checks that it is this one.
pub fn issuer_key(folder: &DataDir, public: &PublicKey) -> Result<SigningKey, Error> {
    let name = issuer_file(public);
    let refused = |why: &str| Error::refused(format!("The key that signs badges cannot be used: `keys/{name}` {why}"));
    let text = folder.read_key(&name).map_err(|error| refused("cannot be read").hint(error.why))?;
    let text = text.map(zeroize::Zeroizing::new).ok_or_else(|| refused("is missing").hint(ISSUER_BACK))?;
    let seed = text.strip_prefix(ISSUER_HEAD).and_then(|rest| unhex::<32>(rest.trim_end()));
    let seed = seed.map(zeroize::Zeroizing::new).ok_or_else(|| refused("is empty or incomplete").hint(ISSUER_BACK))?;
    let key = SigningKey::from_seed(&seed);
    if key.public() == *public { Ok(key) } else { Err(refused("contains another key").hint(ISSUER_BACK)) }
}

/// What to do if the issuer key is missing or wrong.
const ISSUER_BACK: &str = "Put it back from the FILE.keys folder of an earlier `backup --keys`, or make another: `countersign key issuer replace`";

/// Deletes the file of an issuer key that did not get into the log.
pub fn discard_issuer_key(folder: &DataDir, key: &PublicKey) -> Result<(), Error> {
    folder.remove_key(&issuer_file(key))
}

/// Deletes the file of an issuer key that signs no more, if it is here: unlike a person's key, nothing needs it again.
pub fn end_issuer_key(folder: &DataDir, key: &PublicKey) -> Result<(), Error> {
    let name = issuer_file(key);
    if folder.key_names().contains(&name) { folder.remove_key(&name) } else { Ok(()) }
}

/// Deletes the log key and the first officer's key of a book that was not made.
pub fn discard_first(folder: &DataDir, officer: &PersonId) {
    for name in [LOG_KEY.to_owned(), format!("{officer}.key")] {
        // Best effort: without a book nothing opens them.
        let _ = folder.remove_key(&name);
    }
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
