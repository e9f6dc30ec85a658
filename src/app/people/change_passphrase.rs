//! Changes a person's passphrase or PIN; the old key file stays until the new one is on disk.

use crate::app::App;
use crate::error::Error;
use crate::keys::keystore;
use crate::random::bytes;
use countersign_core::primitives::ids::{PersonId, Secret};
use countersign_ledger::pin::{self, PinVerifier};

/// Wraps a person's key under a new passphrase and keeps the PIN.
pub fn change_passphrase(app: &mut App, who: &PersonId, old: &Secret, new: &Secret) -> Result<(), Error> {
    let person = app.person(who)?;
    let doing = format!("Changing the passphrase of {}", person.name);
    let change = |app: &mut App| -> Result<(), Error> {
        if old == new {
            return Err(Error::usage("The new passphrase is the same as the old one"));
        }
        // Checked before the old passphrase is tried, which is slow.
        keystore::judge(&[person.name.as_str(), person.id.as_str()], new)?;
        let opened = keystore::open(&app.folder, &person, old, &*app.clock)?;
        keystore::rewrap(&app.folder, &person, &opened.key, opened.pin.as_ref(), new, &mut *app.random)
    };
    change(app).map_err(|e| e.context(doing))
}

/// Changes a person's passphrase, their PIN or both at once; needs the passphrase that they have now.
pub fn change_own(
    app: &mut App,
    who: &PersonId,
    old: &Secret,
    passphrase: Option<&Secret>,
    pin: Option<&Secret>,
) -> Result<(), Error> {
    if let Some(pin) = pin {
        // Checked first, so that a bad PIN changes nothing.
        pin::check(pin)?;
    }
    if let Some(new) = passphrase {
        change_passphrase(app, who, old, new)?;
    }
    pin.map_or(Ok(()), |pin| set_pin(app, who, passphrase.unwrap_or(old), pin))
}

/// Sets the PIN for signing within an open session; needs the passphrase.
pub fn set_pin(app: &mut App, who: &PersonId, secret: &Secret, pin: &Secret) -> Result<(), Error> {
    let person = app.person(who)?;
    let doing = format!("Setting the PIN of {}", person.name);
    let set = |app: &mut App| -> Result<PinVerifier, Error> {
        pin::check(pin)?;
        let opened = keystore::open(&app.folder, &person, secret, &*app.clock)?;
        let verifier = PinVerifier::new(pin, bytes(&mut *app.random)?)?;
        // The passphrase is not checked again: it may predate a stricter rule.
        keystore::rewrap(&app.folder, &person, &opened.key, Some(&verifier), secret, &mut *app.random)?;
        Ok(verifier)
    };
    let verifier = set(app).map_err(|e| e.context(doing))?;
    let now = app.clock.now();
    if let Some(session) = app.sessions.of(who, now) {
        session.pin = Some(verifier);
    }
    Ok(())
}
