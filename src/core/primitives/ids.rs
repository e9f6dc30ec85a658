//! Defines ids, codes, digests and secrets, parsed once at the edge into types that are always valid.

use std::fmt;
use std::str::FromStr;

use compact_str::CompactString;
use sha2::{Digest as _, Sha256};
use thiserror::Error;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::primitives::encoding::{base64, hex, unbase64, unhex};
use crate::primitives::text::gives_away;

#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("“{read}” is not {}", .slip.as_deref().unwrap_or(.expected))]
pub struct ValueFault {
    /// The input, shortened.
    pub read: String,
    /// A description of a valid value.
    pub expected: &'static str,
    /// A more precise description of the fault, if known: `a day: the 5th of December 2026 is a Saturday`.
    pub slip: Option<String>,
}

pub fn fault(read: &str, expected: &'static str) -> ValueFault {
    ValueFault { read: read.chars().take(80).collect(), expected, slip: None }
}

slugs! {
    /// The kind of a KSB, by the letter of its code; the order is that of their numbers in the database.
    KsbKind {
        Knowledge = "K";
        Skill = "S";
        Behaviour = "B";
        /// A competence of a department's own list.
        Local = "L";
    }
}

impl KsbKind {
    /// Returns the kind with this letter, in either case.
    pub fn of(letter: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.slug().eq_ignore_ascii_case(letter))
    }
}

const MOST_LOCAL: u16 = 999;

/// A KSB's code (`K1`, `S26`, `B6`) or a local competence's (`L3`). Sorts as standards print them: K, S, B, each by
/// number; then L.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KsbCode {
    pub kind: KsbKind,
    /// From 1.
    pub number: u16,
}

impl fmt::Display for KsbCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `pad` honours a column width in a format string.
        f.pad(&format!("{}{}", self.kind.slug(), self.number))
    }
}

pub const LOCAL_CODE: &str = "the code of a competence: that is L and a number from 1 to 999, such as L1";

impl FromStr for KsbCode {
    type Err = ValueFault;

    fn from_str(s: &str) -> Result<Self, ValueFault> {
        let refused =
            || fault(s, if s.starts_with(['L', 'l']) { LOCAL_CODE } else { "a KSB code such as K1, S26 or B6" });
        let (letter, digits) = s.split_at_checked(1).ok_or_else(refused)?;
        let kind = KsbKind::of(letter).ok_or_else(refused)?;
        if digits.is_empty() || digits.starts_with('0') || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(refused());
        }
        let number = digits.parse().map_err(|_| refused())?;
        if kind == KsbKind::Local && number > MOST_LOCAL { Err(refused()) } else { Ok(Self { kind, number }) }
    }
}

/// A duty's number in its standard, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DutyNo(pub u16);

impl fmt::Display for DutyNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A person's permanent id: `[0-9a-z]{1,32}`, never reused. Nothing else is valid, as a shell reads it over SSH.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PersonId(CompactString);

impl PersonId {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for PersonId {
    type Err = ValueFault;

    fn from_str(s: &str) -> Result<Self, ValueFault> {
        let sound = (1..=32).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase());
        if sound { Ok(Self(s.into())) } else { Err(fault(s, "a person id (1 to 32 of 0-9 and a-z)")) }
    }
}

/// One version of one occupational standard: `ST0413 1.1`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StandardRef {
    reference: CompactString,
    version: CompactString,
}

impl StandardRef {
    /// Validates a reference (`ST0413`) and version (`1.1`): letters, digits, `.`, `-` and `_`, at most 32 characters
    /// each.
    pub fn new(reference: &str, version: &str) -> Result<Self, ValueFault> {
        let sound = |s: &str| {
            (1..=32).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_".contains(&b))
        };
        if !sound(reference) {
            return Err(fault(reference, "a standard's reference such as ST0413"));
        }
        if !sound(version) {
            return Err(fault(version, "a standard's version such as 1.1"));
        }
        Ok(Self { reference: reference.into(), version: version.into() })
    }

    pub fn reference(&self) -> &str {
        &self.reference
    }

    pub fn version(&self) -> &str {
        &self.version
    }
}

impl fmt::Display for StandardRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.reference, self.version)
    }
}

impl FromStr for StandardRef {
    type Err = ValueFault;

    fn from_str(s: &str) -> Result<Self, ValueFault> {
        let (reference, version) =
            s.split_once(' ').ok_or_else(|| fault(s, "a standard and its version such as ST0413 1.1"))?;
        Self::new(reference, version)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// Computes the SHA-256 of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Encodes as standard base64 with padding, 44 characters.
    pub fn base64(&self) -> String {
        base64(&self.0)
    }

    /// Decodes canonical standard base64 with padding.
    pub fn from_base64(s: &str) -> Result<Self, ValueFault> {
        unbase64(s).map(Self).ok_or_else(|| fault(s, "a SHA-256 digest in base64"))
    }

    /// Encodes as lower-case hexadecimal, 64 characters.
    pub fn hex(&self) -> String {
        hex(&self.0)
    }

    /// Decodes lower-case hexadecimal.
    pub fn from_hex(s: &str) -> Result<Self, ValueFault> {
        unhex(s).map(Self).ok_or_else(|| fault(s, "a SHA-256 digest of 64 hexadecimal digits"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.base64())
    }
}

/// A statement's id: a UUID version 7, so that ids sort by creation time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StatementId(pub Uuid);

impl fmt::Display for StatementId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl FromStr for StatementId {
    type Err = ValueFault;

    fn from_str(s: &str) -> Result<Self, ValueFault> {
        // Only the hyphenated lower-case form is canonical.
        let canonical = |id: &Uuid| id.hyphenated().encode_lower(&mut Uuid::encode_buffer()) == s;
        let read = Uuid::try_parse(s).ok().filter(canonical).map(Self);
        read.ok_or_else(|| fault(s, "a statement id (a UUID in lower case)"))
    }
}

/// A claim's id: a UUID version 7, as a statement's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClaimId(pub Uuid);

impl fmt::Display for ClaimId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

/// 16 random bytes in every statement, so that an erased text cannot be guessed from its leaf hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nonce(pub [u8; 16]);

/// A log's globally unique name (`cardiology.example.org/8d1f4c20`), part of every statement and checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LogOrigin(String);

impl LogOrigin {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LogOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for LogOrigin {
    type Err = ValueFault;

    fn from_str(s: &str) -> Result<Self, ValueFault> {
        // Signed notes (C2SP) use spaces and plus signs as separators.
        let sound = (1..=128).contains(&s.len())
            && s.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-/_".contains(&b));
        if sound {
            Ok(Self(s.to_owned()))
        } else {
            Err(fault(s, "a log's origin such as cardiology.example.org/8d1f4c20"))
        }
    }
}

/// A passphrase or PIN. Its debug form is `***`; it is zeroed when dropped.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes ownership of the text; other copies are the caller's to clear.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    pub fn reveal(&self) -> &str {
        &self.0
    }

    pub fn is_in(&self, text: &str) -> bool {
        gives_away(text, &self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use base64ct::{Base64, Encoding as _};

    use super::*;

    #[test]
    fn a_code_has_one_meaning_and_prints_as_standards_print_it() {
        assert_eq!("s26".parse::<KsbCode>().unwrap().to_string(), "S26");
        assert_eq!("l3".parse::<KsbCode>().unwrap().to_string(), "L3");
        for bad in ["", "L", "L0", "L1000", "S", "S0", "S01", "X1", "S1x", "1S", "S99999", "Ś1"] {
            assert!(bad.parse::<KsbCode>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_person_id_is_nothing_that_a_shell_would_read() {
        for bad in ["", "A1", "a b", "a;b", "$(x)", "ä", "-x", &"a".repeat(33)] {
            assert!(bad.parse::<PersonId>().is_err(), "{bad}");
        }
        assert!("7f3a".parse::<PersonId>().is_ok());
    }

    #[test]
    fn a_digest_reads_back_from_both_spellings_and_from_no_other() {
        let digest = Digest::of(b"abc");
        assert_eq!(Digest::from_hex(&digest.hex()), Ok(digest));
        assert_eq!(Digest::from_base64(&digest.base64()), Ok(digest));
        for seed in 0..200_u8 {
            let digest = Digest::of(&[seed]);
            assert_eq!(digest.base64(), Base64::encode_string(&digest.0));
            assert_eq!(Digest::from_base64(&digest.base64()), Ok(digest));
        }
        assert!(Digest::from_hex(&digest.hex().to_uppercase()).is_err());
        assert!(Digest::from_base64(digest.base64().trim_end_matches('=')).is_err());
    }

    #[test]
    fn a_secret_does_not_print() {
        assert_eq!(format!("{:?}", Secret::new("correct horse".into())), "***");
    }
}
