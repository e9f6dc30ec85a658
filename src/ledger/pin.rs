//! Checks PINs, which sign quickly within an open session. A PIN's hash is weak: it is only stored inside a wrapped key
//! (`wrapped_key`), protected by its passphrase.

use std::fmt;
use std::hint::black_box;

use sha2::{Digest as _, Sha256};
use thiserror::Error;
use zeroize::Zeroizing;

use countersign_core::primitives::ids::Secret;

const SALT: usize = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PinFault {
    #[error("A PIN is 4 to 8 digits and nothing else")]
    Form,
    #[error("This PIN is too easy to guess")]
    Obvious,
}

impl PinFault {
    pub fn hint(self) -> &'static str {
        match self {
            Self::Form => "Choose 4 to 8 digits, but not the PIN of one of your cards",
            Self::Obvious => "Choose digits that do not repeat and do not count up or down",
        }
    }
}

/// Whether the text is 4 to 8 digits.
pub fn has_form(pin: &Secret) -> bool {
    let digits = pin.reveal().as_bytes();
    (4..=8).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit)
}

pub fn check(pin: &Secret) -> Result<(), PinFault> {
    if !has_form(pin) {
        return Err(PinFault::Form);
    }
    let digits = pin.reveal().as_bytes();
    let steps = |step: u8| digits.windows(2).all(|pair| (pair[0] - b'0' + step) % 10 == pair[1] - b'0');
    let pairs = digits.windows(3).all(|three| three[0] == three[2]);
    if pairs || [0, 1, 9].into_iter().any(steps) { Err(PinFault::Obvious) } else { Ok(()) }
}

/// Salt and hash of a PIN. Wiped from memory when dropped; never printed.
#[derive(Clone)]
pub struct PinVerifier(Zeroizing<[u8; Self::LENGTH]>);

impl PinVerifier {
    /// Encoded length in bytes.
    pub const LENGTH: usize = SALT + 32;

    /// Checks a new PIN and hashes it with 16 random bytes.
    pub fn new(pin: &Secret, salt: [u8; SALT]) -> Result<Self, PinFault> {
        check(pin)?;
        let mut bytes = Zeroizing::new([0; Self::LENGTH]);
        bytes[..SALT].copy_from_slice(&salt);
        bytes[SALT..].copy_from_slice(&*hash(&salt, pin));
        Ok(Self(bytes))
    }

    pub fn matches(&self, pin: &Secret) -> bool {
        let (salt, known) = self.0.split_at(SALT);
        let other = hash(salt, pin);
        let differing = known.iter().zip(other.iter()).fold(0, |seen, (a, b)| black_box(seen | (a ^ b)));
        black_box(differing) == 0
    }

    /// Returns the bytes to seal within a wrapped key.
    pub fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }

    /// Reads the bytes from a wrapped key.
    pub fn from_bytes(bytes: &[u8; Self::LENGTH]) -> Self {
        Self(Zeroizing::new(*bytes))
    }
}

impl fmt::Debug for PinVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

fn hash(salt: &[u8], pin: &Secret) -> Zeroizing<[u8; 32]> {
    let mut hasher = Sha256::new();
    hasher.update(b"countersign-pin/1\n");
    hasher.update(salt);
    hasher.update(pin.reveal());
    Zeroizing::new(hasher.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pin(digits: &str) -> Secret {
        Secret::new(digits.to_owned())
    }

    #[test]
    fn a_pin_is_four_to_eight_digits_and_nothing_else() {
        for bad in ["", "123", "294", "123456789", "29a7", "29 7", "٢٩٤٧", "-294", "2947\n"] {
            assert_eq!(check(&pin(bad)), Err(PinFault::Form), "{bad}");
        }
        for good in ["2947", "1024", "19283746", "00107", "1213"] {
            assert_eq!(check(&pin(good)), Ok(()), "{good}");
        }
    }

    #[test]
    fn an_obvious_pin_is_refused() {
        for bad in ["0000", "99999999", "1234", "12345678", "0123", "7890", "4321", "98765", "2109", "1212", "909090"] {
            assert_eq!(check(&pin(bad)), Err(PinFault::Obvious), "{bad}");
            assert!(PinVerifier::new(&pin(bad), [0; 16]).is_err());
        }
    }

    #[test]
    fn the_right_pin_matches_and_no_other_does() {
        let verifier = PinVerifier::new(&pin("2947"), [9; 16]).unwrap();
        let kept = PinVerifier::from_bytes(verifier.as_bytes());
        for other in (0..10_000).map(|n| format!("{n:04}")).chain(["294".into(), "29470".into(), String::new()]) {
            assert_eq!(kept.matches(&pin(&other)), other == "2947", "{other}");
        }
    }

    #[test]
    fn two_people_with_one_pin_have_different_verifiers() {
        let [a, b] = [[1; 16], [2; 16]].map(|salt| PinVerifier::new(&pin("2947"), salt).unwrap());
        assert_ne!(a.as_bytes()[16..], b.as_bytes()[16..]);
        assert_eq!(format!("{a:?}"), "***");
    }
}
