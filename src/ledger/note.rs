//! Signs and verifies checkpoints: the size and root of a log as a C2SP signed note (`tlog-checkpoint`, signature type
//! 0x01).
//!
//! Invariant: a [`Checkpoint`] is read from a note only after its signature was verified.

use std::fmt;
use std::str::FromStr;

use base64ct::{Base64, Encoding};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::sshsig::{SigningKey, VerifyingKey};
use countersign_core::primitives::encoding::{hex, unhex};
use countersign_core::primitives::ids::{Digest, LogOrigin};

/// Algorithm byte of Ed25519 in a signed note.
const ED25519: u8 = 1;
/// Maximum number of other signatures (witnesses) in a note, so that a long file is refused cheaply.
const OTHER_SIGNATURES: usize = 16;

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoteFault {
    #[error("This is not a checkpoint, or it is damaged")]
    NotOne,
    #[error("The checkpoint is of the log {found}, not of {wanted}")]
    OtherLog { wanted: LogOrigin, found: LogOrigin },
    #[error("The checkpoint is not signed by the log’s key")]
    OtherKey,
    #[error("The checkpoint does not carry a good signature by the log’s key")]
    Signature,
    #[error("This is not a log’s verifier key such as cardiology.example.org/8d1f4c20+f8f40de5+Ac3e…")]
    Key,
}

/// A checkpoint: a log's origin, its size and its root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    pub origin: LogOrigin,
    pub size: u64,
    pub root: Digest,
}

impl fmt::Display for Checkpoint {
    /// Writes the text that is signed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}\n{}\n", self.origin, self.size, self.root.base64())
    }
}

#[derive(Debug)]
pub struct LogKey {
    key: SigningKey,
    verifier: LogVerifier,
}

impl LogKey {
    pub fn new(origin: LogOrigin, key: SigningKey) -> Self {
        let verifier = LogVerifier::new(origin, key.verifier());
        Self { key, verifier }
    }

    /// Returns the public half, which formats as the log's verifier key.
    pub fn verifier(&self) -> &LogVerifier {
        &self.verifier
    }

    /// Returns the private key, to be wrapped.
    pub fn key(&self) -> &SigningKey {
        &self.key
    }

    pub fn checkpoint(&self, size: u64, root: Digest) -> String {
        self.note(&Checkpoint { origin: self.verifier.origin.clone(), size, root }.to_string())
    }

    /// Signs a text that ends in a line feed, as a note. What it is must show in its first lines: it is no checkpoint.
    pub(crate) fn note(&self, text: &str) -> String {
        let LogVerifier { origin, id, .. } = &self.verifier;
        let mut signed = [0; 4 + 64];
        signed[..4].copy_from_slice(id);
        signed[4..].copy_from_slice(&self.key.sign_note(text.as_bytes()));
        format!("{text}\n— {origin} {}\n", Base64::encode_string(&signed))
    }
}

/// A log's public key in C2SP's verifier key format: origin, key id and key, `name+f8f40de5+Ac3e…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogVerifier {
    origin: LogOrigin,
    id: [u8; 4],
    verifier: VerifyingKey,
}

impl LogVerifier {
    pub fn new(origin: LogOrigin, verifier: VerifyingKey) -> Self {
        let id = key_id(origin.as_str(), ED25519, &verifier);
        Self { origin, id, verifier }
    }

    pub fn origin(&self) -> &LogOrigin {
        &self.origin
    }

    pub fn verifier(&self) -> &VerifyingKey {
        &self.verifier
    }

    /// Verifies and reads a signed checkpoint of this log. Signatures by others are ignored.
    pub fn open(&self, note: &str) -> Result<Checkpoint, NoteFault> {
        let (text, signatures) = note.split_once("\n\n").ok_or(NoteFault::NotOne)?;
        let checkpoint = parse_text(text).ok_or(NoteFault::NotOne)?;
        if checkpoint.origin != self.origin {
            // Only a note with readable signatures says of which log it is.
            read_signatures(signatures)?;
            return Err(NoteFault::OtherLog { wanted: self.origin.clone(), found: checkpoint.origin });
        }
        self.verify_signed(&note[..=text.len()], signatures)?;
        Ok(checkpoint)
    }

    /// Verifies the signature of a text (with its last line feed) by this log's key. Signatures by others are ignored.
    pub(crate) fn verify_signed(&self, text: &str, signatures: &str) -> Result<(), NoteFault> {
        let lines = read_signatures(signatures)?;
        let mut ours =
            lines.iter().filter(|(name, bytes)| *name == self.origin.as_str() && bytes.starts_with(&self.id));
        let signature = match (ours.next(), ours.next()) {
            (Some((_, bytes)), None) => bytes[4..].try_into().map_err(|_| NoteFault::Signature)?,
            (None, _) if lines.iter().any(|(name, _)| *name == self.origin.as_str()) => {
                return Err(NoteFault::OtherKey);
            }
            _ => return Err(NoteFault::Signature),
        };
        self.verifier.verify_note(text.as_bytes(), signature).map_err(|_| NoteFault::Signature)
    }
}

/// Parses the lines of signatures of a note.
pub(crate) fn read_signatures(signatures: &str) -> Result<Vec<(&str, Vec<u8>)>, NoteFault> {
    let lines: Vec<&str> = signatures.strip_suffix('\n').ok_or(NoteFault::NotOne)?.split('\n').collect();
    if lines.len() > OTHER_SIGNATURES + 1 {
        return Err(NoteFault::NotOne);
    }
    lines.into_iter().map(parse_signature).collect::<Option<Vec<_>>>().ok_or(NoteFault::NotOne)
}

impl fmt::Display for LogVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&verifier_key(self.origin.as_str(), ED25519, &self.verifier))
    }
}

impl FromStr for LogVerifier {
    type Err = NoteFault;

    fn from_str(s: &str) -> Result<Self, NoteFault> {
        let (name, verifier) = read_verifier_key(s, ED25519).ok_or(NoteFault::Key)?;
        Ok(Self::new(name.parse().map_err(|_| NoteFault::Key)?, verifier))
    }
}

/// Returns the key id of C2SP's signed notes: the first bytes of a hash of the name, the algorithm and the key.
pub(crate) fn key_id(name: &str, algorithm: u8, verifier: &VerifyingKey) -> [u8; 4] {
    let named = Sha256::new().chain_update(name).chain_update([b'\n', algorithm]);
    let hash: [u8; 32] = named.chain_update(verifier.point()).finalize().into();
    [hash[0], hash[1], hash[2], hash[3]]
}

/// Writes a key in C2SP's verifier key format.
pub(crate) fn verifier_key(name: &str, algorithm: u8, verifier: &VerifyingKey) -> String {
    let mut key = [algorithm; 33];
    key[1..].copy_from_slice(verifier.point());
    format!("{name}+{}+{}", hex(&key_id(name, algorithm, verifier)), Base64::encode_string(&key))
}

/// Reads a key of this algorithm in C2SP's verifier key format; returns its name, too.
pub(crate) fn read_verifier_key(text: &str, of: u8) -> Option<(&str, VerifyingKey)> {
    let (name, rest) = text.split_once('+')?;
    let (id, key) = rest.split_once('+')?;
    let mut bytes = [0; 33];
    let read = Base64::decode(key, &mut bytes).ok()?;
    let (algorithm, point) = read.split_first_chunk::<1>()?;
    let verifier = VerifyingKey::from_point(point.try_into().ok()?).ok()?;
    (*algorithm == [of] && unhex(id) == Some(key_id(name, of, &verifier))).then_some((name, verifier))
}

/// Splits a text of several notes, such as `checkpoints.log`. Skips a note that a power cut left incomplete, unless it is
/// the only one.
pub fn notes(text: &str) -> Vec<&str> {
    let (mut found, mut starts, mut at): (Vec<(usize, usize)>, Vec<usize>, usize) = (Vec::new(), Vec::new(), 0);
    let mut open = false;
    for line in text.split_inclusive('\n') {
        let end = at + line.len();
        if !line.starts_with("— ") {
            open = false;
            starts.push(at);
        } else if let (true, Some(last)) = (open, found.last_mut()) {
            last.1 = end;
        } else {
            // A note is three lines and an empty one, then its signatures.
            open = starts.len() >= 4;
            found.extend(starts.len().checked_sub(4).map(|first| (starts[first], end)));
            starts.clear();
        }
        at = end;
    }
    match found.as_slice() {
        [] if text.is_empty() => Vec::new(),
        [] => vec![text],
        many => many.iter().map(|(from, to)| &text[*from..*to]).collect(),
    }
}

/// Parses the three signed lines; only the canonical form is accepted.
fn parse_text(text: &str) -> Option<Checkpoint> {
    let (origin, rest) = text.split_once('\n')?;
    let (size, root) = rest.split_once('\n')?;
    let checkpoint =
        Checkpoint { origin: origin.parse().ok()?, size: size.parse().ok()?, root: Digest::from_base64(root).ok()? };
    // A number has other spellings (`+5`, `05`).
    (checkpoint.size.to_string() == size).then_some(checkpoint)
}

/// Parses a signature line: the signer's name, then the key id and the signature.
pub(crate) fn parse_signature(line: &str) -> Option<(&str, Vec<u8>)> {
    let (name, base64) = line.strip_prefix("— ")?.split_once(' ')?;
    let bytes = Base64::decode_vec(base64).ok()?;
    (!name.is_empty() && bytes.len() > 4).then_some((name, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merkle::empty_root;

    const VKEY: &str = include_str!("../../tests/fixtures/vectors/vkey");
    const NOTE_5: &str = include_str!("../../tests/fixtures/vectors/checkpoint5");

    fn known() -> LogVerifier {
        VKEY.trim_end().parse().unwrap()
    }

    fn log_key() -> LogKey {
        LogKey::new("ward.example.org/1".parse().unwrap(), SigningKey::from_seed(&[5; 32]))
    }

    #[test]
    fn a_checkpoint_made_elsewhere_opens_with_its_logs_key() {
        let checkpoint = known().open(NOTE_5).unwrap();
        assert_eq!((checkpoint.size, checkpoint.origin.as_str()), (5, "cardiology.example.org/8d1f4c20"));
        let three = known().open(include_str!("../../tests/fixtures/vectors/checkpoint3")).unwrap();
        assert_eq!(three.size, 3);
    }

    #[test]
    fn a_verifier_key_reads_back_as_written_and_in_no_other_spelling() {
        let text = VKEY.trim_end();
        assert_eq!(known().to_string(), text);
        for at in 0..text.len() {
            let mut altered = text.as_bytes().to_vec();
            altered[at] = if altered[at] == b'b' { b'c' } else { b'b' };
            let altered = String::from_utf8(altered).unwrap();
            assert_eq!(altered.parse::<LogVerifier>(), Err(NoteFault::Key), "{altered}");
        }
    }

    #[test]
    fn a_checkpoint_opens_with_the_key_that_made_it_and_says_what_was_signed() {
        let key = log_key();
        for size in [0, 1, 255, 1 << 40, u64::MAX] {
            let root = Digest::of(&size.to_be_bytes());
            let note = key.checkpoint(size, root);
            let origin = key.verifier().origin().clone();
            assert_eq!(key.verifier().open(&note), Ok(Checkpoint { origin, size, root }));
        }
    }

    #[test]
    fn a_checkpoint_with_any_byte_altered_is_refused() {
        let verifier = known();
        for at in 0..NOTE_5.len() {
            for add in [1, 2, 32, 128, 200] {
                let mut altered = NOTE_5.as_bytes().to_vec();
                altered[at] = altered[at].wrapping_add(add);
                let opened = std::str::from_utf8(&altered).ok().and_then(|text| verifier.open(text).ok());
                assert_eq!(opened, None, "byte {at} plus {add}");
            }
        }
        for text in
            ["", "\n\n", &NOTE_5[..NOTE_5.len() - 1], &NOTE_5.replace("\n5\n", "\n05\n"), &NOTE_5.replace('\n', "\r\n")]
        {
            assert_eq!(verifier.open(text), Err(NoteFault::NotOne), "{text}");
        }
    }

    #[test]
    fn a_witness_may_sign_as_well_but_the_log_must_sign_once() {
        let verifier = known();
        let ours = NOTE_5.lines().last().unwrap();
        let witnessed = NOTE_5.replace(ours, &format!("— witness.example.org AAAAAAAA\n{ours}"));
        assert_eq!(verifier.open(&witnessed), verifier.open(NOTE_5));
        assert_eq!(verifier.open(&format!("{NOTE_5}{ours}\n")), Err(NoteFault::Signature));
        assert_eq!(verifier.open(&NOTE_5.replace(ours, "— witness.example.org AAAAAAAA")), Err(NoteFault::Signature));
        assert_eq!(verifier.open(&format!("{NOTE_5}{}", "— w AAAAAAAA\n".repeat(17))), Err(NoteFault::NotOne));
    }

    #[test]
    fn another_logs_checkpoint_is_told_apart_from_a_forged_one() {
        let key = log_key();
        let fault = key.verifier().open(NOTE_5).unwrap_err();
        assert!(matches!(fault, NoteFault::OtherLog { .. }));
        let impostor = LogKey::new(key.verifier().origin().clone(), SigningKey::from_seed(&[6; 32]));
        assert_eq!(key.verifier().open(&impostor.checkpoint(0, empty_root())), Err(NoteFault::OtherKey));
    }

    #[test]
    fn notes_one_after_the_other_come_apart_again() {
        let three = include_str!("../../tests/fixtures/vectors/checkpoint3");
        let both = format!("{three}{NOTE_5}");
        assert_eq!(notes(&both), [three, NOTE_5]);
        assert_eq!(notes(NOTE_5), [NOTE_5]);
        assert!(notes("").is_empty());
    }

    #[test]
    fn of_notes_kept_one_after_the_other_each_whole_one_is_found_and_a_torn_one_costs_no_other() {
        let key = log_key();
        let all: Vec<String> = (0..9).map(|size| key.checkpoint(size, Digest::of(&[size as u8]))).collect();
        assert_eq!(notes(&all.concat()), all);
        assert_eq!(notes(&all[3]), [&all[3]]);
        assert_eq!(notes(""), Vec::<&str>::new());
        for cut in all[4].char_indices().map(|(at, _)| at) {
            // The next writer starts a new line if the last one has no end.
            let torn = &all[4][..cut];
            let end = if torn.is_empty() || torn.ends_with('\n') { "" } else { "\n" };
            let text = [&all[..4].concat(), torn, end, &all[5..].concat()].concat();
            let found = notes(&text);
            let whole = found.iter().filter(|note| key.verifier().open(note).is_ok()).count();
            assert!(whole == 8 || (whole == 9 && cut + 1 == all[4].len()), "{cut}: {whole}\n{text}");
        }
    }
}
