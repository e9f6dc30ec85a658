//! Writes and checks batches: a text that names several statements by digest, signed with one touch of a security key, since
//! nobody touches a key once for each. Only security keys sign batches, and they sign nothing else in a log.
//!
//! Invariant: a statement is in a batch only with the batch's log, signer and key, and at one place.

use std::collections::HashMap;
use std::fmt::Write as _;

use thiserror::Error;

use crate::armor::armor_signature;
use crate::security_key::{ALGORITHM, KeySignature, KeyVerifier, blob_of};
use crate::sshsig::{NAMESPACE as STATEMENT_NAMESPACE, SignatureBytes, blob_digest};
use countersign_core::primitives::ids::{Digest, LogOrigin, PersonId};
use countersign_core::primitives::key::{PublicKey, fingerprint_of, fingerprint_text};
use countersign_core::primitives::presence::Presence;
use countersign_core::statement::fields::number_of;
use countersign_core::statement::{MAX_BYTES, Statement};

/// Namespace of batches; a signature for one namespace is invalid in another.
pub const NAMESPACE: &str = "countersign-batch";
/// The most statements that one touch signs. Their digests fit in a text of [`MAX_BYTES`].
pub const MOST_MEMBERS: usize = 200;

const HEAD: &str = "countersign-batch/1";

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BatchFault {
    #[error("the batch that it was signed in is missing")]
    Missing,
    #[error("the batch that it was signed in is not as countersign writes it")]
    Text,
    #[error("the signature of its batch is not valid: the batch, signature or key was altered")]
    Signature,
    #[error("the security key signed its batch without a touch")]
    Untouched,
    #[error("its batch is stored under the wrong name")]
    Name,
    #[error("its batch does not name it")]
    NotNamed,
    #[error("its batch is by another person or key, or for another log")]
    Other,
}

/// What a batch says: whose it is, and the statements in it, in the order of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchText {
    pub log: LogOrigin,
    pub signer: PersonId,
    /// The fingerprint of the key.
    pub key: Digest,
    /// The SHA-256 of each statement's text.
    pub members: Vec<Digest>,
}

impl BatchText {
    pub fn render(&self) -> String {
        let Self { log, signer, key, members } = self;
        let key = fingerprint_text(key);
        let mut text = format!("{HEAD}\nlog {log}\nsigner {signer}\nkey {key}\ncount {}\n", members.len());
        for member in members {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "statement {}", member.hex());
        }
        text
    }

    /// Parses a text; only the canonical form is accepted, with 1 to [`MOST_MEMBERS`] statements, each once.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_BYTES {
            return None;
        }
        let mut lines = text.lines();
        if lines.next()? != HEAD {
            return None;
        }
        let mut field = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
        let log = field("log")?.parse().ok()?;
        let signer = field("signer")?.parse().ok()?;
        let key = fingerprint_of(field("key")?).ok()?;
        let count: usize = number_of(field("count")?)?;
        if !(1..=MOST_MEMBERS).contains(&count) {
            return None;
        }
        let members: Option<Vec<Digest>> =
            lines.map(|line| Digest::from_hex(line.strip_prefix("statement ")?).ok()).collect();
        let batch = Self { log, signer, key, members: members? };
        let places = batch.places();
        let whole = batch.members.len() == count && places.len() == count && batch.render() == text;
        whole.then_some(batch)
    }

    fn places(&self) -> HashMap<[u8; 32], usize> {
        self.members.iter().zip(0..).map(|(member, place)| (member.0, place)).collect()
    }
}

/// A batch as it is stored, with its signature. Not verified yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedBatch {
    pub text: String,
    pub key: PublicKey,
    pub signature: KeySignature,
}

impl SignedBatch {
    /// Returns the name that its statements have in place of a signature: the SHA-256 of the text, then of the SSHSIG blob.
    pub fn name(&self) -> SignatureBytes {
        let mut name = [0; 64];
        name[..32].copy_from_slice(&Digest::of(self.text.as_bytes()).0);
        name[32..].copy_from_slice(&Digest::of(&blob_of(&self.key, NAMESPACE, &self.signature)).0);
        name
    }

    /// Returns the signature as `ssh-keygen -Y sign` writes it.
    pub fn armored(&self) -> String {
        armor_signature(&self.key, NAMESPACE, &self.signature)
    }

    /// Verifies the signature, which must be by a security key, and parses the text.
    pub fn check(&self) -> Result<CheckedBatch, BatchFault> {
        let verifier = KeyVerifier::new(&self.key).map_err(|_| BatchFault::Signature)?;
        let presence = verifier.verify(NAMESPACE, self.text.as_bytes(), &self.signature);
        let presence = presence.map_err(|_| BatchFault::Signature)?;
        match presence {
            Presence::Unknown => return Err(BatchFault::Signature),
            Presence::Untouched => return Err(BatchFault::Untouched),
            Presence::Touched | Presence::Verified => {}
        }
        let text = BatchText::parse(&self.text).ok_or(BatchFault::Text)?;
        if text.key != self.key.fingerprint() {
            return Err(BatchFault::Other);
        }
        Ok(CheckedBatch { name: self.name(), places: text.places(), text, presence })
    }
}

/// A batch whose signature was verified, by a security key that was touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedBatch {
    name: SignatureBytes,
    text: BatchText,
    places: HashMap<[u8; 32], usize>,
    presence: Presence,
}

/// The place of a statement in its batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchPlace {
    pub name: SignatureBytes,
    /// From 0.
    pub place: u64,
    pub of: u64,
}

impl CheckedBatch {
    pub fn presence(&self) -> Presence {
        self.presence
    }

    pub fn text(&self) -> &BatchText {
        &self.text
    }

    /// Returns the place of the statement with this digest, key and stored name.
    pub fn place_of(&self, digest: &Digest, key: &Digest, name: &SignatureBytes) -> Result<BatchPlace, BatchFault> {
        if self.name != *name {
            return Err(BatchFault::Name);
        }
        if self.text.key != *key {
            return Err(BatchFault::Other);
        }
        let place = *self.places.get(&digest.0).ok_or(BatchFault::NotNamed)?;
        Ok(BatchPlace { name: self.name, place: place as u64, of: self.text.members.len() as u64 })
    }

    /// Checks that a statement is of the batch's log and signer.
    pub fn fits(&self, statement: &Statement) -> Result<(), BatchFault> {
        let same = self.text.log == statement.log && self.text.signer == statement.signer.who.id;
        if same { Ok(()) } else { Err(BatchFault::Other) }
    }
}

/// Returns whether statements of this key are signed in batches.
pub fn signs_batches(key: &PublicKey) -> bool {
    key.algorithm() == ALGORITHM
}

/// Returns the digest in the log's leaf that binds a statement's signature: of its SSHSIG blob, or of the name of its batch.
pub fn signature_digest(key: &PublicKey, signature: &SignatureBytes) -> Digest {
    if signs_batches(key) { Digest::of(signature) } else { blob_digest(key, STATEMENT_NAMESPACE, signature) }
}

/// Returns the namespace in which a key signs what statements say.
pub fn namespace_of(key: &PublicKey) -> &'static str {
    if signs_batches(key) { NAMESPACE } else { STATEMENT_NAMESPACE }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::security_key::TouchSignature;
    use crate::sshsig::{SigningKey, signed_data};

    fn token() -> SigningKey {
        SigningKey::from_seed(&[9; 32])
    }

    fn public() -> PublicKey {
        PublicKey::from_strings(ALGORITHM, &[token().verifier().point(), b"ssh:"])
    }

    fn text(members: usize) -> BatchText {
        BatchText {
            log: "cardiology.example.org/8d1f4c20".parse().unwrap(),
            signer: "02c1".parse().unwrap(),
            key: public().fingerprint(),
            members: (0..members).map(|at| Digest::of(&at.to_be_bytes())).collect(),
        }
    }

    /// A batch with this text, as the key signs it in a namespace with these flags.
    fn signed(text: String, namespace: &str, flags: u8) -> SignedBatch {
        let data = signed_data(namespace, text.as_bytes());
        let bytes = [&Digest::of(b"ssh:").0[..], &[flags], &7_u32.to_be_bytes(), &Digest::of(&data).0].concat();
        let signature = TouchSignature { signature: token().sign_note(&bytes), flags, counter: 7 };
        SignedBatch { text, key: public(), signature: KeySignature::SecurityKey(signature) }
    }

    #[test]
    fn a_batch_of_any_size_up_to_the_most_reads_back_and_fits() {
        for members in [1, 2, 72, 199, MOST_MEMBERS] {
            let mut batch = text(members);
            batch.log = format!("{}/1", "a".repeat(126)).parse().unwrap();
            let written = batch.render();
            assert!(written.len() <= MAX_BYTES, "{}", written.len());
            assert_eq!(BatchText::parse(&written), Some(batch), "{members}");
        }
        for members in [0, MOST_MEMBERS + 1] {
            assert_eq!(BatchText::parse(&text(members).render()), None, "{members}");
        }
        let mut twice = text(3);
        twice.members[2] = twice.members[0];
        assert_eq!(BatchText::parse(&twice.render()), None);
    }

    #[test]
    fn a_text_in_a_second_spelling_is_refused() {
        let sound = text(3).render();
        for other in [
            sound.replace('\n', "\r\n"),
            sound.trim_end().to_owned(),
            format!("{sound}\n"),
            sound.replace("count 3", "count 03"),
            sound.replace("count 3", "count +3"),
            sound.replace("count 3", "count 2"),
            sound.replace("count 3", "count 18446744073709551615"),
            sound.to_uppercase(),
            sound.replace("log ", "log  "),
            String::new(),
        ] {
            assert_eq!(BatchText::parse(&other), None, "{other}");
        }
        for cut in 0..sound.len() {
            assert_eq!(BatchText::parse(&sound[..cut]), None, "{cut}");
        }
    }

    #[test]
    fn a_batch_with_any_bit_of_its_text_or_signature_altered_is_refused() {
        let sound = signed(text(3).render(), NAMESPACE, 1);
        assert!(sound.check().is_ok());
        for at in 0..sound.text.len() {
            for bit in 0..7 {
                let mut bytes = sound.text.clone().into_bytes();
                bytes[at] ^= 1 << bit;
                let altered = SignedBatch { text: String::from_utf8(bytes).unwrap(), ..sound.clone() };
                assert_eq!(altered.check(), Err(BatchFault::Signature), "{at} {bit}");
                assert_ne!(altered.name(), sound.name());
            }
        }
        let bytes = sound.signature.to_bytes();
        for bit in 0..bytes.len() * 8 {
            let mut altered = bytes.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            let signature = KeySignature::from_bytes(ALGORITHM, &altered).unwrap();
            let altered = SignedBatch { signature, ..sound.clone() };
            assert_eq!(altered.check(), Err(BatchFault::Signature), "{bit}");
            assert_ne!(altered.name(), sound.name());
        }
    }

    #[test]
    fn a_batch_counts_only_with_a_touch_in_its_own_namespace_and_by_a_security_key() {
        for flags in 0..=255 {
            let expected = if flags & 1 == 0 { Err(BatchFault::Untouched) } else { Ok(Presence::of_flags(flags)) };
            let checked = signed(text(1).render(), NAMESPACE, flags).check();
            assert_eq!(checked.map(|batch| batch.presence()), expected, "{flags}");
        }
        assert_eq!(signed(text(1).render(), STATEMENT_NAMESPACE, 1).check(), Err(BatchFault::Signature));
        let written = text(1).render();
        let signature = KeySignature::Ed25519(token().sign(NAMESPACE, written.as_bytes()));
        let plain = SignedBatch { text: written, key: token().public(), signature };
        assert_eq!(plain.check(), Err(BatchFault::Signature));
        let other = BatchText { key: token().public().fingerprint(), ..text(1) };
        assert_eq!(signed(other.render(), NAMESPACE, 1).check(), Err(BatchFault::Other));
    }

    #[test]
    fn a_statement_has_one_place_in_its_batch_and_no_other_digest_key_or_name_has_one() {
        let batch = signed(text(5).render(), NAMESPACE, 1);
        let (name, key, checked) = (batch.name(), public().fingerprint(), batch.check().unwrap());
        for (member, place) in text(5).members.iter().zip(0..) {
            assert_eq!(checked.place_of(member, &key, &name), Ok(BatchPlace { name, place, of: 5 }));
            assert_eq!(checked.place_of(member, &Digest([1; 32]), &name), Err(BatchFault::Other));
            for at in 0..64 {
                let mut other = name;
                other[at] ^= 1;
                assert_eq!(checked.place_of(member, &key, &other), Err(BatchFault::Name));
            }
        }
        assert_eq!(checked.place_of(&Digest([1; 32]), &key, &name), Err(BatchFault::NotNamed));
    }
}
