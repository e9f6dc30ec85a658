//! Sets up the demo's staff: the department, people's wrapped keys and their signing sessions.

use crate::app::App;
use crate::demo::event::Holder;
use crate::error::Error;
use crate::keys::keystore;
use crate::keys::session::{Session, SessionKey};
use crate::random::{Random, SystemRandom, bytes};
use crate::storage::data_dir::DataDir;
use countersign_core::people::person::Person;
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::{LogOrigin, Secret};
use countersign_core::statement::Body;
use countersign_core::statement::kinds::keys::{KeyGrant, proof_text};
use countersign_ledger::pin::PinVerifier;
use countersign_ledger::sshsig::{PROOF_NAMESPACE, SigningKey};

/// Returns the bodies that add a person and their key.
pub fn added(holder: &Holder, origin: &LogOrigin) -> Vec<Body> {
    let text = proof_text(origin, &holder.person.id, &holder.public);
    let proof = holder.key.sign(PROOF_NAMESPACE, text.as_bytes());
    let grant = KeyGrant { person: holder.named(), key: holder.public.clone(), proof: proof.into() };
    vec![Body::Person(holder.person.clone()), Body::Key(grant)]
}

/// Has a person's key wrapped when it is first asked for, with this passphrase and PIN.
pub fn keep_later(
    folder: &DataDir,
    person: &Person,
    key: &SigningKey,
    (passphrase, pin): (&Secret, &Secret),
    random: &mut dyn Random,
) -> Result<(), Error> {
    let pin = PinVerifier::new(pin, bytes(&mut SystemRandom::default())?)?;
    keystore::wrap_later(folder, person, key, pin, passphrase, random)
}

/// Wraps these people's keys and writes the key files, on all cores.
pub fn wrap(folder: &DataDir, holders: &[&Holder], passphrase: &Secret, pin: &Secret) -> Result<(), Error> {
    let wrap = |holder: &Holder| -> Result<(), Error> {
        let mut random = SystemRandom::default();
        let pin = PinVerifier::new(pin, bytes(&mut random)?)?;
        keystore::rewrap(folder, &holder.person, &holder.key, Some(&pin), passphrase, &mut random)
    };
    std::thread::scope(|scope| {
        let parts = holders.chunks(holders.len().div_ceil(2).max(1));
        let all: Vec<_> =
            parts.map(|part| scope.spawn(move || part.iter().try_for_each(|holder| wrap(holder)))).collect();
        all.into_iter().try_for_each(|one| one.join().unwrap_or_else(|_| Err(Error::refused("A key was not wrapped"))))
    })
}

/// Opens a person's signing session with a PIN.
pub fn open(app: &mut App, holder: &Holder, pin: &Secret, ends: Timestamp) -> Result<(), Error> {
    let key = SigningKey::from_seed(&holder.key.seed());
    let pin = Some(PinVerifier::new(pin, bytes(&mut SystemRandom::default())?)?);
    app.sessions.open(Session {
        person: holder.person.clone(),
        key: SessionKey::Here(key),
        public: holder.public.clone(),
        pin,
        ends,
        wrong: 0,
    });
    Ok(())
}
