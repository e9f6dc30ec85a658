//! Makes and verifies Ed25519 signatures: OpenSSH's format (`PROTOCOL.sshsig`) and the plain ones of signed notes. The only
//! file that uses the Ed25519 crate.
//!
//! Invariant: non-canonical signatures and weak keys are refused.

use std::fmt;

use ed25519_dalek::{Signature, Signer as _};
use sha2::{Digest as _, Sha256, Sha512};
use thiserror::Error;
use zeroize::Zeroizing;

use countersign_core::primitives::ids::Digest;
use countersign_core::primitives::key::PublicKey;

/// Namespace of statements; a signature for one namespace is invalid in another.
pub const NAMESPACE: &str = "countersign-statement";
/// Namespace of a new key's proof of possession.
pub const PROOF_NAMESPACE: &str = "countersign-proof";
/// Namespace of the challenge that a key in an agent signs when its holder signs in. Nothing keeps such a signature.
pub const SESSION_NAMESPACE: &str = "countersign-session";
/// The only supported algorithm, by its OpenSSH name.
pub const ALGORITHM: &str = "ssh-ed25519";

pub type SignatureBytes = [u8; 64];

const MAGIC: &[u8] = b"SSHSIG";
const HASH: &[u8] = b"sha512";

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SignatureFault {
    #[error("The key is of the kind “{0}”. Only {ALGORITHM} can be checked")]
    Algorithm(String),
    #[error("The public key is damaged or weak")]
    Key,
    #[error("The signature does not match the text and the key")]
    Mismatch,
}

/// A private signing key. Wiped from memory when dropped and never printed; boxed, because a move would leave a copy behind.
pub struct SigningKey(Box<ed25519_dalek::SigningKey>);

impl SigningKey {
    /// Derives the key from 32 random bytes.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(Box::new(ed25519_dalek::SigningKey::from_bytes(seed)))
    }

    /// Returns the seed, to be wrapped.
    pub fn seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    pub fn public(&self) -> PublicKey {
        PublicKey::from_strings(ALGORITHM, &[self.0.verifying_key().as_bytes()])
    }

    /// Returns the key that verifies its signatures; a key of our own need not be checked.
    pub fn verifier(&self) -> VerifyingKey {
        VerifyingKey(self.0.verifying_key())
    }

    /// Signs `message` in `namespace`, as `ssh-keygen -Y sign -n namespace` does.
    pub fn sign(&self, namespace: &str, message: &[u8]) -> SignatureBytes {
        self.0.sign(&signed_data(namespace, message)).to_bytes()
    }

    /// Signs the bytes directly, for signed notes. Only a log's key does that, never a person's.
    pub fn sign_note(&self, text: &[u8]) -> SignatureBytes {
        self.0.sign(text).to_bytes()
    }

    /// Signs the hashes of a badge directly, as a Data Integrity proof has it. Only an issuer's key does that.
    pub fn sign_badge(&self, hashes: &[u8]) -> SignatureBytes {
        self.0.sign(hashes).to_bytes()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// A public key that was parsed and checked to be valid and not weak.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyingKey(ed25519_dalek::VerifyingKey);

impl VerifyingKey {
    /// Parses a public key; refuses other algorithms, and keys that would accept forgeries.
    pub fn new(key: &PublicKey) -> Result<Self, SignatureFault> {
        if key.algorithm() != ALGORITHM {
            return Err(SignatureFault::Algorithm(key.algorithm().to_owned()));
        }
        let point = key.blob().last_chunk::<32>().ok_or(SignatureFault::Key)?;
        if PublicKey::from_strings(ALGORITHM, &[point]) != *key {
            return Err(SignatureFault::Key);
        }
        Self::from_point(point)
    }

    /// Parses the 32 bytes of a key, as in a note's verifier key.
    pub fn from_point(point: &[u8; 32]) -> Result<Self, SignatureFault> {
        let key = ed25519_dalek::VerifyingKey::from_bytes(point).map_err(|_| SignatureFault::Key)?;
        // Some points have a second encoding (y ≥ p), which `verify_strict` would not notice.
        let canonical = key.to_edwards().compress().as_bytes() == point;
        if canonical && !key.is_weak() { Ok(Self(key)) } else { Err(SignatureFault::Key) }
    }

    pub fn point(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// Returns the key in OpenSSH's format.
    pub fn public(&self) -> PublicKey {
        PublicKey::from_strings(ALGORITHM, &[self.0.as_bytes()])
    }

    /// Verifies a signature over the bytes directly, for signed notes.
    pub fn verify_note(&self, text: &[u8], signature: &SignatureBytes) -> Result<(), SignatureFault> {
        self.0.verify_strict(text, &Signature::from_bytes(signature)).map_err(|_| SignatureFault::Mismatch)
    }
}

/// Verifies that `signature` is by `verifier`'s key over `message` in `namespace`.
pub fn verify(
    verifier: &VerifyingKey,
    namespace: &str,
    message: &[u8],
    signature: &SignatureBytes,
) -> Result<(), SignatureFault> {
    verifier.verify_note(&signed_data(namespace, message), signature)
}

/// Returns the bytes that are actually signed, with the namespace and the SHA-512 of the message.
pub fn signed_data(namespace: &str, message: &[u8]) -> Vec<u8> {
    let digest = Sha512::digest(message);
    let mut data = Vec::with_capacity(MAGIC.len() + 4 * 4 + namespace.len() + HASH.len() + digest.len());
    data.extend_from_slice(MAGIC);
    for string in [namespace.as_bytes(), b"", HASH, &digest] {
        data.extend_from_slice(&length(string));
        data.extend_from_slice(string);
    }
    data
}

/// Returns the SSHSIG blob, which is the base64 content of an armored signature.
pub fn blob(key: &PublicKey, namespace: &str, signature: &SignatureBytes) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(256);
    write_blob(key, namespace, signature, |part| bytes.extend_from_slice(part));
    bytes
}

/// Returns the SHA-256 of the blob, as in the log's leaf, without building the blob.
pub fn blob_digest(key: &PublicKey, namespace: &str, signature: &SignatureBytes) -> Digest {
    let mut hasher = Sha256::new();
    write_blob(key, namespace, signature, |part| hasher.update(part));
    Digest(hasher.finalize().into())
}

fn write_blob(key: &PublicKey, namespace: &str, signature: &SignatureBytes, write: impl FnMut(&[u8])) {
    let algorithm = key.algorithm().as_bytes();
    // The signature is a string of two strings: the algorithm and the bytes.
    let wire = [&length(algorithm)[..], algorithm, &length(signature), signature];
    write_blob_of(key, namespace, &wire, write);
}

/// Writes the SSHSIG blob of a signature in OpenSSH's form, which comes in parts.
pub(crate) fn write_blob_of(key: &PublicKey, namespace: &str, wire: &[&[u8]], mut write: impl FnMut(&[u8])) {
    write(MAGIC);
    write(&1_u32.to_be_bytes());
    for string in [key.blob(), namespace.as_bytes(), b"", HASH] {
        write(&length(string));
        write(string);
    }
    let total: usize = wire.iter().map(|part| part.len()).sum();
    write(&(total as u32).to_be_bytes());
    for part in wire {
        write(part);
    }
}

fn length(string: &[u8]) -> [u8; 4] {
    (string.len() as u32).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ssh_key::{HashAlg, SshSig};

    const SEED: [u8; 32] = [7; 32];

    fn peer() -> ssh_key::PrivateKey {
        let pair = ssh_key::private::Ed25519Keypair::from_seed(&SEED);
        ssh_key::PrivateKey::new(pair.into(), "").unwrap()
    }

    #[test]
    fn a_signature_is_the_one_that_an_independent_maker_of_the_format_makes() {
        let key = SigningKey::from_seed(&SEED);
        for message in [&b""[..], b"a statement\n", &vec![0xff; 20_000]] {
            for namespace in [NAMESPACE, PROOF_NAMESPACE] {
                let theirs = peer().sign(namespace, HashAlg::Sha512, message).unwrap();
                let ours = key.sign(namespace, message);
                assert_eq!(ours, theirs.signature_bytes());
                assert_eq!(
                    signed_data(namespace, message),
                    SshSig::signed_data(namespace, HashAlg::Sha512, message).unwrap()
                );
                let bytes = blob(&key.public(), namespace, &ours);
                assert_eq!(bytes, ssh_key::encoding::Encode::encode_vec(&theirs).unwrap());
                assert_eq!(blob_digest(&key.public(), namespace, &ours), Digest::of(&bytes));
            }
        }
    }

    #[test]
    fn a_signature_holds_for_its_text_key_and_purpose_and_for_no_other() {
        let key = SigningKey::from_seed(&SEED);
        let (verifier, other) = (VerifyingKey::new(&key.public()).unwrap(), SigningKey::from_seed(&[8; 32]).verifier());
        let signature = key.sign(NAMESPACE, b"text");
        assert_eq!(verifier, key.verifier());
        assert_eq!(verify(&verifier, NAMESPACE, b"text", &signature), Ok(()));
        assert_eq!(verify(&verifier, NAMESPACE, b"texT", &signature), Err(SignatureFault::Mismatch));
        assert_eq!(verify(&verifier, PROOF_NAMESPACE, b"text", &signature), Err(SignatureFault::Mismatch));
        assert_eq!(verify(&other, NAMESPACE, b"text", &signature), Err(SignatureFault::Mismatch));
        assert_eq!(verifier.verify_note(b"text", &signature), Err(SignatureFault::Mismatch));
    }

    #[test]
    fn a_signature_with_any_bit_altered_is_refused() {
        let key = SigningKey::from_seed(&SEED);
        let (verifier, signature) = (key.verifier(), key.sign(NAMESPACE, b"text"));
        for bit in 0..512 {
            let mut altered = signature;
            altered[bit / 8] ^= 1 << (bit % 8);
            assert!(verify(&verifier, NAMESPACE, b"text", &altered).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn a_signature_has_no_second_spelling_by_adding_the_group_order() {
        const ORDER: [u8; 32] = [
            0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0,
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
        ];
        let key = SigningKey::from_seed(&SEED);
        let mut signature = key.sign(NAMESPACE, b"text");
        let mut carry = 0;
        for (byte, add) in signature[32..].iter_mut().zip(ORDER) {
            let sum = u16::from(*byte) + u16::from(add) + carry;
            (*byte, carry) = (sum as u8, sum >> 8);
        }
        assert_eq!(carry, 0, "S + L fits, so that only the strict check can refuse it");
        assert_eq!(verify(&key.verifier(), NAMESPACE, b"text", &signature), Err(SignatureFault::Mismatch));
    }

    #[test]
    fn a_signature_whose_first_half_is_of_small_order_is_refused() {
        use ed25519_dalek::Verifier as _;
        let key = SigningKey::from_seed(&SEED);
        // R is the neutral point and S = k a: lenient verification accepts it, though no honest signer makes it.
        let mut signature = [0; 64];
        signature[0] = 1;
        let data = signed_data(NAMESPACE, b"text");
        let hash =
            Sha512::new().chain_update(&signature[..32]).chain_update(key.verifier().point()).chain_update(&data);
        let a = key.0.to_scalar();
        let (zero, one) = (a - a, a * a.invert());
        let bits = hash.finalize().into_iter().rev().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
        let k = bits.fold(zero, |k, bit| k + k + if bit == 1 { one } else { zero });
        signature[32..].copy_from_slice((k * a).as_bytes());
        assert!(key.verifier().0.verify(&data, &Signature::from_bytes(&signature)).is_ok());
        assert_eq!(verify(&key.verifier(), NAMESPACE, b"text", &signature), Err(SignatureFault::Mismatch));
    }

    #[test]
    fn a_weak_or_oddly_spelled_key_is_refused() {
        let mut identity = [0; 32];
        identity[0] = 1;
        let mut minus_one = [0xff; 32];
        (minus_one[0], minus_one[31]) = (0xec, 0x7f);
        let order_8 = countersign_core::primitives::encoding::unhex(
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        )
        .unwrap();
        // y = p + 3 is a second encoding of the point y = 3, which is valid and of full order.
        let mut second_spelling = [0xff; 32];
        (second_spelling[0], second_spelling[31]) = (0xf0, 0x7f);
        assert!(ed25519_dalek::VerifyingKey::from_bytes(&second_spelling).is_ok_and(|key| !key.is_weak()));
        for point in [[0; 32], identity, minus_one, order_8, second_spelling, [2; 32]] {
            let key = PublicKey::from_strings(ALGORITHM, &[&point]);
            assert_eq!(VerifyingKey::new(&key), Err(SignatureFault::Key), "{point:?}");
        }
    }

    #[test]
    fn a_key_of_another_kind_or_with_more_bytes_is_refused() {
        let point = [1; 32];
        let other = PublicKey::from_strings("ssh-rsa", &[&point]);
        assert_eq!(VerifyingKey::new(&other), Err(SignatureFault::Algorithm("ssh-rsa".into())));
        let sound = *SigningKey::from_seed(&SEED).verifier().point();
        for strings in [&[&sound[..], &[]][..], &[&[], &sound], &[&sound[..31]], &[]] {
            assert_eq!(VerifyingKey::new(&PublicKey::from_strings(ALGORITHM, strings)), Err(SignatureFault::Key));
        }
    }

    #[test]
    fn a_private_key_does_not_print() {
        assert_eq!(format!("{:?}", SigningKey::from_seed(&SEED)), "***");
    }
}
