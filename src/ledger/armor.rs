//! Encodes and decodes armored SSH signatures, as `ssh-keygen` writes them.
//!
//! Invariant: decoding accepts only what encoding would write.

use base64ct::{Base64, Encoding};
use ssh_key::SshSig;
use ssh_key::public::KeyData;
use thiserror::Error;

use crate::security_key::{self, KeySignature, blob_of};
use crate::sshsig::{self, SignatureBytes, blob};
use countersign_core::primitives::key::PublicKey;

const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----\n";
const END: &str = "-----END SSH SIGNATURE-----\n";
const COLUMNS: usize = 70;
/// Maximum length of an armored signature in bytes: several times what any of ours takes.
const LONGEST: usize = 4096;

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ArmorFault {
    #[error("This is not an SSH signature: the first line should be “-----BEGIN SSH SIGNATURE-----”")]
    NotOne,
    #[error("The SSH signature is damaged, or is not written as ssh-keygen writes it")]
    Damaged,
    #[error("The SSH signature is by a key of the kind “{0}”. Only ssh-ed25519 can be checked")]
    Algorithm(String),
}

/// A decoded signature, not verified yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Armored {
    pub key: PublicKey,
    pub namespace: String,
    pub signature: SignatureBytes,
}

/// A decoded signature of any kind of key that can be checked, not verified yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArmoredSignature {
    pub key: PublicKey,
    pub namespace: String,
    pub signature: KeySignature,
}

/// Encodes a signature, byte for byte as `ssh-keygen -Y sign` does.
pub fn armor(key: &PublicKey, namespace: &str, signature: &SignatureBytes) -> String {
    armor_blob(&blob(key, namespace, signature))
}

/// Encodes a signature of any kind, byte for byte as `ssh-keygen -Y sign` does.
pub fn armor_signature(key: &PublicKey, namespace: &str, signature: &KeySignature) -> String {
    armor_blob(&blob_of(key, namespace, signature))
}

fn armor_blob(blob: &[u8]) -> String {
    let base64 = Base64::encode_string(blob);
    let mut text = String::with_capacity(BEGIN.len() + base64.len() + base64.len() / COLUMNS + 1 + END.len());
    text.push_str(BEGIN);
    for (at, letter) in base64.chars().enumerate() {
        if at > 0 && at % COLUMNS == 0 {
            text.push('\n');
        }
        text.push(letter);
    }
    text.push('\n');
    text.push_str(END);
    text
}

/// Decodes an armored signature of an `ssh-ed25519` key. Accepts only the encoding that [`armor`] writes.
pub fn unarmor(text: &str) -> Result<Armored, ArmorFault> {
    let ArmoredSignature { key, namespace, signature } = unarmor_signature(text)?;
    match signature {
        KeySignature::Ed25519(signature) => Ok(Armored { key, namespace, signature }),
        KeySignature::SecurityKey(_) => Err(ArmorFault::Algorithm(security_key::ALGORITHM.to_owned())),
    }
}

/// Decodes an armored signature of any kind that can be checked. Accepts only the encoding that [`armor_signature`] writes.
pub fn unarmor_signature(text: &str) -> Result<ArmoredSignature, ArmorFault> {
    if !text.starts_with(BEGIN) {
        return Err(ArmorFault::NotOne);
    }
    if text.len() > LONGEST {
        return Err(ArmorFault::Damaged);
    }
    let parsed = SshSig::from_pem(text).map_err(|_| ArmorFault::Damaged)?;
    let key = match parsed.public_key() {
        KeyData::Ed25519(point) => PublicKey::from_strings(sshsig::ALGORITHM, &[&point.0]),
        KeyData::SkEd25519(token) => {
            PublicKey::from_strings(security_key::ALGORITHM, &[&token.public_key().0, token.application().as_bytes()])
        }
        _ => return Err(ArmorFault::Algorithm(parsed.algorithm().to_string())),
    };
    let signature = KeySignature::from_bytes(key.algorithm(), parsed.signature_bytes());
    let signature = signature.ok_or_else(|| ArmorFault::Algorithm(parsed.algorithm().to_string()))?;
    let namespace = parsed.namespace().to_owned();
    // This also rejects other versions, reserved bytes, hashes and line breaks.
    if armor_signature(&key, &namespace, &signature) != text {
        return Err(ArmorFault::Damaged);
    }
    Ok(ArmoredSignature { key, namespace, signature })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sshsig::{NAMESPACE, SigningKey, VerifyingKey, verify};

    const STATEMENT: &[u8] = include_bytes!("../../tests/fixtures/vectors/statement0.txt");
    const SIG: &str = include_str!("../../tests/fixtures/vectors/statement0.txt.sig");

    #[test]
    fn a_signature_made_by_openssh_reads_back_verifies_and_is_written_the_same() {
        let read = unarmor(SIG).unwrap();
        assert_eq!(read.namespace, NAMESPACE);
        assert_eq!(verify(&VerifyingKey::new(&read.key).unwrap(), NAMESPACE, STATEMENT, &read.signature), Ok(()));
        assert_eq!(armor(&read.key, &read.namespace, &read.signature), SIG);
    }

    #[test]
    fn what_was_armored_reads_back_whatever_its_length() {
        let key = SigningKey::from_seed(&[3; 32]);
        // One to eighty letters give the last line every possible length.
        for letters in 1..=80 {
            let namespace = "n".repeat(letters);
            let signature = key.sign(&namespace, b"text");
            let text = armor(&key.public(), &namespace, &signature);
            assert!(text.lines().all(|line| (1..=70).contains(&line.len())), "{text}");
            assert_eq!(unarmor(&text), Ok(Armored { key: key.public(), namespace, signature }));
        }
    }

    #[test]
    fn an_altered_text_is_refused_or_is_another_signature() {
        let sound = unarmor(SIG).unwrap();
        for at in 0..SIG.len() {
            for byte in [b'A', b'z', b'=', b'\n', b' ', b'-'] {
                let mut text = SIG.as_bytes().to_vec();
                if std::mem::replace(&mut text[at], byte) == byte {
                    continue;
                }
                assert_ne!(unarmor(std::str::from_utf8(&text).unwrap()), Ok(sound.clone()), "{at} {byte}");
            }
        }
    }

    #[test]
    fn a_second_spelling_is_refused() {
        let narrow = SIG.replacen("\nU1NI", "\nU1\nNI", 1);
        let spellings =
            [SIG.replace('\n', "\r\n"), SIG.trim_end().to_owned(), format!("{SIG}\n"), format!("\n{SIG}"), narrow];
        for text in spellings {
            assert!(unarmor(&text).is_err(), "{text}");
        }
        assert_eq!(unarmor("signed, honestly\n"), Err(ArmorFault::NotOne));
        assert_eq!(unarmor(&SIG[..120]), Err(ArmorFault::Damaged));
    }
}
