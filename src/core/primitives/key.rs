//! Parses and formats OpenSSH public keys and fingerprints.

use std::fmt;
use std::str::FromStr;

use base64ct::{Base64, Base64Unpadded, Encoding};

use crate::primitives::ids::{Digest, ValueFault, fault};

/// A public key: algorithm name and key blob, as in `ssh-ed25519 AAAA…` without a comment.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PublicKey {
    algorithm: String,
    blob: Vec<u8>,
}

impl PublicKey {
    /// Parses the SSH wire form (RFC 4253 §6.6), whose first string names the algorithm.
    pub fn from_blob(blob: Vec<u8>) -> Result<Self, ValueFault> {
        let refused = || fault("the key blob", "an OpenSSH public key");
        let length = blob.first_chunk::<4>().map(|b| u32::from_be_bytes(*b) as usize).ok_or_else(refused)?;
        let name = blob.get(4..).and_then(|rest| rest.get(..length)).ok_or_else(refused)?;
        // A subset of the names in RFC 4251 §6 that needs no escape in a statement and no quotes in a file.
        let sound =
            (1..=64).contains(&name.len()) && name.iter().all(|b| b.is_ascii_alphanumeric() || b".-@_".contains(b));
        let algorithm = std::str::from_utf8(name).ok().filter(|_| sound).ok_or_else(refused)?.to_owned();
        Ok(Self { algorithm, blob })
    }

    /// Builds a key whose wire form is the algorithm's name and these strings, each length-prefixed.
    pub fn from_strings(algorithm: &'static str, strings: &[&[u8]]) -> Self {
        let mut blob = Vec::new();
        for string in std::iter::once(&algorithm.as_bytes()).chain(strings) {
            blob.extend_from_slice(&(string.len() as u32).to_be_bytes());
            blob.extend_from_slice(string);
        }
        Self { algorithm: algorithm.to_owned(), blob }
    }

    pub fn algorithm(&self) -> &str {
        &self.algorithm
    }

    pub fn blob(&self) -> &[u8] {
        &self.blob
    }

    /// Returns the SHA-256 of the blob, which identifies the key.
    pub fn fingerprint(&self) -> Digest {
        Digest::of(&self.blob)
    }

    /// Returns the fingerprint as OpenSSH prints it: `SHA256:` and unpadded base64.
    pub fn fingerprint_text(&self) -> String {
        fingerprint_text(&self.fingerprint())
    }
}

/// Formats a fingerprint as OpenSSH does: `SHA256:` and unpadded base64.
pub fn fingerprint_text(fingerprint: &Digest) -> String {
    format!("SHA256:{}", Base64Unpadded::encode_string(&fingerprint.0))
}

/// Parses a fingerprint in OpenSSH's canonical form.
pub fn fingerprint_of(text: &str) -> Result<Digest, ValueFault> {
    let mut bytes = [0; 32];
    let read = text.strip_prefix("SHA256:").and_then(|rest| Base64Unpadded::decode(rest, &mut bytes).ok());
    if read.is_some_and(|read| read.len() == 32) {
        Ok(Digest(bytes))
    } else {
        Err(fault(text, "a key's fingerprint such as SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDnkHnPzNLdLqhQBZM"))
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.algorithm, Base64::encode_string(&self.blob))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.fingerprint_text())
    }
}

impl FromStr for PublicKey {
    type Err = ValueFault;

    fn from_str(s: &str) -> Result<Self, ValueFault> {
        let refused = || fault(s, "an OpenSSH public key such as ssh-ed25519 AAAA…");
        let (algorithm, text) = s.split_once(' ').ok_or_else(refused)?;
        let key = Self::from_blob(Base64::decode_vec(text).map_err(|_| refused())?)?;
        if key.algorithm == algorithm { Ok(key) } else { Err(refused()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAA+X5P3kbBH/mfLxfFrY7soE0bGsPPzgOsEUhMr2evw";

    #[test]
    fn a_key_line_reads_back_as_written() {
        assert_eq!(LINE.parse::<PublicKey>().unwrap().to_string(), LINE);
    }

    #[test]
    fn a_key_made_of_its_strings_is_the_key_read_from_its_line() {
        let key: PublicKey = LINE.parse().unwrap();
        assert_eq!(PublicKey::from_strings("ssh-ed25519", &[&key.blob()[19..]]), key);
    }

    #[test]
    fn a_fingerprint_reads_back_as_printed_and_from_no_other_text() {
        let key: PublicKey = LINE.parse().unwrap();
        let text = key.fingerprint_text();
        assert_eq!(fingerprint_of(&text), Ok(key.fingerprint()));
        for bad in [&text[..49], &text[7..], &format!("{text}="), "SHA256:", &text.replace("SHA", "sha")] {
            assert!(fingerprint_of(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_key_whose_name_and_blob_differ_is_refused() {
        assert!(LINE.replace("ssh-ed25519", "ssh-rsa").parse::<PublicKey>().is_err());
        assert!(LINE[..20].parse::<PublicKey>().is_err());
        assert!("ssh-ed25519 AAAA".parse::<PublicKey>().is_err());
    }
}
