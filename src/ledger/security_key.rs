//! Verifies signatures of both kinds of Ed25519 key that OpenSSH has: those in a file, and those on a FIDO2 security key
//! (`PROTOCOL.u2f`), whose signatures also say whether the key was touched.
//!
//! Invariant: a signature verifies only with a key of its own kind.

use sha2::{Digest as _, Sha256};

use crate::sshsig::{self, SignatureBytes, SignatureFault, VerifyingKey, signed_data, write_blob_of};
use crate::wire::{WireReader, put_string};
use countersign_core::primitives::key::PublicKey;
use countersign_core::primitives::presence::Presence;

/// An Ed25519 key on a security key, by its OpenSSH name.
pub const ALGORITHM: &str = "sk-ssh-ed25519@openssh.com";

/// The bytes of a security key's signature as they are stored: 64, the flags, the counter.
const STORED: usize = 64 + 1 + 4;

/// A signature by a key of either kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeySignature {
    /// By an `ssh-ed25519` key.
    Ed25519(SignatureBytes),
    /// By an `sk-ssh-ed25519@openssh.com` key.
    SecurityKey(TouchSignature),
}

/// A security key's signature, with what the key says of the moment it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TouchSignature {
    pub signature: SignatureBytes,
    pub flags: u8,
    /// Signatures that the key has made, where it counts them.
    pub counter: u32,
}

impl TouchSignature {
    pub fn presence(&self) -> Presence {
        Presence::of_flags(self.flags)
    }
}

impl KeySignature {
    /// Returns the bytes as they are stored: 64 of an Ed25519 key, 69 of a security key.
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Ed25519(signature) => signature.to_vec(),
            Self::SecurityKey(touch) => [&touch.signature[..], &[touch.flags], &touch.counter.to_be_bytes()].concat(),
        }
    }

    /// Parses the stored bytes of a signature by a key of this algorithm.
    pub fn from_bytes(algorithm: &str, bytes: &[u8]) -> Option<Self> {
        match algorithm {
            sshsig::ALGORITHM => Some(Self::Ed25519(bytes.try_into().ok()?)),
            ALGORITHM => {
                let bytes: &[u8; STORED] = bytes.try_into().ok()?;
                let (signature, rest) = bytes.split_first_chunk::<64>()?;
                let (flags, counter) = rest.split_first()?;
                let counter = u32::from_be_bytes(counter.try_into().ok()?);
                Some(Self::SecurityKey(TouchSignature { signature: *signature, flags: *flags, counter }))
            }
            _ => None,
        }
    }

    /// Returns the name of the algorithm.
    pub fn algorithm(&self) -> &'static str {
        match self {
            Self::Ed25519(_) => sshsig::ALGORITHM,
            Self::SecurityKey(_) => ALGORITHM,
        }
    }

    /// Parses OpenSSH's form of a signature, whose first string is the algorithm.
    pub fn from_wire(wire: &[u8]) -> Option<(&'static str, Self)> {
        let mut rest = WireReader::new(wire);
        let (algorithm, signature) = (rest.string()?, rest.string()?.try_into().ok()?);
        let found = match std::str::from_utf8(algorithm).ok()? {
            sshsig::ALGORITHM => Self::Ed25519(signature),
            ALGORITHM => Self::SecurityKey(TouchSignature { signature, flags: rest.byte()?, counter: rest.number()? }),
            _ => return None,
        };
        rest.end()?;
        Some((found.algorithm(), found))
    }

    /// Returns OpenSSH's form of the signature.
    pub fn to_wire(&self) -> Vec<u8> {
        let mut wire = Vec::with_capacity(128);
        put_string(&mut wire, self.algorithm().as_bytes());
        match self {
            Self::Ed25519(signature) => put_string(&mut wire, signature),
            Self::SecurityKey(touch) => {
                put_string(&mut wire, &touch.signature);
                wire.push(touch.flags);
                wire.extend_from_slice(&touch.counter.to_be_bytes());
            }
        }
        wire
    }
}

/// Returns the SSHSIG blob of a signature of either kind.
pub fn blob_of(key: &PublicKey, namespace: &str, signature: &KeySignature) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(320);
    write_blob_of(key, namespace, &[&signature.to_wire()], |part| bytes.extend_from_slice(part));
    bytes
}

/// A public key of either kind that was parsed and checked to be valid and not weak.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyVerifier {
    Ed25519(VerifyingKey),
    SecurityKey {
        key: VerifyingKey,
        /// SHA-256 of the application the key was made for, usually `ssh:`.
        application: [u8; 32],
    },
}

impl KeyVerifier {
    /// Parses a public key; refuses other algorithms, and keys that would accept forgeries.
    pub fn new(key: &PublicKey) -> Result<Self, SignatureFault> {
        if key.algorithm() != ALGORITHM {
            return VerifyingKey::new(key).map(Self::Ed25519);
        }
        let (point, application) = sk_parts(key.blob()).ok_or(SignatureFault::Key)?;
        Ok(Self::SecurityKey { key: VerifyingKey::from_point(point)?, application: Sha256::digest(application).into() })
    }

    /// Verifies a signature over `message` in `namespace`, and returns what it shows about the person at the key.
    pub fn verify(
        &self,
        namespace: &str,
        message: &[u8],
        signature: &KeySignature,
    ) -> Result<Presence, SignatureFault> {
        let data = signed_data(namespace, message);
        match (self, signature) {
            (Self::Ed25519(key), KeySignature::Ed25519(signature)) => {
                key.verify_note(&data, signature)?;
                Ok(Presence::Unknown)
            }
            (Self::SecurityKey { key, application }, KeySignature::SecurityKey(touch)) => {
                key.verify_note(&touch_data(application, touch, &data), &touch.signature)?;
                Ok(touch.presence())
            }
            _ => Err(SignatureFault::Mismatch),
        }
    }
}

/// Returns the bytes that a security key signs for `data`.
fn touch_data(application: &[u8; 32], touch: &TouchSignature, data: &[u8]) -> Vec<u8> {
    let digest = Sha256::digest(data);
    [&application[..], &[touch.flags], &touch.counter.to_be_bytes(), digest.as_slice()].concat()
}

/// Returns the point and the application of a security key's blob.
fn sk_parts(blob: &[u8]) -> Option<(&[u8; 32], &[u8])> {
    let mut rest = WireReader::new(blob);
    let (algorithm, point, application) = (rest.string()?, rest.string()?, rest.string()?);
    rest.end()?;
    // OpenSSH makes keys for `ssh:` or for a name that begins so; FIDO2 uses others for web sites.
    let whole = algorithm == ALGORITHM.as_bytes() && application.starts_with(b"ssh:");
    Some((point.try_into().ok().filter(|_| whole)?, application))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::armor::{ArmorFault, armor_signature, unarmor, unarmor_signature};
    use crate::sshsig::{NAMESPACE, PROOF_NAMESPACE, SigningKey};

    /// A security key made of software: it signs as the hardware does.
    fn token() -> (SigningKey, PublicKey) {
        let key = SigningKey::from_seed(&[9; 32]);
        let public = PublicKey::from_strings(ALGORITHM, &[key.verifier().point(), b"ssh:"]);
        (key, public)
    }

    fn touch(flags: u8, counter: u32, message: &[u8]) -> KeySignature {
        let unsigned = TouchSignature { signature: [0; 64], flags, counter };
        let data = touch_data(&Sha256::digest(b"ssh:").into(), &unsigned, &signed_data(NAMESPACE, message));
        KeySignature::SecurityKey(TouchSignature { signature: token().0.sign_note(&data), ..unsigned })
    }

    #[test]
    fn a_security_key_s_signature_says_whether_it_was_touched() {
        let verifier = KeyVerifier::new(&token().1).unwrap();
        for flags in 0..=255 {
            let expected = match (flags & 1, flags & 4) {
                (0, _) => Presence::Untouched,
                (_, 0) => Presence::Touched,
                _ => Presence::Verified,
            };
            assert_eq!(verifier.verify(NAMESPACE, b"text", &touch(flags, 7, b"text")), Ok(expected), "{flags}");
        }
    }

    #[test]
    fn a_security_key_s_signature_with_any_bit_altered_is_refused() {
        let verifier = KeyVerifier::new(&token().1).unwrap();
        let sound = touch(1, 7, b"text").to_bytes();
        assert_eq!(sound.len(), 69);
        for bit in 0..sound.len() * 8 {
            let mut altered = sound.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            let altered = KeySignature::from_bytes(ALGORITHM, &altered).unwrap();
            assert_eq!(verifier.verify(NAMESPACE, b"text", &altered), Err(SignatureFault::Mismatch), "bit {bit}");
        }
        let sound = KeySignature::from_bytes(ALGORITHM, &sound).unwrap();
        assert_eq!(verifier.verify(NAMESPACE, b"texT", &sound), Err(SignatureFault::Mismatch));
        assert_eq!(verifier.verify(PROOF_NAMESPACE, b"text", &sound), Err(SignatureFault::Mismatch));
    }

    #[test]
    fn a_signature_verifies_only_with_a_key_of_its_kind_and_application() {
        let (key, public) = token();
        let plain = KeySignature::Ed25519(key.sign(NAMESPACE, b"text"));
        let touched = touch(1, 7, b"text");
        let in_file = KeyVerifier::new(&key.public()).unwrap();
        let on_token = KeyVerifier::new(&public).unwrap();
        assert_eq!(in_file.verify(NAMESPACE, b"text", &plain), Ok(Presence::Unknown));
        assert_eq!(in_file.verify(NAMESPACE, b"text", &touched), Err(SignatureFault::Mismatch));
        assert_eq!(on_token.verify(NAMESPACE, b"text", &plain), Err(SignatureFault::Mismatch));
        let elsewhere = PublicKey::from_strings(ALGORITHM, &[key.verifier().point(), b"ssh:other"]);
        let elsewhere = KeyVerifier::new(&elsewhere).unwrap();
        assert_eq!(elsewhere.verify(NAMESPACE, b"text", &touched), Err(SignatureFault::Mismatch));
    }

    #[test]
    fn a_signature_of_every_length_but_its_own_is_refused() {
        for length in 0..=200 {
            let bytes = vec![1; length];
            assert_eq!(KeySignature::from_bytes(sshsig::ALGORITHM, &bytes).is_some(), length == 64, "{length}");
            assert_eq!(KeySignature::from_bytes(ALGORITHM, &bytes).is_some(), length == 69, "{length}");
            assert_eq!(KeySignature::from_bytes("ssh-rsa", &bytes), None);
        }
        for one in [touch(5, u32::MAX, b"text"), KeySignature::Ed25519([3; 64])] {
            assert_eq!(KeySignature::from_bytes(one.algorithm(), &one.to_bytes()), Some(one));
            let wire = one.to_wire();
            assert_eq!(KeySignature::from_wire(&wire), Some((one.algorithm(), one)));
            for cut in 0..wire.len() {
                assert_eq!(KeySignature::from_wire(&wire[..cut]), None, "{cut}");
            }
            assert_eq!(KeySignature::from_wire(&[&wire[..], &[0]].concat()), None);
        }
    }

    #[test]
    fn a_security_key_that_is_weak_cut_or_for_a_web_site_is_refused() {
        let point = *token().0.verifier().point();
        let mut identity = [0; 32];
        identity[0] = 1;
        for strings in [
            &[&identity[..], b"ssh:"][..],
            &[&point, b"https://example.org"],
            &[&point, b""],
            &[&point],
            &[&point[..31], b"ssh:"],
            &[&point, b"ssh:", b""],
            &[],
        ] {
            let key = PublicKey::from_strings(ALGORITHM, strings);
            assert_eq!(KeyVerifier::new(&key), Err(SignatureFault::Key), "{strings:?}");
        }
    }

    #[test]
    fn an_armored_signature_of_a_security_key_reads_back() {
        let (_, public) = token();
        let signature = touch(5, 9, b"text");
        let text = armor_signature(&public, NAMESPACE, &signature);
        let read = unarmor_signature(&text).unwrap();
        assert_eq!(unarmor(&text), Err(ArmorFault::Algorithm(ALGORITHM.into())), "a statement's is of 64 bytes");
        assert_eq!((read.key, read.namespace.as_str(), read.signature), (public, NAMESPACE, signature));
    }

    #[test]
    fn a_signature_that_openssh_made_without_a_touch_is_told_from_one_with() {
        const TEXT: &[u8] = include_bytes!("../../tests/fixtures/vectors/security-key/statement.txt");
        for (armored, presence) in [
            (include_str!("../../tests/fixtures/vectors/security-key/touched.sig"), Presence::Touched),
            (include_str!("../../tests/fixtures/vectors/security-key/untouched.sig"), Presence::Untouched),
        ] {
            let read = unarmor_signature(armored).unwrap();
            assert_eq!(armor_signature(&read.key, &read.namespace, &read.signature), armored);
            let verifier = KeyVerifier::new(&read.key).unwrap();
            assert_eq!(verifier.verify(&read.namespace, TEXT, &read.signature), Ok(presence));
            assert!(verifier.verify(&read.namespace, b"another", &read.signature).is_err());
        }
    }
}
