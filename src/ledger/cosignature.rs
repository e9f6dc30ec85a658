//! Signs and verifies cosignatures of checkpoints by witnesses (C2SP `tlog-cosignature` v1, signature type 0x04).
//!
//! Invariant: a witness's key is read from a note only after the signature by its department's log was verified.

use std::fmt;
use std::str::FromStr;

use base64ct::{Base64, Encoding};
use thiserror::Error;

use crate::note::{LogKey, LogVerifier, key_id, parse_signature, read_verifier_key, verifier_key};
use crate::sshsig::{SigningKey, VerifyingKey};
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::LogOrigin;

/// Algorithm byte of a timestamped Ed25519 cosignature.
const COSIGNATURE: u8 = 4;
/// The first line of the note in which a log names the key of its department's witness.
const HEAD: &str = "countersign-witness/1\n";
/// The end of a witness's name, after the origin of its department's log.
const NAME: &str = "/witness";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CosignatureFault {
    #[error("This is not the key of a witness")]
    Key,
    #[error("The witness’s key is not signed by its department’s log")]
    Note,
    #[error("This is not a checkpoint, or it is damaged")]
    NotOne,
    #[error("The cosignature is by another witness")]
    OtherKey,
    #[error("The cosignature is not valid")]
    Signature,
}

/// The key with which a department cosigns the checkpoints of others.
#[derive(Debug)]
pub struct WitnessKey {
    key: SigningKey,
    verifier: WitnessVerifier,
}

impl WitnessKey {
    /// Returns the witness of the department with this log.
    pub fn new(origin: &LogOrigin, key: SigningKey) -> Self {
        let verifier = WitnessVerifier::new(format!("{origin}{NAME}"), key.verifier());
        Self { key, verifier }
    }

    pub fn verifier(&self) -> &WitnessVerifier {
        &self.verifier
    }

    /// Cosigns the checkpoint in a note at a time: returns the signature line, without a line feed.
    pub fn cosign(&self, checkpoint: &str, at: Timestamp) -> Result<String, CosignatureFault> {
        let time = u64::try_from(at.seconds()).map_err(|_| CosignatureFault::Signature)?;
        let message = message(body(checkpoint)?, time);
        let mut signed = Vec::with_capacity(4 + 8 + 64);
        signed.extend_from_slice(&self.verifier.id);
        signed.extend_from_slice(&time.to_be_bytes());
        signed.extend_from_slice(&self.key.sign_note(message.as_bytes()));
        Ok(format!("— {} {}", self.verifier.name, Base64::encode_string(&signed)))
    }
}

/// A witness's public key in C2SP's verifier key format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessVerifier {
    name: String,
    id: [u8; 4],
    verifier: VerifyingKey,
}

impl WitnessVerifier {
    fn new(name: String, verifier: VerifyingKey) -> Self {
        let id = key_id(&name, COSIGNATURE, &verifier);
        Self { name, id, verifier }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// Verifies a cosignature line of the checkpoint in a note; returns when the witness says that it signed.
    pub fn open(&self, checkpoint: &str, line: &str) -> Result<Timestamp, CosignatureFault> {
        let (name, bytes) = parse_signature(line.trim_end_matches('\n')).ok_or(CosignatureFault::Signature)?;
        let rest = bytes.strip_prefix(self.id.as_slice()).filter(|_| name == self.name);
        let rest = rest.ok_or(CosignatureFault::OtherKey)?;
        let (time, signature) = rest.split_first_chunk::<8>().ok_or(CosignatureFault::Signature)?;
        let time = u64::from_be_bytes(*time);
        let signature = signature.try_into().map_err(|_| CosignatureFault::Signature)?;
        let message = message(body(checkpoint)?, time);
        self.verifier.verify_note(message.as_bytes(), signature).map_err(|_| CosignatureFault::Signature)?;
        // A statement's time has four digits for its year.
        let seconds = i64::try_from(time).ok().filter(|seconds| *seconds < 253_402_300_800);
        seconds.map(Timestamp::from_seconds).ok_or(CosignatureFault::Signature)
    }
}

impl fmt::Display for WitnessVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&verifier_key(&self.name, COSIGNATURE, &self.verifier))
    }
}

impl FromStr for WitnessVerifier {
    type Err = CosignatureFault;

    fn from_str(s: &str) -> Result<Self, CosignatureFault> {
        let (name, verifier) = read_verifier_key(s, COSIGNATURE).ok_or(CosignatureFault::Key)?;
        let origin = name.strip_suffix(NAME).ok_or(CosignatureFault::Key)?;
        origin.parse::<LogOrigin>().map_err(|_| CosignatureFault::Key)?;
        Ok(Self::new(name.to_owned(), verifier))
    }
}

/// Returns the note in which a log names the key of its department's witness.
pub fn witness_note(log: &LogKey, witness: &WitnessVerifier) -> String {
    log.note(&format!("{HEAD}{witness}\n"))
}

/// Reads the key of a department's witness from the note of its log.
pub fn witness_of(log: &LogVerifier, note: &str) -> Result<WitnessVerifier, CosignatureFault> {
    let (text, signatures) = note.split_once("\n\n").ok_or(CosignatureFault::Note)?;
    let key = text.strip_prefix(HEAD).ok_or(CosignatureFault::Note)?;
    log.verify_signed(&note[..=text.len()], signatures).map_err(|_| CosignatureFault::Note)?;
    let witness: WitnessVerifier = key.parse()?;
    let own = witness.name.strip_suffix(NAME) == Some(log.origin().as_str());
    if own { Ok(witness) } else { Err(CosignatureFault::Key) }
}

/// Returns the signed text of a checkpoint, with its last line feed.
fn body(checkpoint: &str) -> Result<&str, CosignatureFault> {
    let end = checkpoint.find("\n\n").ok_or(CosignatureFault::NotOne)?;
    Ok(&checkpoint[..=end])
}

fn message(body: &str, time: u64) -> String {
    format!("cosignature/v1\ntime {time}\n{body}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_core::primitives::ids::Digest;

    const TIME: i64 = 1_795_183_403;

    fn log(seed: u8) -> LogKey {
        LogKey::new("ward.example.org/1".parse().unwrap(), SigningKey::from_seed(&[seed; 32]))
    }

    fn witness() -> WitnessKey {
        WitnessKey::new(&"lab.example.org/2".parse().unwrap(), SigningKey::from_seed(&[7; 32]))
    }

    fn checkpoint() -> String {
        log(5).checkpoint(5, Digest::of(b"root"))
    }

    #[test]
    fn a_cosignature_opens_with_the_key_that_made_it_and_says_when() {
        let line = witness().cosign(&checkpoint(), Timestamp::from_seconds(TIME)).unwrap();
        assert_eq!(witness().verifier().open(&checkpoint(), &line), Ok(Timestamp::from_seconds(TIME)));
        // The log still opens a checkpoint that carries it.
        let both = format!("{}{line}\n", checkpoint());
        assert_eq!(log(5).verifier().open(&both).map(|opened| opened.size), Ok(5));
        assert_eq!(witness().verifier().open(&both, &line), Ok(Timestamp::from_seconds(TIME)));
    }

    #[test]
    fn a_cosignature_with_any_byte_altered_is_refused_and_so_is_one_of_any_other_checkpoint() {
        let (witness, note) = (witness(), checkpoint());
        let line = witness.cosign(&note, Timestamp::from_seconds(TIME)).unwrap();
        for at in 0..line.len() {
            for add in [1, 2, 32, 128] {
                let mut altered = line.as_bytes().to_vec();
                altered[at] = altered[at].wrapping_add(add);
                let opened =
                    std::str::from_utf8(&altered).ok().and_then(|line| witness.verifier().open(&note, line).ok());
                assert_eq!(opened, None, "byte {at} plus {add}");
            }
        }
        let end = note.find("\n\n").unwrap();
        for at in 0..end {
            let mut altered = note.as_bytes().to_vec();
            altered[at] = altered[at].wrapping_add(1);
            let opened = std::str::from_utf8(&altered).ok().and_then(|note| witness.verifier().open(note, &line).ok());
            assert_eq!(opened, None, "byte {at} of the checkpoint");
        }
    }

    #[test]
    fn the_key_of_a_witness_is_known_only_through_its_own_log() {
        let own = LogKey::new("lab.example.org/2".parse().unwrap(), SigningKey::from_seed(&[8; 32]));
        let note = witness_note(&own, witness().verifier());
        assert_eq!(witness_of(own.verifier(), &note).as_ref(), Ok(witness().verifier()));
        assert!(note.len() < 700, "{}", note.len());
        assert_eq!(witness_of(log(5).verifier(), &note), Err(CosignatureFault::Note));
        let another = witness_note(&log(5), witness().verifier());
        assert_eq!(witness_of(log(5).verifier(), &another), Err(CosignatureFault::Key), "it is another department's");
        for at in 0..note.len() {
            let mut altered = note.as_bytes().to_vec();
            altered[at] = altered[at].wrapping_add(1);
            let read = std::str::from_utf8(&altered).ok().and_then(|note| witness_of(own.verifier(), note).ok());
            assert_eq!(read, None, "byte {at}");
        }
        // Neither can be taken for the other.
        assert!(own.verifier().open(&note).is_err());
        assert!(witness_of(own.verifier(), &own.checkpoint(1, Digest::of(b"x"))).is_err());
    }
}
